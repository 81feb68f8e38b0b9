#include "tests/unit/link/link_hosts.hpp"

#include <algorithm>

namespace p2pns::test {

void FakeStream::close() {
  closed = true;
  link.reset();
}

LinkHost::LinkHost(LinkHosts& hosts, Random& random, const crypto::Identity& identity, int dynamic_puzzle_bits)
    : hosts_(hosts),
      id_(identity.node_id()),
      timers_(hosts.now()),
      hub_(std::make_unique<link::LinkHub>(timers_, random, *this, identity, dynamic_puzzle_bits)) {}

void LinkHost::dial(const NodeId& to) {
  dialled.push_back(to);
  hosts_.begin_dial(*this, to);
}

void LinkHost::keep(std::string_view protocol, Result<void> outcome) {
  (void)hub_->listen(protocol, [this, outcome](const NodeId&, ByteVector message, link::AnswerTo done) {
    received.emplace_back(as_text(message));
    done(outcome);
  });
}

void LinkHost::hold(std::string_view protocol) {
  (void)hub_->listen(protocol, [this](const NodeId&, ByteVector message, link::AnswerTo done) {
    received.emplace_back(as_text(message));
    held.push_back(std::move(done));
  });
}

void LinkHost::finish(Result<void> outcome) {
  const link::AnswerTo done = std::move(held.front());
  held.pop_front();
  done(outcome);
}

void LinkHost::send(const NodeId& to, std::string_view protocol, std::string text) {
  ByteVector bytes = copy_of(as_bytes(text));
  hub_->send(to, protocol, std::move(bytes),
             [this, text = text.substr(0, 40)](Result<void> outcome) { outcomes.emplace_back(text, outcome); })
      .detach();
}

crypto::Identity LinkHosts::new_identity(int puzzle_bits) {
  return *crypto::Identity::generate(random_, {0, puzzle_bits});
}

LinkHost& LinkHosts::add(int puzzle_bits) { return hosts_.emplace_back(*this, random_, new_identity(0), puzzle_bits); }
LinkHost& LinkHosts::add(const crypto::Identity& identity) { return hosts_.emplace_back(*this, random_, identity, 0); }

LinkHost* LinkHosts::host_of(const NodeId& id) {
  // The newest: a node that was started anew is another host of the same id.
  const auto found =
      std::find_if(hosts_.rbegin(), hosts_.rend(), [&](const LinkHost& each) { return each.id() == id; });
  return found == hosts_.rend() ? nullptr : &*found;
}

std::pair<FakeStream*, FakeStream*> LinkHosts::connect(LinkHost& from, LinkHost& to) {
  const auto out = streams_.insert(streams_.end(), std::make_unique<FakeStream>())->get();
  const auto in = streams_.insert(streams_.end(), std::make_unique<FakeStream>())->get();
  out->other_ = in;
  in->other_ = out;
  const TimePoint deadline = now_ + std::chrono::seconds{5};
  from.timers().advance_to(now_);
  to.timers().advance_to(now_);
  out->link = from.hub().attach(*out, to.id(), false, deadline);
  in->link = to.hub().attach(*in, from.id(), true, deadline);
  out->closed = !out->link;
  in->closed = !in->link;
  return {out, in};
}

void LinkHosts::open(const Dial& dial) {
  LinkHost* const to = host_of(dial.to);
  if (to && to->reachable)
    connect(*dial.from, *to);
  else
    dial.from->hub().on_dial_failed(dial.to);
}

bool LinkHosts::move(FakeStream& stream) {
  FakeStream& other = *stream.other_;
  if (!stream.closed && other.closed && !stream.cut && !std::exchange(stream.told_end_, true)) {
    if (const auto link = stream.link) link->on_stream_end();
    return true;
  }
  if (stream.closed) return false;
  const auto link = stream.link;
  if (!stream.writing_) {
    stream.on_the_way_ = link->take_output();
    stream.writing_ = !stream.on_the_way_.empty();
    stream.written_bytes += stream.on_the_way_.size();
  }
  const bool arrives = stream.cut || (other.reads && !other.closed && other.link->may_read());
  if (!stream.writing_ || !arrives) return false;
  stream.writing_ = false;
  const ByteVector bytes = std::exchange(stream.on_the_way_, {});
  link->on_written();
  if (!stream.cut) {
    const auto reader = other.link;
    if (reader) reader->on_bytes(bytes);
  }
  return true;
}

bool LinkHosts::step() {
  bool moved = false;
  for (LinkHost& host : hosts_) {
    const auto deadline = host.timers().next_deadline();
    moved = moved || (deadline && *deadline <= now_);
    host.timers().advance_to(now_);
  }
  if (!dials_held_) {
    for (const Dial& dial : std::exchange(dials_, {})) {
      open(dial);
      moved = true;
    }
  }
  for (const auto& stream : streams_) moved = move(*stream) || moved;
  return moved;
}

void LinkHosts::settle() {
  while (step()) {
  }
}

void LinkHosts::run_for(Duration time) {
  const TimePoint end = now_ + time;
  settle();
  while (now_ < end) {
    TimePoint next = end;
    for (LinkHost& host : hosts_)
      if (const auto deadline = host.timers().next_deadline()) next = std::min(next, *deadline);
    now_ = std::max(now_, next);
    settle();
  }
}

}  // namespace p2pns::test
