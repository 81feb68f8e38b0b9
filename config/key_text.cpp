#include "config/key_text.hpp"

namespace p2pns::config {

ConfigResult<std::optional<SecretText>> read_key_file(const std::string& path) {
  auto file = plugins::read_private_file(path, sealed_key_bytes_maximum, plugins::OthersMay::use_it);
  if (!file) return file.error();
  if (!*file) return std::optional<SecretText>{};
  const bool sealed = kind_of((*file)->text.view()) == KeyKind::sealed;
  if (!sealed && (*file)->open_to != 0) return plugins::open_to_others(path);
  return std::optional{std::move((*file)->text)};
}

ConfigResult<std::optional<SecretText>> load_key_text(const std::string& path, const Passphrase& passphrase) {
  auto text = read_key_file(path);
  if (!text || !*text || kind_of((*text)->view()) != KeyKind::sealed) return text;
  if (!passphrase)
    return ConfigError{path + ": is under a passphrase; put that into a file of mode 0600 and name it in " +
                       "node.passphrase_file"};
  auto opened = open_sealed_key((*text)->view(), *passphrase);
  if (!opened) return ConfigError{path + ": " + opened.error().message};
  return std::optional{std::move(*opened)};
}

}  // namespace p2pns::config
