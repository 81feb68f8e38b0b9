// PeerMemory: good contacts that a node remembers over a restart (table peers of the StateStore; docs/protocol.md,
// "What a node stores"), so that it finds back into its overlay when its seeds are gone. They are rumours like any
// other: asked as seeds are, and believed when they answer.
//
// What is stored changes slowly. A peer stays while it is a contact; one that is gone stays until its place is needed,
// so an outage that costs this node all contacts does not cost it their addresses.
#pragma once

#include <map>
#include <vector>

#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/state_store.hpp"
#include "core/base/timer_queue.hpp"
#include "core/crypto/network.hpp"
#include "core/kbr/contacts.hpp"

namespace p2pns::kbr {

/// Peers kept: with nine of ten gone after months, a round of eight still meets one more often than not.
inline constexpr std::size_t peers_kept_maximum = 128;
/// Of these, siblings: they move with the population. The others are contacts of all distances, the oldest first: what
/// has been up long will likely stay up.
inline constexpr std::size_t sibling_peers_maximum = 64;
/// The first time soon, so that also a node that crashes early finds back.
inline constexpr Duration peers_first_saved_after = std::chrono::seconds{10};
inline constexpr Duration peers_saved_every = std::chrono::minutes{5};

/// A stored peer: key and value.
StateEntry encode_peer(const NodeHandle&, const crypto::NetworkParameters&);
/// Errors: wrong_version, wrong_network, truncated, trailing_bytes, malformed (also: stored under another id),
/// puzzle_unsolved.
Result<NodeHandle> decode_peer(const StateEntry&, const crypto::NetworkParameters&);

/// The world around the memory; every reference outlives it.
struct PeerMemoryEnvironment {
  StateStore& state;
  const crypto::NetworkParameters& network;
  const Contacts& contacts;
  TimerQueue& timers;
  Random& random;
  Log& log;
};

class PeerMemory {
 public:
  /// Loads what is stored.
  explicit PeerMemory(const PeerMemoryEnvironment&);
  PeerMemory(const PeerMemory&) = delete;
  PeerMemory& operator=(const PeerMemory&) = delete;

  /// From now on contacts are saved now and then: what has changed, and at most peers_kept_maximum of them.
  void start();
  /// At once, for a node that is about to stop.
  void save();
  /// Where the stored peers were: one address of each family at most.
  std::vector<Endpoint> addresses() const;
  std::size_t size() const noexcept { return stored_.size(); }

 private:
  struct Peer {
    NodeHandle node;
    ByteVector value;  // as last written
  };
  void load();
  void save_after(Duration);
  /// Good contacts that are not stored yet, the best first.
  std::vector<const Contact*> newcomers() const;
  void put(const NodeHandle&);
  /// Room for one more: forgets a peer that is no contact any more. False when all of them are.
  bool make_room();
  Callback<void(Result<void>)> written(std::uint64_t number);

  PeerMemoryEnvironment environment_;
  std::map<NodeId, Peer> stored_;
  std::uint64_t next_write_ = 0;
  std::map<std::uint64_t, Operation> writes_;
  bool failing_ = false;  // told in the log once, until it works again
  Timer timer_;
};

}  // namespace p2pns::kbr
