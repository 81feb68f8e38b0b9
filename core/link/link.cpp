#include "core/link/link.hpp"

#include <algorithm>

namespace p2pns::link {

Link::Link(const LinkWorld& world, LinkStream& stream, const NodeId& peer, bool incoming, TimePoint hello_deadline)
    : world_(world),
      stream_(&stream),
      peer_(peer),
      incoming_(incoming),
      hello_deadline_(hello_deadline),
      inbox_(world.received_bytes),
      last_heard_at_(world.timers.now()),
      last_message_at_(world.timers.now()),
      pings_filled_at_(world.timers.now()) {
  append_frame(control_, world_.hello);
  check_ = world_.timers.after(check_interval, [this] { check(); });
}

void Link::on_bytes(Bytes bytes) {
  if (ended_) return;
  last_heard_at_ = world_.timers.now();
  asked_at_.reset();
  world_.counters.bytes_received += bytes.size();
  reader_.feed(bytes);
  while (!ended_) {
    const auto frame = reader_.next();
    if (!frame) return end(EndReason::malformed);
    if (!*frame) return;
    frames_left_ -= std::min<std::size_t>(frames_left_, 1);
    on_frame(**frame);
  }
}

bool Link::may_read() const noexcept { return !ended_ && control_.size() < answers_maximum_bytes && frames_left_ > 0; }

struct Link::Visitor {
  Link& link;
  void operator()(const Hello& hello) const { link.on_hello(hello); }
  void operator()(const MessageStart& start) const {
    if (link.heard_bye_) return link.end(EndReason::malformed);
    const bool wanted = link.world_.observer.takes(start.protocol);
    link.on_received(link.inbox_.on_start(start, wanted, link.world_.timers.now()));
  }
  void operator()(const MessagePart& part) const { link.on_received(link.inbox_.on_part(part)); }
  void operator()(const Done& done) const { link.on_done(done); }
  void operator()(const Ping& ping) const { link.on_ping(ping); }
  void operator()(const Pong&) const {}  // any byte shows that the peer is there
  void operator()(const Bye&) const { link.on_bye(); }
};

void Link::on_frame(const Frame& frame) {
  // HELLO is the first frame, and only the first.
  if (std::holds_alternative<Hello>(frame) == up_) return end(EndReason::malformed);
  std::visit(Visitor{*this}, frame);
}

void Link::on_hello(const Hello& hello) {
  if (crypto::dynamic_puzzle_bits(peer_, hello.puzzle) < world_.dynamic_puzzle_bits)
    return end(EndReason::puzzle_unsolved);
  peer_run_ = hello.run;
  up_ = true;
  world_.observer.on_up(*this);
}

void Link::on_received(Result<std::optional<IncomingMessage>> received) {
  last_message_at_ = world_.timers.now();
  if (!received)
    return end(received.error() == make_error_code(Errc::overloaded) ? EndReason::flooded : EndReason::malformed);
  if (!*received) return;
  IncomingMessage& message = **received;
  if (message.refusal == Errc::ok) return world_.observer.on_message(*this, std::move(message));
  ++(message.refusal == Errc::unsupported ? world_.counters.unsupported : world_.counters.received_overloaded);
  answer(message.id, message.refusal);
}

void Link::answer(std::uint64_t id, Errc outcome) {
  if (ended_ || !inbox_.answer(id)) return;
  last_message_at_ = world_.timers.now();
  say(Done{id, outcome});
  close_when_done();
}

void Link::on_done(const Done& done) {
  auto message = outbox_.take_answered(done.id);
  if (!message) return end(EndReason::malformed);
  last_message_at_ = world_.timers.now();
  world_.observer.on_answered(*this, std::move(*message), done.outcome);
  if (ended_) return;
  if (outbox_.can_write()) stream_->wake();
  close_when_done();
}

void Link::on_ping(const Ping& ping) {
  const TimePoint now = world_.timers.now();
  const auto more = (now - pings_filled_at_) / ping_interval_minimum;
  if (more > 0) {
    pings_left_ = static_cast<int>(std::min<std::int64_t>(ping_burst_maximum, pings_left_ + more));
    pings_filled_at_ = now;
  }
  if (pings_left_ == 0) return end(EndReason::flooded);
  --pings_left_;
  pong_due_ = ping.value;
  stream_->wake();
}

void Link::on_bye() {
  if (heard_bye_) return end(EndReason::malformed);
  heard_bye_ = true;
  outbox_.hold();
  close_when_done();
}

void Link::say_bye() {
  said_bye_ = true;
  outbox_.hold();
  bye_at_ = world_.timers.now();
  say(Bye{});
}

void Link::close_when_done() {
  if (ended_ || !heard_bye_ || outbox_.unacknowledged() > 0) return;
  if (!said_bye_) say_bye();
  // What was said last must leave before the connection is closed: on_written() asks again.
  if (inbox_.unanswered() == 0 && control_.empty() && !writing_since_) end(EndReason::closed);
}

void Link::send(OutgoingMessage message) {
  outbox_.add(std::move(message));
  if (stream_ && outbox_.can_write()) stream_->wake();
}

void Link::say(const Frame& frame) {
  append_frame(control_, frame);
  stream_->wake();
}

ByteVector Link::take_output() {
  if (ended_) return {};
  const TimePoint now = world_.timers.now();
  if (pong_due_) append_frame(control_, Pong{*pong_due_});
  pong_due_.reset();
  ByteVector out = std::exchange(control_, {});
  if (up_ && out.size() < frame_maximum_bytes) {
    const std::size_t before = out.size();
    world_.counters.messages_sent += outbox_.write(out, frame_maximum_bytes - out.size(), now);
    if (out.size() > before) last_message_at_ = now;
  }
  if (!out.empty()) writing_since_ = now;
  world_.counters.bytes_sent += out.size();
  return out;
}

void Link::on_written() {
  writing_since_.reset();
  close_when_done();
}

void Link::on_stream_end() {
  // After both have said BYE the end is the peer's right, and nothing is lost with a link that is idle.
  end(up_ && idle() ? EndReason::closed : EndReason::broken);
}

void Link::end(EndReason reason) {
  if (std::exchange(ended_, true)) return;
  check_.cancel();
  inbox_.drop_all();
  world_.counters.count(reason);
  std::exchange(stream_, nullptr)->close();
  world_.observer.on_down(*this, reason);
}

std::optional<EndReason> Link::fault(TimePoint now) const {
  if (!up_) return now >= hello_deadline_ ? std::optional{EndReason::handshake_timed_out} : std::nullopt;
  if (asked_at_ && now - *asked_at_ >= pong_time_maximum) return EndReason::half_open;
  if (writing_since_ && now - *writing_since_ >= write_time_maximum) return EndReason::slow_reader;
  const auto partial = inbox_.partial_since();
  if (partial && now - *partial >= message_time_maximum) return EndReason::slow_sender;
  const auto asked = outbox_.waiting_since();
  if (asked && now - *asked >= answer_time_maximum) return EndReason::unanswered;
  if (bye_at_ && now - *bye_at_ >= answer_time_maximum) return EndReason::unanswered;
  return std::nullopt;
}

void Link::keep_alive(TimePoint now) {
  if (!asked_at_ && now - last_heard_at_ >= quiet_time) {
    asked_at_ = now;
    say(Ping{static_cast<std::uint64_t>(now.time_since_epoch().count())});
  }
  if (!closing() && idle() && now - last_message_at_ >= idle_time_maximum) say_bye();
}

void Link::check() {
  const TimePoint now = world_.timers.now();
  if (const auto reason = fault(now)) return end(*reason);
  check_ = world_.timers.after(check_interval, [this] { check(); });
  frames_left_ = frames_per_check_maximum;
  stream_->wake();
  if (up_) keep_alive(now);
}

}  // namespace p2pns::link
