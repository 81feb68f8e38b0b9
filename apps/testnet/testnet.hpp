// Testnet: many real nodes in one process, each with a socket on a loopback address of its own. For trying things out
// and for tests; nothing is simulated.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/host/net/node_host.hpp"

namespace p2pns::testnet {

/// 127.77.0.0/16 with 250 nodes a block; more would need more than a test machine.
inline constexpr std::size_t nodes_maximum = 10'000;

struct TestnetConfig {
  std::size_t nodes = 15;
  std::uint16_t port = 4222;       ///< all nodes use it, on different addresses
  std::uint8_t second_octet = 77;  ///< 127.<this>.x.y, so that two testnets can run side by side
  std::size_t threads = 2;
  std::vector<Endpoint> seeds;  ///< of an overlay to join; empty: a new one
  node::NodeConfig node;        ///< network parameters and limits
};

/// Called from the thread that calls Testnet, with a line for a person.
using Progress = std::function<void(const std::string&)>;

class Testnet {
 public:
  /// `log` outlives the testnet.
  Testnet(const TestnetConfig&, Log& log);
  ~Testnet();

  /// Makes keys, binds all sockets, starts the nodes, a few joining at a time. Returns what went wrong, or an empty
  /// text.
  std::string start(const Progress&);
  /// Waits until every node has joined. False when `limit` passed before.
  bool wait_until_joined(std::chrono::seconds limit, const Progress&);
  void stop();

  std::size_t size() const noexcept { return hosts_.size(); }
  host::NodeHost& host(std::size_t index) { return *hosts_[index]; }
  boost::asio::io_context& context_of(std::size_t index);
  /// Runs `action` on the thread that drives the node.
  void post(std::size_t index, std::function<void(host::NodeHost&)> action);
  /// The same, and waits for it.
  void call(std::size_t index, const std::function<void(host::NodeHost&)>& action);
  Endpoint endpoint(std::size_t index) const;

 private:
  struct Worker;
  bool has_joined(std::size_t index);
  void wait_for_one(std::size_t index);
  std::size_t count_joined();

  TestnetConfig config_;
  Log& log_;
  std::deque<crypto::KeyPairSigner> owners_;  // of each node its own key; stays where it is
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<host::NodeHost>> hosts_;
};

}  // namespace p2pns::testnet
