// FakePeerLinks: links between front ends of one test, without sockets. All of one FakeLinkNetwork reach each other;
// messages arrive in order, one at a time for each pair of nodes and protocol, and only when the loop runs.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <map>
#include <tuple>

#include "plugins/api/peer_links.hpp"

namespace p2pns::test {

class FakePeerLinks;

/// Outlives its links.
class FakeLinkNetwork {
 public:
  explicit FakeLinkNetwork(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

 private:
  friend class FakePeerLinks;
  struct Parcel {
    plugins::PeerMessage message;
    Completion<Result<void>> done;
  };
  using Route = std::tuple<NodeId, NodeId, std::string>;  // from, to, protocol
  inline boost::asio::awaitable<void> deliver_all(Route route);
  void start(const Route& route) { boost::asio::co_spawn(executor_, deliver_all(route), boost::asio::detached); }

  boost::asio::any_io_executor executor_;
  std::map<NodeId, FakePeerLinks*> nodes_;
  std::map<Route, std::deque<Parcel>> waiting_;
};

class FakePeerLinks final : public plugins::PeerLinks {
 public:
  FakePeerLinks(FakeLinkNetwork& network, const NodeId& self) : network_(network), self_(self) {
    network_.nodes_[self] = this;
  }
  ~FakePeerLinks() { network_.nodes_.erase(self_); }
  FakePeerLinks(const FakePeerLinks&) = delete;
  FakePeerLinks& operator=(const FakePeerLinks&) = delete;

  bool reachable = true;  ///< false: whatever is sent to this node fails
  int losses = 0;         ///< so many messages to this node fail first

  Result<std::unique_ptr<plugins::PeerListener>> listen(std::string_view protocol,
                                                        plugins::PeerReceiver receiver) override {
    if (!receivers_.emplace(protocol, std::move(receiver)).second) return Errc::overloaded;
    return std::make_unique<Listener>(*this, std::string{protocol});
  }
  Operation send(const NodeId& to, std::string_view protocol, ByteVector message,
                 Callback<void(Result<void>)> done) override {
    auto [operation, completion] = start_operation<Result<void>>(std::move(done));
    const FakeLinkNetwork::Route route{self_, to, std::string{protocol}};
    auto& queue = network_.waiting_[route];
    queue.push_back({{self_, std::move(message)}, std::move(completion)});
    // Posted: inside the loop, co_spawn alone would run the receiver inside this call.
    if (queue.size() == 1)
      boost::asio::post(network_.executor_, [&network = network_, route] { network.start(route); });
    return std::move(operation);
  }

 private:
  friend class FakeLinkNetwork;
  class Listener final : public plugins::PeerListener {
   public:
    Listener(FakePeerLinks& links, std::string protocol) : links_(links), protocol_(std::move(protocol)) {}
    ~Listener() override { links_.receivers_.erase(protocol_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

   private:
    FakePeerLinks& links_;
    std::string protocol_;
  };

  FakeLinkNetwork& network_;
  NodeId self_;
  std::map<std::string, plugins::PeerReceiver, std::less<>> receivers_;
};

inline boost::asio::awaitable<void> FakeLinkNetwork::deliver_all(Route route) {
  auto& queue = waiting_[route];
  while (!queue.empty()) {
    Parcel& parcel = queue.front();
    const auto node = nodes_.find(std::get<1>(route));
    Result<void> outcome = Errc::not_reachable;
    const bool lost = node != nodes_.end() && node->second->losses > 0 && node->second->losses-- > 0;
    if (node != nodes_.end() && node->second->reachable && !lost) {
      const auto receiver = node->second->receivers_.find(std::get<2>(route));
      if (receiver == node->second->receivers_.end()) {
        outcome = Errc::unsupported;
      } else {
        const plugins::PeerReceiver receive = receiver->second;  // it may end while it takes this
        outcome = co_await receive(std::move(parcel.message));
      }
    }
    auto done = std::move(parcel.done);
    queue.pop_front();
    done(outcome);
  }
}

}  // namespace p2pns::test
