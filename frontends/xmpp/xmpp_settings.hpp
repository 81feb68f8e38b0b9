// XmppSettings: the section `frontends.xmpp` of the configuration as typed values, and its strict reader.
#pragma once

#include <string>
#include <vector>

#include "core/base/endpoint.hpp"
#include "frontends/xmpp/gateway.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::xmpp {

/// Domains of users, and assigned names, in the configuration.
inline constexpr std::size_t listed_maximum = 64;

/// "alice=juliet@example.test"
struct AssignedName {
  std::string label;  ///< as written
  std::string user;   ///< bare address
};

struct XmppSettings {
  Endpoint server;
  bool allow_remote = false;
  GatewaySettings gateway;
  std::string secret_file;
  std::string accounts_file;
  std::size_t accounts_maximum = 1000;
  std::vector<AssignedName> assigned{};
};

/// Relative paths start at `state_folder`. Opens no file.
plugins::ConfigResult<XmppSettings> read_xmpp_settings(const plugins::ConfigNode&, const std::string& state_folder);

}  // namespace p2pns::xmpp
