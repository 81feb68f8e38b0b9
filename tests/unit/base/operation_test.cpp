#include "core/base/operation.hpp"

#include <gtest/gtest.h>

#include "core/base/timer_queue.hpp"

namespace p2pns {
namespace {

struct Recorder {
  int completions = 0;
  int last_value = 0;
  Callback<void(int)> callback() {
    return [this](int value) {
      ++completions;
      last_value = value;
    };
  }
};

TEST(Operation, CompletesOnceWithTheValue) {
  Recorder recorder;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  EXPECT_TRUE(operation.active());
  EXPECT_TRUE(completion.wanted());
  completion(7);
  completion(8);
  EXPECT_EQ(recorder.completions, 1);
  EXPECT_EQ(recorder.last_value, 7);
  EXPECT_FALSE(operation.active());
  EXPECT_FALSE(completion.wanted());
}

TEST(Operation, NeverCompletesAfterItWasCancelled) {
  Recorder recorder;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  operation.cancel();
  EXPECT_FALSE(completion.wanted());
  completion(7);
  EXPECT_EQ(recorder.completions, 0);
}

TEST(Operation, IsCancelledByItsDestructor) {
  Recorder recorder;
  Completion<int> completion;
  {
    auto [operation, other_end] = start_operation<int>(recorder.callback());
    completion = std::move(other_end);
    EXPECT_TRUE(completion.wanted());
  }
  EXPECT_FALSE(completion.wanted());
  completion(7);
  EXPECT_EQ(recorder.completions, 0);
}

TEST(Operation, IsCancelledWhenAnotherTakesItsPlace) {
  Recorder first, second;
  auto [operation, first_completion] = start_operation<int>(first.callback());
  auto [replacement, second_completion] = start_operation<int>(second.callback());
  operation = std::move(replacement);
  first_completion(1);
  second_completion(2);
  EXPECT_EQ(first.completions, 0);
  EXPECT_EQ(second.last_value, 2);
}

TEST(Operation, CompletesWithoutAHandleOnceDetached) {
  Recorder recorder;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  operation.detach();
  EXPECT_FALSE(operation.active());
  operation.cancel();
  completion(3);
  EXPECT_EQ(recorder.last_value, 3);
}

TEST(Operation, TellsTheProducerOnceThatItWasCancelled) {
  Recorder recorder;
  int clean_ups = 0;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  completion.on_cancel([&clean_ups] { ++clean_ups; });
  operation.cancel();
  operation.cancel();
  EXPECT_EQ(clean_ups, 1);
}

TEST(Operation, DoesNotCleanUpAfterCompletion) {
  Recorder recorder;
  int clean_ups = 0;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  completion.on_cancel([&clean_ups] { ++clean_ups; });
  completion(1);
  operation.cancel();
  EXPECT_EQ(clean_ups, 0);
}

TEST(Operation, CleanUpMayDestroyTheProducer) {
  Recorder recorder;
  struct Producer {
    Completion<int> completion;
  };
  auto producer = std::make_unique<Producer>();
  auto [operation, completion] = start_operation<int>(recorder.callback());
  producer->completion = std::move(completion);
  producer->completion.on_cancel([&producer] { producer.reset(); });
  operation.cancel();
  EXPECT_EQ(producer, nullptr);
}

TEST(Operation, CompletionMayDestroyItsOwnerAndItsOperation) {
  struct Owner {
    Operation operation;
    int value = 0;
  };
  auto owner = std::make_unique<Owner>();
  int seen = 0;
  auto [operation, completion] = start_operation<int>([&owner, &seen](int value) {
    owner.reset();
    seen = value;
  });
  owner->operation = std::move(operation);
  completion(5);
  EXPECT_EQ(owner, nullptr);
  EXPECT_EQ(seen, 5);
}

TEST(Operation, CompletionMayStartTheNextOperationInItsPlace) {
  Recorder second;
  Operation current;
  Completion<int> next;
  auto [operation, completion] = start_operation<int>([&](int) {
    auto [replacement, other_end] = start_operation<int>(second.callback());
    current = std::move(replacement);
    next = std::move(other_end);
  });
  current = std::move(operation);
  completion(1);
  EXPECT_TRUE(current.active());
  next(2);
  EXPECT_EQ(second.last_value, 2);
}

TEST(Operation, EndsSilentlyWhenTheProducerDropsIt) {
  Recorder recorder;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  { const Completion<int> dropped = std::move(completion); }
  EXPECT_FALSE(operation.active());
  EXPECT_EQ(recorder.completions, 0);
}

TEST(Operation, IsNotCompletedInsideTheStartingCallWhenItIsPosted) {
  TimerQueue timers{TimePoint{}};
  Recorder recorder;
  auto [operation, completion] = start_operation<int>(recorder.callback());
  timers.post([completion = std::move(completion)]() mutable { completion(9); });
  EXPECT_EQ(recorder.completions, 0);
  timers.advance_to(timers.now());
  EXPECT_EQ(recorder.last_value, 9);
}

TEST(Operation, IsInactiveByDefault) {
  Operation operation;
  EXPECT_FALSE(operation.active());
  operation.cancel();
  Completion<int> completion;
  EXPECT_FALSE(completion.wanted());
  completion.on_cancel([] {});
  completion(1);
}

}  // namespace
}  // namespace p2pns
