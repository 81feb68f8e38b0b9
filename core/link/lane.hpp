// Lane: what one node sent under one protocol, handed to its receiver one message after the other, whichever links they
// came over. Tells their sender when a receiver takes too long.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "core/base/key.hpp"
#include "core/base/timer_queue.hpp"
#include "core/link/link_counters.hpp"
#include "core/link/link_limits.hpp"

namespace p2pns::link {

using AnswerTo = Callback<void(Result<void>)>;

/// Finds the receivers.
class Delivery {
 public:
  /// Gives a message to the protocol's receiver, which calls `done` once, now or later. False: `done` will not be
  /// called, and `refusal` says why.
  virtual bool deliver(const NodeId& from, const std::string& protocol, ByteVector message, AnswerTo done,
                       Errc& refusal) = 0;
  /// `done` was called.
  virtual void receiver_ended(const NodeId& from, const std::string& protocol) = 0;

 protected:
  ~Delivery() = default;
};

/// What all lanes share; the references outlive them.
struct LaneWorld {
  TimerQueue& timers;
  Delivery& delivery;
  LinkCounters& counters;
  std::size_t& received_bytes;  ///< held by all inboxes, and by receivers that nobody waits for any more
};

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(const LaneWorld& world, const NodeId& from, std::string protocol)
      : world_(world), from_(from), protocol_(std::move(protocol)) {}

  /// `answer` is called once, never inside this call, unless drop(source) comes first. `source`: the link, or null.
  void push(ByteVector message, AnswerTo answer, const void* source);
  /// The link is gone: what came over it and did not reach the receiver yet is dropped, and nobody waits for an answer.
  void drop(const void* source);
  /// Nothing reaches the receiver any more; who waits for an answer is told not_reachable.
  void stop();
  /// False once nothing waits and no receiver is at work.
  bool busy() const noexcept { return running_ || !waiting_.empty(); }
  const std::string& protocol() const noexcept { return protocol_; }
  std::uint64_t last_id = 0;  ///< of the messages that came over links

 private:
  struct Item {
    std::uint64_t number = 0;
    ByteVector message;
    std::size_t size_bytes = 0;
    AnswerTo answer;
    const void* source = nullptr;
    Timer limit;
  };
  void run_later();
  void run();
  void on_done(std::uint64_t number, Result<void>);
  void on_limit(std::uint64_t number);
  AnswerTo take_answer_at_work();

  LaneWorld world_;
  NodeId from_;
  std::string protocol_;
  std::deque<Item> waiting_;
  Item current_;  // its answer is null once it was given
  bool running_ = false;
  std::size_t outliving_bytes_ = 0;  // of the current one, which nobody waits for and its receiver still has
  bool planned_ = false;
  std::uint64_t numbers_ = 0;
};

}  // namespace p2pns::link
