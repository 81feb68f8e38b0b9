// Node: composes the core. Three doors in: on_datagram, on_time, next_deadline. Everything out: Transport, and
// completions. The same object file runs under a socket (core/host/net) and in the simulator (core/host/sim).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/state_store.hpp"
#include "core/base/timer_queue.hpp"
#include "core/base/transport.hpp"
#include "core/crypto/identity.hpp"
#include "core/crypto/seal.hpp"
#include "core/dht/record_store.hpp"
#include "core/names/name_service.hpp"
#include "core/node/node_config.hpp"

namespace p2pns::node {

/// The world around one node; every reference outlives it.
struct Environment {
  TimerQueue& timers;  ///< the node's clock; only the node moves it on
  Transport& transport;
  Random& random;
  const crypto::Verifier& verifier;
  crypto::Sealer& sealer;
  dht::RecordStore& store;
  StateStore& state;  ///< what the node remembers of itself
  Log& log;
};

class Node {
 public:
  /// `identity` is who the node is: its place in the overlay and its seals. `owner` signs for the names it registers;
  /// it may be another key, is not the node's to keep, and outlives it.
  Node(const NodeConfig&, const crypto::Identity& identity, const crypto::Signer& owner, const Environment&,
       UnixTime wall);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Begins to join through the configured seeds. A node without seeds, and with none to come, is the first of its
  /// overlay.
  void start();
  /// Stops serving, tells the siblings, and hands the records over to those who store them next. `done` runs once,
  /// never inside this call, when everything was offered; wait for it within a bound of your own. Call once, last.
  void leave(Callback<void()> done);
  /// Seeds the host has found (by name) beside the configured ones, in place of those it found before.
  void set_found_seeds(std::span<const Endpoint>);
  void on_datagram(TimePoint now, const Endpoint& from, Bytes);
  /// Moves the clock on and runs what is due. Call it before any call through names(), which takes no time.
  void on_time(TimePoint now);
  /// When on_time wants to be called; ask again after every call into the node or its name service.
  std::optional<TimePoint> next_deadline() const;
  /// UTC at the time the node was told last. The host corrects drift and jumps; the core only adds durations to it.
  void set_wall_clock(UnixTime);
  /// Where the host listens, when that is one address: it is taken for this node's and never doubted. None (all of
  /// them): what other nodes observe counts, and a change of it is announced.
  void set_own_address(const std::optional<Endpoint>&);
  /// The machine's address changed: tells the siblings, writes nothing to the DHT.
  void announce_address();

  names::NameService& names();
  const names::NameService& names() const;
  const kbr::KeyBasedRouting& routing() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;  // keeps every layer's headers out of the hosts
};

}  // namespace p2pns::node
