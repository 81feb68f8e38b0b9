// XmppFrontEnd: the XMPP gateway of a node: reads secret and accounts, and wires the connection to the gateway.
#pragma once

#include <memory>

#include "frontends/xmpp/component_link.hpp"
#include "frontends/xmpp/gateway.hpp"
#include "frontends/xmpp/xmpp_settings.hpp"
#include "plugins/api/front_end.hpp"

namespace p2pns::xmpp {

class XmppFrontEnd final : public plugins::FrontEnd {
 public:
  /// `host` outlives it.
  XmppFrontEnd(plugins::PluginHost& host, XmppSettings settings);
  ~XmppFrontEnd() override;
  XmppFrontEnd(const XmppFrontEnd&) = delete;
  XmppFrontEnd& operator=(const XmppFrontEnd&) = delete;

  /// The server need not be there yet.
  boost::asio::awaitable<plugins::StartError> start() override;
  boost::asio::awaitable<void> stop() override;
  void collect(plugins::MetricSink&) const override;

 private:
  std::string open();
  std::string assign(Accounts& accounts) const;

  plugins::PluginHost& host_;
  XmppSettings settings_;
  // Shared with coroutines that end a moment after stop(); they use no other part of this by then.
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace p2pns::xmpp
