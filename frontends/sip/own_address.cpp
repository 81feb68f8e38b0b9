#include "frontends/sip/own_address.hpp"

namespace p2pns::sip {

OwnAddress::OwnAddress(const Endpoint& reachable, const NodeId& self)
    : self_(self),
      host_(to_string(reachable.address)),
      host_port_(to_string(reachable)),
      port_(reachable.port),
      link_host_(to_hex(self.view()) + ".invalid") {}

std::string OwnAddress::via(const Hop& to, std::string_view branch) const {
  std::string via = "SIP/2.0/";
  if (const Flow* flow = std::get_if<Flow>(&to))
    via += (flow->transport == TransportKind::udp ? "UDP " : "TCP ") + host_port_;
  else
    via += "TLS " + link_host_;
  via += ";branch=";
  via += branch;
  if (!is_reliable(to)) via += ";rport";
  return via;
}

std::string OwnAddress::record_route(const Hop& side, std::string_view token) const {
  std::string uri = "<sip:";
  uri += token;
  uri += '@' + host_port_;
  const Flow* flow = std::get_if<Flow>(&side);
  if (flow && flow->transport == TransportKind::tcp) uri += ";transport=tcp";
  return uri + ";lr>";
}

bool OwnAddress::is_own(const SipUri& uri) const {
  return uri.is_sip() && uri.host == host_ && uri.port.value_or(default_port) == port_;
}

}  // namespace p2pns::sip
