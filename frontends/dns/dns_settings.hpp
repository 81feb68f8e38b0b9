// DnsSettings: what the DNS server can be told, and the reader of its section of the configuration.
#pragma once

#include "frontends/dns/tcp_listener.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::dns {

struct DnsSettings {
  Endpoint listen;                  ///< port 0: any port that is free for both UDP and TCP
  std::vector<Endpoint> upstreams;  ///< for other zones, the first that answers; none: they are refused
  std::chrono::milliseconds answer_within = ResponderSettings{}.answer_within;
  TcpSettings tcp;
};

/// Keys `listen` (127.0.0.1:5300 when missing), `upstreams` (none) and `allow_remote` (false). Errors name their place:
/// unknown keys; among the upstreams too many, no address, one named twice, this server itself; forwarding for other
/// machines that was not allowed.
plugins::ConfigResult<DnsSettings> read_dns_settings(const plugins::ConfigNode& section);

}  // namespace p2pns::dns
