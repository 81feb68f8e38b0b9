// NodeLinks: the links of this process's node as front ends see them. Runs their receivers, which are coroutines, and
// writes what the links count. No logic of its own.
#pragma once

#include "core/host/net/link_host.hpp"
#include "plugins/api/metric_sink.hpp"
#include "plugins/api/peer_links.hpp"

namespace p2pns::daemon {

class NodeLinks final : public plugins::PeerLinks {
 public:
  /// `links` outlives this, and this the listeners.
  NodeLinks(boost::asio::any_io_executor executor, host::LinkHost& links)
      : executor_(std::move(executor)), links_(links) {}

  Result<std::unique_ptr<plugins::PeerListener>> listen(std::string_view protocol,
                                                        plugins::PeerReceiver receiver) override;
  Operation send(const NodeId& to, std::string_view protocol, ByteVector message,
                 Callback<void(Result<void>)> done) override;
  void collect(plugins::MetricSink&) const;

 private:
  boost::asio::any_io_executor executor_;
  host::LinkHost& links_;
};

}  // namespace p2pns::daemon
