// LinkHub: the links of one node and the messages over them. Sends to any node, opening a link when there is none, and
// hands what arrives to the receiver of its protocol. Knows no socket and no clock: a Dialer opens connections, a
// TimerQueue tells the time, and the host moves both.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>

#include "core/crypto/identity.hpp"
#include "core/link/peer.hpp"

namespace p2pns::link {

/// Opens connections. Implemented by the host.
class Dialer {
 public:
  /// Finds the node and connects to it: LinkHub::attach, then a link that is up, or LinkHub::on_dial_failed. Never
  /// calls back from inside. Not called again for a node before that.
  virtual void dial(const NodeId&) = 0;

 protected:
  ~Dialer() = default;
};

/// Takes one message; calls `done` once, now or later. The next message of the same node and protocol comes after it.
using Receiver = std::function<void(const NodeId& from, ByteVector message, AnswerTo done)>;

class LinkHub final : private LinkObserver, private Delivery {
 public:
  /// `dynamic_puzzle_bits`: what this network demands of HELLO. The references outlive the hub.
  LinkHub(TimerQueue& timers, Random& random, Dialer& dialer, const crypto::Identity& self, int dynamic_puzzle_bits);
  ~LinkHub();
  LinkHub(const LinkHub&) = delete;
  LinkHub& operator=(const LinkHub&) = delete;

  /// Errors: malformed (no name of a protocol), overloaded (it has a receiver, or there are protocols_maximum).
  Result<void> listen(std::string_view protocol, Receiver receiver);
  /// Its receiver is not called any more. One that is at work may finish.
  void unlisten(std::string_view protocol);
  /// Contract and errors: plugins/api/peer_links.hpp. A message to this node itself goes to its own receiver.
  Operation send(const NodeId& to, std::string_view protocol, ByteVector message, Callback<void(Result<void>)> done);

  /// A connection whose other end has proven to be `peer`. The host keeps the link for as long as it calls it. Null:
  /// there is no place, or the hub was stopped.
  std::shared_ptr<Link> attach(LinkStream& stream, const NodeId& peer, bool incoming, TimePoint hello_deadline);
  /// The node was not found, or none of its addresses led to a link.
  void on_dial_failed(const NodeId&);
  /// Ends all links, for example because the node's address changes. New ones may come.
  void end_all();
  /// Ends all links; nothing is delivered, and nothing can be sent afterwards.
  void stop();

  const LinkCounters& counters() const noexcept { return counters_; }
  LinkCounters& counters() noexcept { return counters_; }
  /// Links up or saying HELLO.
  std::size_t links(bool incoming) const noexcept { return incoming ? links_in_ : links_.size() - links_in_; }
  std::size_t queued_bytes() const noexcept { return queued_bytes_; }
  std::size_t received_bytes() const noexcept { return received_bytes_; }
  std::size_t peers() const noexcept { return peers_.size(); }

 private:
  void on_up(Link&) override;
  bool takes(std::string_view protocol) override;
  void on_message(Link&, IncomingMessage) override;
  void on_answered(Link&, OutgoingMessage, Errc outcome) override;
  void on_down(Link&, EndReason) override;
  bool deliver(const NodeId& from, const std::string& protocol, ByteVector message, AnswerTo done,
               Errc& refusal) override;
  void receiver_ended(const NodeId& from, const std::string& protocol) override;

  bool begin_dial(const NodeId&);
  bool failed_lately(const NodeId&) const;
  void remember_failure(const NodeId&);
  bool make_room(bool incoming);
  Peer& peer(const NodeId&);
  void forget_later(const NodeId&);
  Errc refusal_of(const NodeId& to, std::string_view protocol, std::size_t size_bytes);

  TimerQueue& timers_;
  Dialer& dialer_;
  NodeId self_;
  LinkCounters counters_;
  std::size_t queued_bytes_ = 0;
  std::size_t received_bytes_ = 0;
  std::size_t receiving_ = 0;
  std::map<std::string, std::size_t> receiving_of_;  // by protocol; none is 0
  std::size_t dials_ = 0;
  std::unordered_map<NodeId, TimePoint> redial_after_;  // failed_dials_maximum, or fewer
  std::size_t links_in_ = 0;
  std::uint64_t last_message_id_ = 0;  // one row for all peers: a peer that was forgotten may still know the last one
  bool stopped_ = false;
  LinkWorld link_world_;
  PeerWorld peer_world_;
  std::map<std::string, Receiver, std::less<>> receivers_;
  std::unordered_map<NodeId, std::unique_ptr<Peer>> peers_;
  std::unordered_map<Link*, std::shared_ptr<Link>> links_;  // all that have not ended
};

}  // namespace p2pns::link
