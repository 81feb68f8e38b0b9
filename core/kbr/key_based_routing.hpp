// KeyBasedRouting: the Common API (Dabek et al. 2003) as far as an overlay with iterative lookups needs it. DHT and
// names see only this, so another overlay can take Kademlia's place.
//
// lookup() finds the live nodes closest to a key, or one node by its NodeID. The request that the caller wants to put
// to them travels with the lookup, so that a DHT read needs no second round.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/operation.hpp"
#include "core/base/result.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::kbr {

using wire::NodeHandle;

/// Replicas of one position, size of a bucket, nodes a lookup ends with.
inline constexpr std::size_t siblings_per_key = 16;

enum class LookupMode : std::uint8_t {
  key,   ///< the siblings of a key
  node,  ///< one node: proof of its key ends the lookup
};

/// What a lookup asks the nodes it reaches.
struct LookupRequest {
  wire::MessageType type = wire::MessageType::find_node;
  ByteVector body;
  std::size_t answer_bytes = wire::body_maximum_bytes;
};

struct LookupOptions {
  LookupMode mode = LookupMode::key;
  std::size_t siblings = siblings_per_key;
  std::size_t disjoint_paths = 4;
  /// KEY: put to every node asked, and its answer must carry contacts (GET). NODE: put to the target. None: FIND_NODE /
  /// PING.
  std::optional<LookupRequest> request;
  Duration time_out = std::chrono::seconds{10};
};

/// One node asked during a lookup, in the order of the answers.
struct LookupHop {
  NodeHandle node;
  std::size_t path = 0;  ///< disjoint path it belonged to, `sweep_path` (last round) or `target_path`
  Duration started{0};   ///< since the lookup began
  Duration took{0};
  bool answered = false;
  std::size_t learned = 0;  ///< contacts named that were new to this lookup
};
inline constexpr std::size_t sweep_path = 255;
inline constexpr std::size_t target_path = 254;  ///< NODE: a call to the target itself

struct LookupAnswer {
  NodeHandle node;
  bool self = false;  ///< this node itself is among the siblings; `body` is empty, serve it locally
  wire::MessageType type = wire::MessageType::nodes;
  ByteVector body;
};

/// How a lookup ended, and how far it came: one that failed has hops to show, too.
struct LookupResult {
  boost::system::error_code error;    ///< none: `answers` is complete
  std::vector<LookupAnswer> answers;  ///< KEY: nearest first, at most `siblings`. NODE: the target alone
  std::vector<LookupHop> hops;
  Duration took{0};
  std::size_t contacts_asked() const noexcept { return hops.size(); }
};

/// Upcalls about the siblings around this node, and about itself.
class NeighbourObserver {
 public:
  /// This node has joined: it serves from now on. Runs once, before anybody is told.
  virtual void on_joined() {}
  /// A node became, or ceased to be, a sibling.
  virtual void on_neighbour_joined(const NodeHandle&) = 0;
  virtual void on_neighbour_left(const NodeHandle&) = 0;

 protected:
  ~NeighbourObserver() = default;
};

class KeyBasedRouting {
 public:
  /// Errors: no_peers (nobody but us is known; a KEY lookup then still answers with this node alone), not_reachable
  /// (all known nodes are silent), timed_out, overloaded. A KEY lookup that timed out shows who has answered so far:
  /// some of the siblings, or nodes on the way to them.
  virtual Operation lookup(const Key&, const LookupOptions&, Callback<void(LookupResult)>) = 0;
  /// Up to `count` known nodes closest to the key, without asking anybody. Never includes this node.
  virtual std::vector<NodeHandle> local_lookup(const Key&, std::size_t count) const = 0;
  /// The siblings nearest to this node, nearest first.
  virtual std::vector<NodeHandle> neighbour_set(std::size_t maximum) const = 0;
  /// True when this node is, as far as it knows, among the `rank` nodes closest to the key.
  virtual bool responsible_for(const Key&, std::size_t rank) const = 0;
  virtual void observe_neighbours(NeighbourObserver*) = 0;
  virtual const NodeId& self() const = 0;
  /// The sibling list has been filled by protocol.
  virtual bool joined() const = 0;
  /// Joined, and the neighbours have had the time to learn of this node: what is stored through it now reaches all
  /// replicas. Once true it stays true.
  virtual bool settled() const { return joined(); }

 protected:
  ~KeyBasedRouting() = default;
};

}  // namespace p2pns::kbr
