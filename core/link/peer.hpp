// Peer: all this node has to do with one other: what waits for it, the links to it, and the lanes of what came from it.
// It sends over one link only, the first that came up, and changes to another when nothing it sent over the first is
// unanswered: so what is sent keeps its order, also when both nodes opened a link at the same moment.
#pragma once

#include "core/link/lane.hpp"
#include "core/link/link.hpp"

namespace p2pns::link {

/// What a peer needs of the hub, which outlives it.
struct PeerWorld {
  LaneWorld lanes;
  std::size_t& queued_bytes;  ///< of all peers
  /// Begins to look for the node, when there is room for that. Ends in Peer::on_up or on_dial_failed.
  Callback<bool(const NodeId&)> begin_dial;
};

class Peer {
 public:
  Peer(PeerWorld& world, const NodeId& id) : world_(world), id_(id) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// False: too much waits under this protocol already, or for all nodes.
  bool has_room(std::string_view protocol, std::size_t size_bytes) const;
  /// It has_room().
  void send(OutgoingMessage);
  /// The same when this peer is the node itself: straight into its own lane.
  void loop_back(OutgoingMessage);
  /// A message's time is over.
  void expire(std::uint64_t id);

  void on_up(const std::shared_ptr<Link>&);
  void on_answered(OutgoingMessage, Errc outcome);
  void on_down(Link&);
  void on_dial_failed();
  /// What waits for a link fails, and what waits for this node's own receivers. The links have ended.
  void stop();

  Lane& lane(std::string_view protocol);
  /// Neither links nor messages: nothing is lost with this object.
  bool forgettable() const;

 private:
  struct Usage {
    std::string protocol;
    std::size_t messages = 0;
    std::size_t bytes = 0;
  };
  /// Gives what waits to the link that is to carry it, or sees that there will be one.
  void pump();
  Link* usable() const;
  bool waits_for_answers(const Link* other_than) const;
  void fail_waiting();
  void settle(OutgoingMessage&, Result<void> outcome);
  void account(const OutgoingMessage&);
  Usage& usage_of(std::string_view protocol);

  PeerWorld& world_;
  NodeId id_;
  bool dialling_ = false;
  std::optional<RunId> run_;  // of the peer's program, as its last link said; lanes count messages of this one
  std::deque<OutgoingMessage> waiting_;
  std::vector<Usage> usage_;                  // protocols_maximum, or fewer
  std::vector<std::shared_ptr<Link>> links_;  // up, in the order they came; one opened by each side
  std::vector<std::shared_ptr<Lane>> lanes_;  // protocols_maximum, or fewer
};

}  // namespace p2pns::link
