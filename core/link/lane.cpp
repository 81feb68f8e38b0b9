#include "core/link/lane.hpp"

#include <algorithm>

#include "core/link/frame.hpp"

namespace p2pns::link {

namespace {
void give(AnswerTo& answer, Result<void> outcome) {
  if (const auto once = std::exchange(answer, nullptr)) once(outcome);
}
}  // namespace

void Lane::push(ByteVector message, AnswerTo answer, const void* source) {
  const std::uint64_t number = ++numbers_;
  Timer limit = world_.timers.after(receive_time_maximum, [this, number] { on_limit(number); });
  const std::size_t size_bytes = message.size();
  waiting_.push_back({number, std::move(message), size_bytes, std::move(answer), source, std::move(limit)});
  run_later();
}

void Lane::drop(const void* source) {
  std::erase_if(waiting_, [source](const Item& each) { return each.source == source; });
  if (running_ && current_.source == source) (void)take_answer_at_work();
}

AnswerTo Lane::take_answer_at_work() {
  if (current_.answer) {
    outliving_bytes_ = current_.size_bytes;
    world_.received_bytes += outliving_bytes_;
  }
  return std::exchange(current_.answer, nullptr);
}

void Lane::stop() {
  const auto self = shared_from_this();
  std::deque<Item> waiting = std::exchange(waiting_, {});
  if (running_) {
    AnswerTo answer = take_answer_at_work();
    give(answer, Errc::not_reachable);
  }
  for (Item& each : waiting) give(each.answer, Errc::not_reachable);
}

void Lane::run_later() {
  if (running_ || std::exchange(planned_, true)) return;
  world_.timers.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->run();
  });
}

void Lane::run() {
  planned_ = false;
  if (running_ || waiting_.empty()) return;
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  running_ = true;
  Errc refusal = Errc::unsupported;
  AnswerTo done = [weak = weak_from_this(), number = current_.number](Result<void> outcome) {
    if (const auto self = weak.lock()) self->on_done(number, outcome);
  };
  const auto self = shared_from_this();  // whatever the receiver does
  if (world_.delivery.deliver(from_, protocol_, std::move(current_.message), std::move(done), refusal)) return;
  running_ = false;
  current_.limit.cancel();
  give(current_.answer, refusal);
  if (!waiting_.empty()) run_later();
}

void Lane::on_done(std::uint64_t number, Result<void> outcome) {
  if (!running_ || number != current_.number) return;
  running_ = false;
  current_.limit.cancel();
  world_.received_bytes -= std::exchange(outliving_bytes_, 0);
  world_.delivery.receiver_ended(from_, protocol_);
  const auto self = shared_from_this();
  // As it would travel, also to a sender at this node.
  give(current_.answer, outcome ? outcome : Result<void>{outcome_of(status_of(outcome.error()))});
  if (!waiting_.empty()) run_later();
}

void Lane::on_limit(std::uint64_t number) {
  ++world_.counters.receiver_timed_out;
  const auto self = shared_from_this();
  if (running_ && number == current_.number) {
    AnswerTo answer = take_answer_at_work();
    return give(answer, Errc::timed_out);
  }
  const auto item = std::ranges::find(waiting_, number, &Item::number);
  if (item == waiting_.end()) return;
  AnswerTo answer = std::move(item->answer);
  waiting_.erase(item);
  give(answer, Errc::timed_out);
}

}  // namespace p2pns::link
