#include "core/names/owner_desk.hpp"

#include <gtest/gtest.h>

#include "core/store/memory_state_store.hpp"
#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using wire::MessageType;

class OwnerDeskTest : public ::testing::Test {
 protected:
  struct Said {
    MessageType type;
    ByteVector body;
  };

  OwnerDeskTest() {
    OwnedName owned;
    owned.binding = {"p2p", "alice", owner.public_key(), {}, 0, 1, wall_clock.now() + 24h};
    owned.records = {{"", 1, 300, ByteVector(4)}};
    owned.record_sequence = 9;
    put(owned);
  }

  void put(const OwnedName& owned) {
    names.put(alice, owned, [](const Result<void>& written) { EXPECT_TRUE(written); });
    timers.advance_to(timers.now());  // the store commits
  }

  std::optional<Said> ask(Bytes body, std::size_t answer_maximum_bytes = owner_says_maximum_bytes) {
    std::optional<Said> said;
    const auto question = decode_question(body);
    EXPECT_TRUE(question);
    if (!question) return said;
    desk.on_question({{}, true, answer_maximum_bytes, body}, *question, [&](MessageType type, ByteVector answer) {
      said = Said{type, std::move(answer)};
    });
    return said;
  }
  std::optional<Said> ask(std::string_view name, std::size_t answer_maximum_bytes = owner_says_maximum_bytes) {
    return ask(encode(wire::AskOwner{std::string{name}}), answer_maximum_bytes);
  }
  ByteVector record_set_in(const std::optional<Said>& said) {
    EXPECT_TRUE(said && said->type == MessageType::owner_says);
    return said ? wire::decode_owner_says(said->body)->record_set : ByteVector{};
  }

  const P2PName alice{NameKind::label, "p2p", "alice"};
  const crypto::KeyPairSigner owner{crypto::KeyPair::from_seed({})};
  const crypto::SodiumVerifier verifier;
  TimerQueue timers{TimePoint{1h}};
  WallClock wall_clock{timers, test::start_of_world};
  store::MemoryStateStore state{timers};
  test::NullLog log;
  OwnedNames names{{owner, test::network_parameters, wall_clock, verifier, state, log}, 10};
  OwnerDesk desk{names};
};

TEST_F(OwnerDeskTest, HandsOverTheSignedRecordSet) {
  const auto set =
      verify_record_set(record_set_in(ask("alice.p2p")), verifier, test::network_parameters, wall_clock.now());
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_EQ(set->name, alice);
  EXPECT_EQ(set->owner, owner.public_key());
  EXPECT_EQ(set->sequence, 9U);
  EXPECT_EQ(set->not_after, wall_clock.now() + 24h);
  EXPECT_EQ(set->records.size(), 1U);
}

TEST_F(OwnerDeskTest, DisownsNamesItDoesNotKnow) {
  for (const char* name : {"bob.p2p", "alice.lab", "alice.p2"}) EXPECT_TRUE(record_set_in(ask(name)).empty()) << name;
}

TEST_F(OwnerDeskTest, AnswersAnEmptyQuestionWithNothingButItself) { EXPECT_TRUE(record_set_in(ask("")).empty()); }

TEST_F(OwnerDeskTest, RefusesWhatIsNoCanonicalName) {
  for (const char* name : {"alice", "Alice.p2p", "alice.p2p.", ".p2p", "alice.", ".", "a b.p2p", "id.p2p", "_a.p2p",
                           "\xff.p2p", "hit-to-ip.p2p", "ab--c.p2p", "alice.p2p.alt"}) {
    EXPECT_EQ(decode_question(encode(wire::AskOwner{name})).error(), Errc::bad_name) << name;
  }
}

TEST_F(OwnerDeskTest, RefusesWhatIsNoQuestion) { EXPECT_FALSE(decode_question(ByteVector(3, std::byte{200}))); }

TEST_F(OwnerDeskTest, SaysNothingWhenTheAnswerDoesNotFit) {
  const std::size_t size = ask("alice.p2p")->body.size();
  EXPECT_TRUE(ask("alice.p2p", size + 1));
  EXPECT_TRUE(ask("alice.p2p", size));
  EXPECT_FALSE(ask("alice.p2p", size - 1));
}

TEST_F(OwnerDeskTest, SignsAgainOnceHalfOfTheLifeHasPassed) {
  const ByteVector first = record_set_in(ask("alice.p2p"));
  timers.advance_to(timers.now() + 12h - 1s);
  EXPECT_EQ(record_set_in(ask("alice.p2p")), first);
  timers.advance_to(timers.now() + 2s);
  const ByteVector second = record_set_in(ask("alice.p2p"));
  EXPECT_NE(second, first);
  const auto set = verify_record_set(second, verifier, test::network_parameters, wall_clock.now());
  EXPECT_EQ(set->not_after, wall_clock.now() + 24h);
  EXPECT_EQ(set->sequence, 9U);  // the records are the same
}

TEST_F(OwnerDeskTest, SignsAgainWhenTheClockWasSetBack) {
  const ByteVector first = record_set_in(ask("alice.p2p"));
  wall_clock.set(wall_clock.now() - 48h);
  const auto set =
      verify_record_set(record_set_in(ask("alice.p2p")), verifier, test::network_parameters, wall_clock.now());
  EXPECT_EQ(set->not_after, wall_clock.now() + 24h);
}

TEST_F(OwnerDeskTest, SignsAgainWhenTheRecordsChange) {
  const ByteVector first = record_set_in(ask("alice.p2p"));
  OwnedName changed = *names.find(alice);
  changed.records.clear();
  changed.record_sequence = 10;
  put(changed);
  EXPECT_NE(record_set_in(ask("alice.p2p")), first);
  names.remove(alice, [](const Result<void>& removed) { EXPECT_TRUE(removed); });
  timers.advance_to(timers.now());
  EXPECT_TRUE(record_set_in(ask("alice.p2p")).empty());
}

}  // namespace
}  // namespace p2pns::names
