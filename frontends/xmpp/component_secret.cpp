#include "frontends/xmpp/component_secret.hpp"

#include <algorithm>

#include "core/base/printable.hpp"
#include "plugins/api/private_file.hpp"

namespace p2pns::xmpp {

using plugins::ConfigError;
using plugins::ConfigResult;

ConfigResult<std::string> read_component_secret(const std::string& path) {
  const auto file = plugins::read_private_file(path, secret_maximum_bytes + plugins::line_end_maximum);
  if (!file) return file.error();
  if (!*file)
    return ConfigError{path +
                       ": does not exist; it should hold the secret that the XMPP server has for the component, "
                       "in one line, mode 0600"};
  const std::string_view secret = plugins::without_line_end((*file)->text.view());
  if (secret.empty() || secret.size() > secret_maximum_bytes || std::ranges::any_of(secret, is_control))
    return ConfigError{path + ": is no secret, one line of 1 to " + std::to_string(secret_maximum_bytes) +
                       " characters"};
  return {boost::system::in_place_value, secret};
}

}  // namespace p2pns::xmpp
