// OwnAddress: how this node writes itself into messages: Via, Record-Route.
#pragma once

#include <string>
#include <string_view>

#include "frontends/sip/hop.hpp"
#include "frontends/sip/own_via.hpp"
#include "frontends/sip/uri.hpp"

namespace p2pns::sip {

class OwnAddress {
 public:
  /// `reachable`: where phones reach this node.
  OwnAddress(const Endpoint& reachable, const NodeId& self);

  /// A Via for this hop. Towards nodes the host is the NodeID below .invalid: nothing can be sent there but over the
  /// link (as RFC 7118 does it for browsers).
  std::string via(const Hop& to, std::string_view branch) const;
  /// A Record-Route URI with the token, in brackets. `side`: the hop it stands for.
  std::string record_route(const Hop& side, std::string_view token) const;
  /// True for a URI of our own address.
  bool is_own(const SipUri&) const;
  const NodeId& node() const noexcept { return self_; }

 private:
  NodeId self_;
  std::string host_;
  std::string host_port_;
  std::uint16_t port_;
  std::string link_host_;
};

}  // namespace p2pns::sip
