// SipFrontEnd: starts and stops the SIP server of a node, and says what it listens on.
#pragma once

#include "frontends/sip/sip_engine.hpp"
#include "plugins/api/front_end.hpp"

namespace p2pns::sip {

class SipFrontEnd final : public plugins::FrontEnd {
 public:
  /// `host` outlives it.
  SipFrontEnd(plugins::PluginHost& host, SipSettings settings) : host_(host), settings_(std::move(settings)) {}
  ~SipFrontEnd() override;
  SipFrontEnd(const SipFrontEnd&) = delete;
  SipFrontEnd& operator=(const SipFrontEnd&) = delete;

  boost::asio::awaitable<plugins::StartError> start() override;
  boost::asio::awaitable<void> stop() override;
  void collect(plugins::MetricSink&) const override;

  /// Where it really listens; known after start().
  Endpoint local_endpoint() const { return engine_ ? engine_->local_endpoint() : Endpoint{}; }

 private:
  plugins::PluginHost& host_;
  SipSettings settings_;
  std::shared_ptr<SipEngine> engine_;  // shared: completions look whether it is still there
};

}  // namespace p2pns::sip
