#include "frontends/hip/prompt_search.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/fake_name_service.hpp"
#include "tests/support/scripted_names.hpp"

namespace p2pns::hip {
namespace {

namespace asio = boost::asio;
using Value = std::optional<ByteVector>;

constexpr TimePoint now_in_tests{std::chrono::seconds{1000}};
const crypto::Hit some_hit = *crypto::parse_hit("2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
const Key some_key = crypto::hit_key_of(some_hit);

std::shared_ptr<const names::WeakAnswer> values(const std::vector<std::size_t>& sizes, bool with_hit) {
  auto answer = std::make_shared<names::WeakAnswer>();
  answer->outcome = names::WeakOutcome::found;
  answer->key = some_key;
  for (const std::size_t size : sizes) {
    answer->values.emplace_back();
    answer->values.back().value.resize(size);
    if (with_hit) answer->values.back().hit = some_hit;
  }
  return answer;
}
std::shared_ptr<const names::HitAnswer> hit(names::HitOutcome outcome) {
  auto answer = std::make_shared<names::HitAnswer>();
  answer->outcome = outcome;
  answer->hit = some_hit;
  return answer;
}

struct PromptSearchTest : testing::Test {
  /// Begins to look; the slot is filled with what was answered.
  std::shared_ptr<std::optional<Value>> begin(Key key = some_key) {
    auto slot = std::make_shared<std::optional<Value>>();
    asio::co_spawn(context, search.find(key), [slot](std::exception_ptr, Value value) { *slot = std::move(value); });
    poll();
    return slot;
  }
  void poll() {
    context.restart();
    context.poll();
  }
  void run_until_answered(const std::optional<Value>& slot) {
    context.restart();
    while (!slot && context.run_one() > 0) {
    }
    ASSERT_TRUE(slot);
  }

  asio::io_context context;
  test::ScriptedNames service;
  TimePoint now = now_in_tests;
  PromptSearch search{context.get_executor(), service, [this] { return now; }, 2};
};

TEST_F(PromptSearchTest, AnswersWithTheNewestValue) {
  const auto slot = begin();
  ASSERT_EQ(service.weak_searches.size(), 1U);
  test::ScriptedNames::take(service.weak_searches).complete(values({1, 2, 3}, false));
  poll();
  ASSERT_TRUE(*slot);
  EXPECT_EQ((**slot)->size(), 3U);
  EXPECT_EQ(search.running(), 0U);
}

TEST_F(PromptSearchTest, NothingIsToldOfAHitThatItsKeyHasRevoked) {
  for (const auto& [outcome, told] : {std::pair{names::HitOutcome::revoked, false},
                                      {names::HitOutcome::unknown, true},
                                      {names::HitOutcome::found, true},
                                      {names::HitOutcome::timed_out, true}}) {
    const auto slot = begin();
    test::ScriptedNames::take(service.weak_searches).complete(values({1}, true));
    poll();
    ASSERT_EQ(service.hit_searches.size(), 1U);
    EXPECT_FALSE(*slot) << "not before its key has been heard";
    test::ScriptedNames::take(service.hit_searches).complete(hit(outcome));
    poll();
    ASSERT_TRUE(*slot);
    EXPECT_EQ((*slot)->has_value(), told);
  }
}

/// Values stand in the cache all the time here, and what the HIT's key says does not, as after hip_unknown_life.
struct WarmSearchTest : PromptSearchTest {
  /// The search that runs ends with this.
  void hear(names::HitOutcome outcome, const crypto::Hit& about = some_hit) {
    ASSERT_EQ(service.weak_searches.size(), 1U);
    test::ScriptedNames::take(service.weak_searches).complete(service.cached_weak);
    poll();
    ASSERT_EQ(service.hit_searches.size(), 1U);
    auto answer = std::make_shared<names::HitAnswer>(*hit(outcome));
    answer->hit = about;
    test::ScriptedNames::take(service.hit_searches).complete(answer);
    poll();
  }
  void warm_up(names::HitOutcome outcome = names::HitOutcome::unknown) {
    service.cached_weak = values({5}, true);
    begin();
    hear(outcome);
  }
};

TEST_F(WarmSearchTest, AHostWithoutAStatementIsAnsweredAtOnceAndCheckedAgain) {
  warm_up();
  now += revocation_check_life - std::chrono::milliseconds{1};
  const auto slot = begin();
  ASSERT_TRUE(*slot);
  ASSERT_TRUE((*slot)->has_value());
  EXPECT_EQ((**slot)->size(), 5U);
  EXPECT_EQ(search.running(), 1U) << "for the next one";
  begin();
  hear(names::HitOutcome::unknown);
  EXPECT_EQ(search.running(), 0U);
  now += revocation_check_life - std::chrono::milliseconds{1};
  EXPECT_TRUE(*begin()) << "the second check counts from its own time";
}

TEST_F(WarmSearchTest, ACheckThatIsOldIsWaitedFor) {
  warm_up();
  now += revocation_check_life;
  const auto slot = begin();
  EXPECT_FALSE(*slot);
  hear(names::HitOutcome::unknown);
  ASSERT_TRUE(*slot);
  EXPECT_TRUE((*slot)->has_value());
}

TEST_F(WarmSearchTest, WhatIsRevokedMeanwhileIsToldToNobodyAfterTheNextCheck) {
  warm_up();
  begin();
  hear(names::HitOutcome::revoked);
  EXPECT_FALSE(*begin()) << "nothing is known of it any more";
}

TEST_F(WarmSearchTest, ALookupThatFailsIsNoCheck) {
  warm_up(names::HitOutcome::timed_out);
  EXPECT_FALSE(*begin());
}

TEST_F(WarmSearchTest, ValuesAreToldWhileNoSearchCanBegin) {
  warm_up();
  for (int number = 1; number <= 2; ++number) {
    Key other;
    other.value[0] = std::byte(number);
    begin(other);
  }
  const auto slot = begin();
  ASSERT_TRUE(*slot);
  EXPECT_TRUE((*slot)->has_value());
  EXPECT_EQ(search.running(), 2U);
}

TEST_F(WarmSearchTest, ABoundedNumberOfChecksIsRemembered) {
  const auto numbered = [](std::size_t number) {
    crypto::Hit other = some_hit;
    other.value[14] = static_cast<std::byte>(number / 256);
    other.value[15] = static_cast<std::byte>(number % 256);
    return other;
  };
  const auto check = [&](std::size_t number) {
    auto answer = std::make_shared<names::WeakAnswer>(*values({5}, true));
    answer->values.back().hit = numbered(number);
    service.cached_weak = answer;
    const auto slot = begin();
    const bool at_once = slot->has_value();
    hear(names::HitOutcome::unknown, numbered(number));
    return at_once;
  };
  for (std::size_t number = 0; number < revocation_checks_maximum; ++number) ASSERT_FALSE(check(number));
  EXPECT_TRUE(check(revocation_checks_maximum - 1));
  EXPECT_FALSE(check(revocation_checks_maximum));
  EXPECT_FALSE(check(revocation_checks_maximum)) << "there was no room for it";
  now += revocation_check_life;
  EXPECT_FALSE(check(revocation_checks_maximum));
  EXPECT_TRUE(check(revocation_checks_maximum)) << "those that have ended made room";
}

TEST_F(PromptSearchTest, WhoeverHasWaitedLongEnoughIsAnsweredAndTheSearchGoesOn) {
  const auto slot = begin();
  run_until_answered(*slot);
  EXPECT_FALSE((*slot)->has_value());
  EXPECT_EQ(search.running(), 1U);
  EXPECT_TRUE(service.weak_searches.front().complete.wanted());
  test::ScriptedNames::take(service.weak_searches).complete(values({1}, false));
  poll();
  EXPECT_EQ(search.running(), 0U);
}

TEST_F(PromptSearchTest, AllWhoAskForAKeyShareOneSearch) {
  const auto first = begin();
  const auto second = begin();
  ASSERT_EQ(service.weak_searches.size(), 1U);
  test::ScriptedNames::take(service.weak_searches).complete(values({4}, false));
  poll();
  EXPECT_TRUE(*first && (*first)->has_value() && *second && (*second)->has_value());
}

TEST_F(PromptSearchTest, SearchesAboveTheMaximumDoNotBegin) {
  const auto numbered = [](int number) {
    Key key;
    key.value[0] = std::byte(number);
    return key;
  };
  begin(numbered(1));
  begin(numbered(2));
  EXPECT_EQ(search.over_limit(), 0U);
  const auto third = begin(numbered(3));
  ASSERT_TRUE(*third);
  EXPECT_FALSE((*third)->has_value());
  EXPECT_EQ(search.over_limit(), 1U);
  EXPECT_EQ(search.running(), 2U);
}

TEST_F(PromptSearchTest, StoppingGivesSearchesUp) {
  const auto slot = begin();
  search.stop();
  EXPECT_FALSE(service.weak_searches.front().complete.wanted());
  run_until_answered(*slot);
  EXPECT_FALSE((*slot)->has_value());
}

TEST(PromptSearchInCache, AnswersAtOnceFromWhatIsKnown) {
  asio::io_context context;
  test::FakeNameService service{[&](Callback<void()> action) { asio::post(context, std::move(action)); }};
  service.hits.set_weak(*values({5}, false), true);
  PromptSearch search{context.get_executor(), service, [] { return now_in_tests; }, 2};
  Value found;
  asio::co_spawn(context, search.find(some_key), [&](std::exception_ptr, Value value) { found = std::move(value); });
  context.run();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 5U);
  EXPECT_TRUE(service.hits.weak_searches.empty());
}

}  // namespace
}  // namespace p2pns::hip
