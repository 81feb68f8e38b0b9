// Simulation: the second host of the core. One event heap drives thousands of the same nodes that run behind real
// sockets. Same seed, same trace.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/host/sim/event_heap.hpp"
#include "core/host/sim/network_model.hpp"
#include "core/node/node.hpp"

namespace p2pns::host {

struct SimulationConfig {
  std::uint64_t seed = 1;
  NetworkModelConfig network;
  node::NodeConfig node;  ///< the seeds are set per node
};

/// Nodes that one simulation holds at most; their addresses are counted in 24 bits.
inline constexpr std::size_t simulated_nodes_maximum = 1 << 24;

class Simulation {
 public:
  /// `log` outlives the simulation.
  Simulation(const SimulationConfig&, Log& log);
  ~Simulation();

  /// Adds a node with a key of its own and starts it now. Returns its index.
  std::uint32_t add_node(const std::vector<Endpoint>& seeds);
  /// From now on the node neither receives nor wakes.
  void stop_node(std::uint32_t node);
  /// The node leaves in order, and is stopped as soon as it has handed over, or after `limit`. Returns whether it had.
  bool leave_node(std::uint32_t node, Duration limit);
  /// The node begins anew where it was, with its key and what it stored; it may have been stopped before.
  void restart_node(std::uint32_t node, const std::vector<Endpoint>& seeds);
  /// The node goes on from another address and announces it.
  void move_node(std::uint32_t node);

  /// Goes on until `done` holds (asked after every event batch of 1 ms of simulated time) or `limit` has passed.
  /// Returns whether it held.
  bool run_until(const std::function<bool()>& done, Duration limit);
  void run_for(Duration);
  /// The name service of a node, with the node's clock moved on. What is called through it takes effect at once.
  void with_names(std::uint32_t node, const std::function<void(names::NameService&)>& use);

  const node::Node& node(std::uint32_t node) const;
  const dht::RecordStore& store(std::uint32_t node) const;
  Endpoint endpoint(std::uint32_t node) const;
  std::size_t size() const noexcept { return hosts_.size(); }
  bool alive(std::uint32_t node) const;
  TimePoint now() const noexcept { return now_; }
  SeededRandom& random() noexcept { return random_; }

  /// Hash over every datagram sent: time, sender, receiver, content, and whether it was lost.
  std::uint64_t trace_hash() const noexcept { return trace_hash_; }
  std::uint64_t datagrams() const noexcept { return datagrams_; }
  std::uint64_t datagram_bytes() const noexcept { return datagram_bytes_; }
  /// Of the messages of one type.
  std::uint64_t bytes_of(wire::MessageType type) const { return bytes_by_type_[static_cast<std::uint8_t>(type)]; }

 private:
  class Host;
  void transmit(std::uint32_t from, const Endpoint& to, Bytes datagram);
  void arm(std::uint32_t node);
  void handle(Event& event);
  void record(std::uint32_t from, std::uint32_t to, bool lost, Bytes datagram);

  SimulationConfig config_;
  Log& log_;
  SeededRandom random_;
  NetworkModel network_;
  EventHeap events_;
  TimePoint now_{};
  std::uint32_t next_address_ = 0;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::unordered_map<Endpoint, std::uint32_t> addresses_;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t datagrams_ = 0;
  std::uint64_t datagram_bytes_ = 0;
  std::array<std::uint64_t, 256> bytes_by_type_{};
};

}  // namespace p2pns::host
