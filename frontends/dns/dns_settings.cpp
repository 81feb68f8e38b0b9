#include "frontends/dns/dns_settings.hpp"

#include <algorithm>

namespace p2pns::dns {
namespace {

constexpr IpAddress loopback{IpFamily::v4, {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}}};
constexpr Endpoint listen_by_default{loopback, 5300};
constexpr std::string_view key = "upstreams";

/// What is known without asking the machine for its addresses; the probes find the rest.
bool is_this_server(const Endpoint& upstream, const Endpoint& listen) {
  if (upstream.port != listen.port) return false;
  return upstream.address == listen.address || (listen.address.is_unspecified() && upstream.address.is_loopback());
}

/// Why it cannot be used; empty when it can.
std::string objection(const Endpoint& upstream, const Endpoint& listen) {
  if (is_this_server(upstream, listen)) return " is this server itself (listen): questions would go round in circles";
  if (upstream.port == 0 || upstream.address.is_unspecified() || upstream.address.is_multicast())
    return " is not the address of a resolver";
  return {};
}

plugins::ConfigResult<std::vector<Endpoint>> read_upstreams(const plugins::ConfigNode& section,
                                                            const Endpoint& listen) {
  const auto texts = section.texts(key);
  if (!texts) return texts.error();
  if (texts->size() > upstreams_maximum)
    return section.error_at(key, "has more than " + std::to_string(upstreams_maximum) + " items");
  std::vector<Endpoint> upstreams;
  for (const std::string& text : *texts) {
    const auto upstream = parse_endpoint(text, dns_port);
    if (!upstream)
      return section.error_at(key, "expected addresses like 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53, found '" +
                                       text.substr(0, 60) + "'; a resolver cannot be given by name");
    if (const auto why = objection(*upstream, listen); !why.empty())
      return section.error_at(key, to_string(*upstream) + why);
    if (std::ranges::find(upstreams, *upstream) != upstreams.end())
      return section.error_at(key, to_string(*upstream) + " stands here twice");
    upstreams.push_back(*upstream);
  }
  return upstreams;
}

}  // namespace

plugins::ConfigResult<DnsSettings> read_dns_settings(const plugins::ConfigNode& section) {
  DnsSettings settings;
  const auto listen = section.endpoint("listen", listen_by_default);
  if (!listen) return listen.error();
  auto upstreams = read_upstreams(section, *listen);
  if (!upstreams) return upstreams.error();
  const auto allow_remote = section.boolean("allow_remote", false);
  if (!allow_remote) return allow_remote.error();
  if (!upstreams->empty() && !listen->address.is_loopback() && !*allow_remote)
    return section.error_at("listen", to_string(*listen) +
                                          " can be reached from other machines, and strangers would use the upstreams "
                                          "through it; listen on 127.0.0.1, or add 'allow_remote: true' if nobody but "
                                          "your own machines can send to it");
  if (const auto finished = section.finish(); !finished) return finished.error();
  settings.listen = *listen;
  settings.upstreams = std::move(*upstreams);
  return settings;
}

}  // namespace p2pns::dns
