#include "config/passphrase_file.hpp"

namespace p2pns::config {

ConfigResult<SecretText> read_passphrase_file(const std::string& path, PassphraseAccess access) {
  const auto allowed =
      access == PassphraseAccess::credential ? plugins::OthersMay::read_as_group : plugins::OthersMay::do_nothing;
  auto file = plugins::read_private_file(path, passphrase_bytes_maximum + plugins::line_end_maximum, allowed);
  if (!file) return file.error();
  if (!*file) return ConfigError{path + ": does not exist; it should hold the passphrase of the key"};
  SecretText text = std::move((*file)->text);
  const std::string_view line = plugins::without_line_end(text.view());
  if (line.find('\n') != std::string_view::npos) return ConfigError{path + ": has more than the one line expected"};
  if (line.empty()) return ConfigError{path + ": is empty; it should hold the passphrase of the key"};
  if (line.size() > passphrase_bytes_maximum)
    return ConfigError{path + ": is longer than the " + std::to_string(passphrase_bytes_maximum) +
                       " bytes a passphrase may have"};
  text.keep(line.size());
  return text;
}

}  // namespace p2pns::config
