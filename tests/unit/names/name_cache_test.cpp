#include "core/names/name_cache.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

const TimePoint now{1h};
const UnixTime wall{1'780'000'000'000ms};

P2PName numbered(std::size_t number) { return {NameKind::label, "p2p", "name" + std::to_string(number)}; }

std::shared_ptr<const NameAnswer> answer_for(const P2PName& name, TimePoint expires, Outcome outcome = Outcome::found) {
  auto answer = std::make_shared<NameAnswer>();
  answer->outcome = outcome;
  answer->name = name;
  answer->expires = expires;
  return answer;
}

NameLimits limits_with(std::size_t entries) {
  NameLimits limits;
  limits.cache_entries_maximum = entries;
  return limits;
}

dht::Binding binding_of(std::uint8_t owner, std::uint64_t sequence, std::uint32_t generation = 0) {
  dht::Binding binding;
  binding.owner.value.fill(std::byte{owner});
  binding.sequence = sequence;
  binding.generation = generation;
  binding.not_after = wall + std::chrono::days{30};
  return binding;
}

TEST(NameCache, KeepsAnAnswerUntilItExpires) {
  NameCache cache{NameLimits{}};
  cache.keep_answer(answer_for(numbered(1), now + 60s), now);
  EXPECT_NE(cache.find(numbered(1), now + 60s - 1us), nullptr);
  EXPECT_EQ(cache.find(numbered(1), now + 60s), nullptr);
  EXPECT_EQ(cache.find(numbered(2), now), nullptr);
}

TEST(NameCache, DoesNotKeepAnAnswerThatHasExpired) {
  NameCache cache{NameLimits{}};
  cache.keep_answer(answer_for(numbered(1), now, Outcome::contested), now);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(NameCache, ForgetsTheLeastRecentlyUsedNameAboveItsMaximum) {
  NameCache cache{limits_with(3)};
  for (std::size_t i = 1; i <= 2; ++i) cache.keep_answer(answer_for(numbered(i), now + 60s), now);
  EXPECT_EQ(cache.size(), 2U);
  cache.keep_answer(answer_for(numbered(3), now + 60s), now);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_NE(cache.find(numbered(1), now), nullptr);  // used: now 2 is the oldest
  cache.keep_answer(answer_for(numbered(4), now + 60s), now);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_EQ(cache.find(numbered(2), now), nullptr);
  for (const std::size_t kept : {1U, 3U, 4U}) EXPECT_NE(cache.find(numbered(kept), now), nullptr) << kept;
}

TEST(NameCache, OfManyNamesStaysWithinItsMaximumToo) {
  NameCache cache{limits_with(8192)};
  for (std::size_t i = 0; i < 20'000; ++i) cache.keep_answer(answer_for(numbered(i), now + 60s), now);
  EXPECT_LE(cache.size(), 8192U);
  EXPECT_GT(cache.size(), 7000U);
  EXPECT_NE(cache.find(numbered(19'999), now), nullptr);
}

TEST(NameCache, KeepsABindingForItsLifeAndNotBeyondItsLease) {
  NameCache cache{NameLimits{}};
  cache.keep_binding(numbered(1), binding_of(1, 1), now, wall);
  EXPECT_TRUE(cache.find_binding(numbered(1), now + 1h - 1us));
  EXPECT_FALSE(cache.find_binding(numbered(1), now + 1h));
  dht::Binding ending = binding_of(1, 2);
  ending.not_after = wall + 10min;
  cache.keep_binding(numbered(1), ending, now, wall);
  EXPECT_TRUE(cache.find_binding(numbered(1), now + 10min - 1us));
  EXPECT_FALSE(cache.find_binding(numbered(1), now + 10min));
}

TEST(NameCache, PrefersTheNewerBindingOfOneOwner) {
  NameCache cache{NameLimits{}};
  cache.keep_binding(numbered(1), binding_of(1, 5), now, wall);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(1, 4), now, wall).sequence, 5U);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(1, 6), now, wall).sequence, 6U);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(1, 1, 1), now, wall).generation, 1U);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(1, 9, 0), now, wall).generation, 1U);
}

TEST(NameCache, TakesTheBindingOfAnotherOwnerWhateverItsSequence) {
  NameCache cache{NameLimits{}};
  cache.keep_binding(numbered(1), binding_of(1, 5), now, wall);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(2, 1), now, wall).owner, binding_of(2, 1).owner);
}

TEST(NameCache, TakesAnOlderBindingOnceTheNewerOneHasEnded) {
  NameCache cache{NameLimits{}};
  dht::Binding ended = binding_of(1, 5);
  ended.not_after = wall;
  cache.keep_binding(numbered(1), ended, now, wall);
  EXPECT_EQ(cache.keep_binding(numbered(1), binding_of(1, 4), now, wall).sequence, 4U);
}

TEST(NameCache, ForgetsAllButTheNewestRecordSetSeen) {
  NameCache cache{NameLimits{}};
  cache.forget(numbered(1));
  EXPECT_EQ(cache.size(), 0U);
  cache.keep_answer(answer_for(numbered(1), now + 60s), now);
  cache.keep_binding(numbered(1), binding_of(1, 5), now, wall);
  cache.keep_hint(numbered(1), {});
  cache.keep_seen(numbered(1), {binding_of(1, 5).owner, binding_of(1, 5).node, 0, 7});
  cache.forget(numbered(1));
  EXPECT_EQ(cache.find(numbered(1), now), nullptr);
  EXPECT_FALSE(cache.find_binding(numbered(1), now));
  EXPECT_FALSE(cache.find_hint(numbered(1)));
  ASSERT_TRUE(cache.find_seen(numbered(1)));
  EXPECT_EQ(cache.find_seen(numbered(1))->sequence, 7U);
}

TEST(NameCache, AnswersManyThreadsWhileItChanges) {
  constexpr std::size_t names = 64;
  NameCache cache{limits_with(names / 2)};  // so that entries are evicted under the readers' hands
  std::atomic<bool> stop = false;
  std::atomic<std::size_t> hits = 0;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 4; ++reader) {
    readers.emplace_back([&] {
      for (std::size_t i = 0; !stop; ++i) {
        const auto found = cache.find(numbered(i % names), now);
        if (!found) continue;
        EXPECT_EQ(found->name, numbered(i % names));
        ++hits;
      }
    });
  }
  for (std::size_t i = 0; i < 20'000 || hits < 1000; ++i) {
    cache.keep_answer(answer_for(numbered(i % names), now + 60s), now);
    if (i % 7 == 0) cache.forget(numbered(i * 5 % names));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LE(cache.size(), names / 2);
}

}  // namespace
}  // namespace p2pns::names
