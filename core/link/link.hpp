// Link: one connection between two nodes that have proven their keys, from its first frame to its last. Bytes and time
// come in by value; bytes go out when the connection asks for them. It knows HELLO, keep-alive, BYE, and when a peer is
// too slow or breaks the rules. Which message goes to which node is peer.hpp's business, TLS the host's.
#pragma once

#include <memory>

#include "core/link/inbox.hpp"
#include "core/link/link_counters.hpp"
#include "core/link/outbox.hpp"

namespace p2pns::link {

class Link;

/// The encrypted connection under a link. The host implements it; it keeps the Link alive while it calls it.
class LinkStream {
 public:
  /// Link::take_output() has something, or Link::may_read() turned true. Never calls back from inside.
  virtual void wake() = 0;
  /// The link is over: nothing of it is called any more, what take_output() gave is not written to its end.
  virtual void close() = 0;

 protected:
  ~LinkStream() = default;
};

/// Who owns the link. Called from inside the link; may end it.
class LinkObserver {
 public:
  /// The peer's HELLO has come, and its puzzles are solved.
  virtual void on_up(Link&) = 0;
  virtual bool takes(std::string_view protocol) = 0;
  virtual void on_message(Link&, IncomingMessage) = 0;
  virtual void on_answered(Link&, OutgoingMessage, Errc outcome) = 0;
  /// Once, last.
  virtual void on_down(Link&, EndReason) = 0;

 protected:
  ~LinkObserver() = default;
};

/// What all links of a node share; every reference outlives them.
struct LinkWorld {
  TimerQueue& timers;
  LinkObserver& observer;
  LinkCounters& counters;
  std::size_t& received_bytes;  ///< held by all inboxes
  Hello hello;                  ///< what this node says first
  int dynamic_puzzle_bits = 0;  ///< what a peer's puzzle must have
};

class Link {
 public:
  /// `peer` has proven its key to `stream`, which outlives the link's end. HELLO must come before `hello_deadline`.
  Link(const LinkWorld&, LinkStream& stream, const NodeId& peer, bool incoming, TimePoint hello_deadline);

  // For the stream.
  void on_bytes(Bytes);
  /// False: it takes no more for now, and on_bytes() is not to be called before wake().
  bool may_read() const noexcept;
  /// The connection ended. What was not answered fails.
  void on_stream_end();
  /// What to write next, at most one TLS record; empty: nothing now. Ask again after on_written().
  ByteVector take_output();
  /// All that take_output() gave last has left.
  void on_written();

  // For the owner.
  void send(OutgoingMessage);
  /// The receiver is done with a message.
  void answer(std::uint64_t id, Errc outcome);
  void end(EndReason);
  Outbox& outbox() noexcept { return outbox_; }

  const NodeId& peer() const noexcept { return peer_; }
  bool incoming() const noexcept { return incoming_; }
  bool up() const noexcept { return up_ && !ended_; }
  bool was_up() const noexcept { return up_; }
  bool ended() const noexcept { return ended_; }
  /// Begins no message any more, because one of both ends has said BYE.
  bool closing() const noexcept { return said_bye_ || heard_bye_; }
  /// Of the peer's program; valid when up.
  const RunId& run() const noexcept { return peer_run_; }
  /// Nothing is under way in either direction.
  bool idle() const noexcept { return outbox_.empty() && inbox_.unanswered() == 0; }
  TimePoint last_message_at() const noexcept { return last_message_at_; }

 private:
  struct Visitor;
  void on_frame(const Frame&);
  void on_hello(const Hello&);
  void on_received(Result<std::optional<IncomingMessage>>);
  void on_done(const Done&);
  void on_ping(const Ping&);
  void on_bye();
  void say(const Frame&);
  void say_bye();
  void close_when_done();
  void check();
  std::optional<EndReason> fault(TimePoint now) const;
  void keep_alive(TimePoint now);

  LinkWorld world_;
  LinkStream* stream_;
  NodeId peer_;
  bool incoming_;
  TimePoint hello_deadline_;
  RunId peer_run_{};
  bool up_ = false;
  bool ended_ = false;
  bool said_bye_ = false;
  bool heard_bye_ = false;
  FrameReader reader_;
  Inbox inbox_;
  Outbox outbox_;
  ByteVector control_;                     // frames that are no messages, not yet taken
  std::optional<std::uint64_t> pong_due_;  // one at most, whatever the peer asks
  std::optional<TimePoint> writing_since_;
  std::optional<TimePoint> asked_at_;  // PING, unanswered
  std::optional<TimePoint> bye_at_;
  TimePoint last_heard_at_;
  TimePoint last_message_at_;
  TimePoint pings_filled_at_;
  int pings_left_ = ping_burst_maximum;
  std::size_t frames_left_ = frames_per_check_maximum;
  Timer check_;
};

}  // namespace p2pns::link
