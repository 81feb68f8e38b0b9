// Whom to ask for the addresses of seeds that are given by name. Never this node itself: it cannot answer before it has
// joined, and it joins through those seeds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/daemon_config.hpp"

namespace p2pns::daemon {

struct BootstrapResolvers {
  std::vector<Endpoint> endpoints;
  std::string why_none;  ///< one line that says what to do, when there are none
};

/// More nameserver lines are not read; glibc reads three.
inline constexpr std::size_t resolv_conf_servers_maximum = 8;
/// Any larger file is no resolv.conf.
inline constexpr std::size_t resolv_conf_bytes_maximum = 64 * 1024;

/// The `nameserver` lines of resolv.conf(5); what cannot be read is left out.
std::vector<Endpoint> nameservers_of(std::string_view resolv_conf);

/// True when a server listening at `listen` gets what is sent to `target`.
bool reaches_us(const Endpoint& target, const Endpoint& listen);

/// node.bootstrap_resolvers, or else frontends.dns.upstreams, or else the servers of the file that are not this node's
/// DNS front end. Reads the file anew each time: a network may come up later than the daemon.
BootstrapResolvers find_bootstrap_resolvers(const config::DaemonConfig&, const std::string& resolv_conf_file);

}  // namespace p2pns::daemon
