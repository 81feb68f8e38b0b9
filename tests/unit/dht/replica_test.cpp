#include "core/dht/replica.hpp"

#include <algorithm>

#include "tests/unit/dht/set_samples.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;
using wire::StoreVerdict;

/// A store whose commits happen when the test says so.
class SlowStore final : public RecordStore {
 public:
  explicit SlowStore(TimerQueue& timers) : memory_(timers) {}
  Operation put(VerifiedRecord record, Callback<void(Result<void>)> callback) override {
    auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
    pending_.push_back({std::move(record), std::move(completion)});
    return std::move(operation);
  }
  std::optional<VerifiedRecord> find(const Key& key, RecordType type) const override { return memory_.find(key, type); }
  Operation remove(const Key& key, RecordType type, Callback<void(Result<void>)> callback) override {
    return memory_.remove(key, type, std::move(callback));
  }
  ScanPage scan(const KeyRange& range, const std::optional<RecordPlace>& after, std::size_t maximum) const override {
    return memory_.scan(range, after, maximum);
  }
  void expire(UnixTime now) override { memory_.expire(now); }
  std::size_t size() const override { return memory_.size(); }

  std::size_t pending() const { return pending_.size(); }
  /// Ends the oldest pending put.
  void commit(const Result<void>& result = {}) {
    auto [record, completion] = std::move(pending_.front());
    pending_.pop_front();
    if (result) memory_.put(std::move(record), [](const Result<void>&) {}).detach();
    completion(result);
  }

 private:
  store::MemoryRecordStore memory_;
  std::deque<std::pair<VerifiedRecord, Completion<Result<void>>>> pending_;
};

class ReplicaTest : public testing::Test {
 protected:
  /// Node 0 asks node 1, whose replica stands on a slow store.
  explicit ReplicaTest(crypto::NetworkParameters parameters = test_parameters(), std::size_t others = 0)
      : overlay(1, 1, 1 + others, std::move(parameters)) {}

  void store(const SignedRecord& record) {
    const std::size_t index = verdicts.size();
    verdicts.emplace_back();
    calls.push_back(
        overlay.node(0).channel.call(asked().handle(), MessageType::store,
                                     wire::encode(wire::Store{static_cast<std::uint8_t>(record.type), record.bytes}),
                                     400, [this, index](const Result<rpc::Answer>& answer) {
                                       ASSERT_TRUE(answer);
                                       if (answer->type == MessageType::stored)
                                         verdicts[index] = *wire::decode_stored(answer->body);
                                       last_type = answer->type;
                                     }));
    overlay.network.run_for(200ms);
  }
  void store(const Binding& binding, const Owner& owner) { store(sign(binding, owner)); }
  void withdraw(const Withdrawal& withdrawal, const Owner& owner) {
    ask(MessageType::withdraw, wire::encode(wire::Withdraw{sign(withdrawal, owner.signer, test_parameters()).bytes}));
  }
  void ask(MessageType type, ByteVector body) {
    last_type = {};
    calls.push_back(overlay.node(0).channel.call(asked().handle(), type, std::move(body), 1000,
                                                 [this](const Result<rpc::Answer>& answer) {
                                                   ASSERT_TRUE(answer);
                                                   last_type = answer->type;
                                                   last_body = answer->body;
                                                 }));
    overlay.network.run_for(200ms);
  }
  ByteVector shown() {
    ask(MessageType::get, wire::encode(wire::Get{key, static_cast<std::uint8_t>(RecordType::binding)}));
    return wire::decode_value(last_body, {0, 0})->record;
  }
  StoreVerdict verdict(std::size_t index) {
    EXPECT_TRUE(verdicts.at(index));
    return verdicts[index] ? verdicts[index]->verdict : StoreVerdict::invalid;
  }
  DhtNode& asked() { return overlay.node(1); }

  DhtOverlay overlay;
  Owner one{overlay.random};
  Owner two{overlay.random};
  Key key = name_position("p2p", "alice", 0);
  SlowStore slow{asked().host.timers()};
  RecordVerifier records{asked().verifier, asked().network, asked().wall_clock};
  Replica replica{
      {asked().channel, asked().routing, slow, records, asked().network, asked().host.timers(), asked().wall_clock}};
  std::vector<std::optional<wire::Stored>> verdicts;
  std::vector<Operation> calls;
  MessageType last_type{};
  ByteVector last_body;
};

TEST_F(ReplicaTest, AcknowledgesOnlyAfterTheCommit) {
  store(one.binding("alice"), one);
  EXPECT_FALSE(verdicts[0]);
  EXPECT_EQ(replica.counters().writes, 0U);
  slow.commit();
  overlay.network.run_for(100ms);
  EXPECT_EQ(verdict(0), StoreVerdict::stored);
  EXPECT_EQ(replica.counters().writes, 1U);
  EXPECT_EQ(shown(), sign(one.binding("alice"), one).bytes);
}

TEST_F(ReplicaTest, AcknowledgesWhatIsHandedOverOnlyAfterTheCommit) {
  std::optional<wire::Stored> told;
  const Operation operation =
      replica.hand_over(sign(one.binding("alice"), one), [&](wire::Stored stored) { told = std::move(stored); });
  overlay.network.run_for(200ms);
  EXPECT_FALSE(told);
  slow.commit();
  overlay.network.run_for(100ms);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->verdict, StoreVerdict::stored);
  EXPECT_EQ(replica.counters().received, 1U);
  EXPECT_EQ(replica.counters().writes, 0U) << "its owner did not ask for it";
}

TEST_F(ReplicaTest, MostNeighboursReplaceABindingWithItsCopyButPutNoCopyBesideAnother) {
  const auto adopt = [this](VerifiedRecord record) {
    std::optional<wire::Stored> told;
    const Operation operation =
        replica.adopt(std::move(record), [&](wire::Stored stored) { told = std::move(stored); });
    if (slow.pending() > 0) slow.commit();
    EXPECT_TRUE(overlay.network.run_until([&] { return told.has_value(); }, 1s));
    return told->verdict;
  };
  EXPECT_EQ(adopt(verified_set(one)), StoreVerdict::not_responsible) << "no binding yet";
  EXPECT_EQ(adopt(verified(one.binding("alice"), one)), StoreVerdict::stored);
  EXPECT_EQ(adopt(verified_set(one)), StoreVerdict::stored);
  EXPECT_EQ(adopt(verified_set(two, {.sequence = 9})), StoreVerdict::taken);
  EXPECT_TRUE(slow.find(key, RecordType::record_set));
  EXPECT_EQ(adopt(verified(two.binding("alice"), two)), StoreVerdict::stored);
  EXPECT_FALSE(slow.find(key, RecordType::record_set)) << "the other owner's";
  EXPECT_EQ(adopt(verified_set(two, {.sequence = 9})), StoreVerdict::stored);
}

TEST_F(ReplicaTest, DoesNotAcceptTwoOwnersWhileTheFirstIsBeingCommitted) {
  store(one.binding("alice"), one);
  store(two.binding("alice"), two);
  EXPECT_EQ(slow.pending(), 1U);
  slow.commit();
  overlay.network.run_for(100ms);
  EXPECT_EQ(verdict(0), StoreVerdict::stored);
  EXPECT_EQ(verdict(1), StoreVerdict::taken);
  EXPECT_EQ(verdicts[1]->existing, sign(one.binding("alice"), one).bytes);
  EXPECT_EQ(slow.pending(), 0U);
}

TEST_F(ReplicaTest, GivesTheNextOneTheNameWhenTheCommitFailed) {
  store(one.binding("alice"), one);
  store(two.binding("alice"), two);
  slow.commit(Errc::io_error);
  overlay.network.run_for(100ms);
  EXPECT_EQ(verdict(0), StoreVerdict::full);
  slow.commit();
  overlay.network.run_for(100ms);
  EXPECT_EQ(verdict(1), StoreVerdict::stored);
  EXPECT_EQ(replica.counters().writes, 1U);
}

// The system's clock is set years ahead or back, and some hours later somebody notices.
TEST_F(ReplicaTest, LosesNothingToAClockThatJumpsAndComesBack) {
  store(one.binding("alice"), one);
  slow.commit();
  for (const std::chrono::days jump : {std::chrono::days{29}, std::chrono::days{400}, -std::chrono::days{400}}) {
    asked().wall_clock.set(asked().wall_clock.now() + jump);
    Binding claim = two.binding("alice");
    claim.not_after = asked().wall_clock.now() + std::chrono::days{29};
    store(claim, two);
    EXPECT_EQ(verdict(verdicts.size() - 1), StoreVerdict::taken) << jump.count() << " days";
    overlay.network.run_for(3 * expiry_interval);
    EXPECT_EQ(slow.size(), 1U) << jump.count() << " days";
    asked().wall_clock.set(asked().wall_clock.now() - jump);
    EXPECT_EQ(shown(), sign(one.binding("alice"), one).bytes);
  }
}

TEST_F(ReplicaTest, KeepsAWithdrawalWhileItsClockIsWrong) {
  const Binding binding = one.binding("alice");
  withdraw(withdrawal_of(binding), one);
  for (const std::chrono::days jump : {std::chrono::days{400}, -std::chrono::days{400}}) {
    asked().wall_clock.set(asked().wall_clock.now() + jump);
    overlay.network.run_for(3 * expiry_interval);
    asked().wall_clock.set(asked().wall_clock.now() - jump);
    store(binding, one);
    EXPECT_EQ(verdict(verdicts.size() - 1), StoreVerdict::stale) << jump.count() << " days";
  }
}

TEST_F(ReplicaTest, DropsAnEndedLeaseADayAfterTheClockWasSetRight) {
  store(one.binding("alice"), one);
  slow.commit();
  asked().wall_clock.set(asked().wall_clock.now() + std::chrono::days{31});
  EXPECT_TRUE(shown().empty());
  overlay.network.run_for(wall_step_doubt - expiry_interval);
  EXPECT_EQ(slow.size(), 1U);
  overlay.network.run_for(2 * expiry_interval);
  EXPECT_EQ(slow.size(), 0U);
}

TEST_F(ReplicaTest, CountsOnlyChangesAsWrites) {
  store(one.binding("alice"), one);
  slow.commit();
  store(one.binding("alice"), one);
  EXPECT_EQ(verdict(1), StoreVerdict::stored);
  EXPECT_EQ(replica.counters().writes, 1U);
  store(one.binding("alice", 2), one);
  slow.commit();
  EXPECT_EQ(replica.counters().writes, 2U);
  store(one.binding("alice", 1), one);
  EXPECT_EQ(verdict(3), StoreVerdict::stale);
  EXPECT_EQ(verdicts[3]->existing, sign(one.binding("alice", 2), one).bytes);
  EXPECT_EQ(replica.counters().writes, 2U);
  EXPECT_EQ(replica.counters().refused, 1U);
}

class ReplicaQueueTest : public ReplicaTest {
 protected:
  void store_local(const std::string& label, std::uint64_t sequence = 1) {
    operations.push_back(replica.store(sign(one.binding(label, sequence), one), [this](const wire::Stored& stored) {
      ++answers;
      full += stored.verdict == StoreVerdict::full ? 1U : 0U;
    }));
    overlay.network.run_for(1ms);
  }
  std::size_t answers = 0;
  std::size_t full = 0;
  std::vector<Operation> operations;
};

TEST_F(ReplicaQueueTest, HoldsSoManyWritesOfOneName) {
  for (std::uint64_t i = 1; i <= writes_per_name_maximum; ++i) store_local("alice", i);
  EXPECT_EQ(answers, 0U);
  store_local("alice", 99);
  EXPECT_EQ(full, 1U);
  store_local("bob");  // another name has a queue of its own
  EXPECT_EQ(slow.pending(), 2U);
  for (std::size_t i = 0; i <= writes_per_name_maximum; ++i) slow.commit();
  overlay.network.run_for(1ms);
  EXPECT_EQ(answers, writes_per_name_maximum + 2);
  EXPECT_EQ(replica.find(key, RecordType::binding)->sequence(), writes_per_name_maximum);
}

TEST_F(ReplicaQueueTest, HoldsSoManyWritesInAll) {
  for (std::size_t i = 0; i < writes_under_way_maximum; ++i) store_local("n" + std::to_string(i));
  EXPECT_EQ(answers, 0U);
  store_local("n");
  EXPECT_EQ(full, 1U);
  slow.commit();
  store_local("n");
  EXPECT_EQ(full, 1U);
}

TEST_F(ReplicaTest, ForgetsWhatItsOwnerWithdraws) {
  store(one.binding("alice", 3), one);
  slow.commit();
  withdraw(withdrawal_of(two.binding("alice", 9)), two);
  EXPECT_EQ(last_type, MessageType::withdrawn);  // there is nothing of this owner, which is all it asks for
  EXPECT_FALSE(shown().empty());
  withdraw(withdrawal_of(one.binding("alice", 2)), one);
  EXPECT_FALSE(shown().empty());
  withdraw(withdrawal_of(one.binding("alice", 3)), one);
  EXPECT_EQ(last_type, MessageType::withdrawn);
  EXPECT_TRUE(shown().empty());
  EXPECT_EQ(replica.counters().withdrawals, 1U);
}

TEST_F(ReplicaTest, DoesNotStoreAgainWhatWasWithdrawn) {
  withdraw(withdrawal_of(one.binding("alice", 3)), one);
  store(one.binding("alice", 3), one);
  EXPECT_EQ(verdict(0), StoreVerdict::stale);
  EXPECT_EQ(verdicts[0]->existing, sign(withdrawal_of(one.binding("alice", 3)), one.signer, test_parameters()).bytes);
  store(one.binding("alice", 4), one);
  EXPECT_EQ(slow.pending(), 1U);
}

TEST_F(ReplicaTest, WithdrawsInTheOrderOfArrivalWhileACommitRuns) {
  store(one.binding("alice"), one);
  withdraw(withdrawal_of(one.binding("alice")), one);
  EXPECT_EQ(last_type, MessageType{});
  slow.commit();
  overlay.network.run_for(200ms);
  EXPECT_EQ(last_type, MessageType::withdrawn);
  EXPECT_TRUE(shown().empty());
}

TEST_F(ReplicaTest, RefusesForgeriesAndForeignRecords) {
  SignedRecord forged = sign(one.binding("alice"), one);
  forged.bytes.back() ^= std::byte{1};
  store(forged);
  EXPECT_EQ(verdict(0), StoreVerdict::invalid);
  auto foreign = test_parameters();
  foreign.network_id = "foreign";
  store(sign(one.binding("alice"), one.signer, foreign));
  EXPECT_EQ(verdict(1), StoreVerdict::invalid);
  store({RecordType::record_set, sign(one.binding("alice"), one).bytes});
  EXPECT_EQ(verdict(2), StoreVerdict::invalid);
  store(sign(withdrawal_of(one.binding("alice")), one.signer, test_parameters()));
  EXPECT_EQ(verdict(3), StoreVerdict::invalid);
  Binding old = one.binding("alice");
  old.not_after = test_wall - clock_tolerance - 1s;
  store(sign(old, one));
  EXPECT_EQ(verdict(4), StoreVerdict::invalid);
  EXPECT_EQ(replica.counters().refused, 5U);
  EXPECT_EQ(slow.pending(), 0U);
}

// sign() does not sign what is not canonical; a hostile owner does.
SignedRecord signed_with(const std::string& written, const std::string& meant, const Binding& binding,
                         const Owner& owner) {
  const ByteVector good = sign(binding, owner).bytes;
  ByteVector content(good.begin(), good.end() - crypto::Signature::size_bytes);
  const auto place = std::ranges::search(content, as_bytes(meant)).begin();
  std::ranges::copy(as_bytes(written), place);
  const auto signature = owner.keys.sign(crypto::signing_input("binding v1", "test", content));
  content.insert(content.end(), signature.value.begin(), signature.value.end());
  return {RecordType::binding, content};
}

TEST_F(ReplicaTest, RefusesNamesThatStandInNoRecord) {
  store(signed_with("good", "evil", one.binding("evil"), one));
  EXPECT_EQ(slow.pending(), 1U) << "signed as it should be";
  store(signed_with("id", "no", one.binding("no"), one));
  store(signed_with("hit-to-ip", "hit-to-it", one.binding("hit-to-it"), one));
  store(signed_with("ab--c", "ab-bc", one.binding("ab-bc"), one));
  Binding alias = one.binding("alice");
  alias.zone = "p2p.all";
  store(signed_with("p2p.alt", "p2p.all", alias, one));
  for (std::size_t i = 1; i < verdicts.size(); ++i) EXPECT_EQ(verdict(i), StoreVerdict::invalid) << i;
  EXPECT_EQ(slow.pending(), 1U);
}

TEST_F(ReplicaTest, RefusesABrokenWithdrawal) {
  store(one.binding("alice"), one);
  slow.commit();
  ByteVector broken = sign(withdrawal_of(one.binding("alice")), one.signer, test_parameters()).bytes;
  broken.back() ^= std::byte{1};
  ask(MessageType::withdraw, wire::encode(wire::Withdraw{broken}));
  EXPECT_EQ(last_type, MessageType::refused);
  EXPECT_FALSE(shown().empty());
}

TEST_F(ReplicaTest, RefusesMalformedRequests) {
  for (const MessageType type : {MessageType::get, MessageType::store, MessageType::withdraw}) {
    ask(type, ByteVector(3, std::byte{0xff}));
    EXPECT_EQ(last_type, MessageType::refused);
    EXPECT_EQ(wire::decode_refused(last_body)->reason, wire::RefusalReason::malformed);
  }
  EXPECT_EQ(asked().channel.counters().requests_malformed, 3U);
}

TEST_F(ReplicaTest, IsNoVoteBeforeItHasJoined) {
  asked().routing.set_joined(false);
  store(one.binding("alice"), one);
  EXPECT_EQ(last_type, MessageType::not_ready);
  ask(MessageType::get, wire::encode(wire::Get{key, 1}));
  EXPECT_EQ(last_type, MessageType::not_ready);
  withdraw(withdrawal_of(one.binding("alice")), one);
  EXPECT_EQ(last_type, MessageType::not_ready);
}

TEST_F(ReplicaTest, DropsExpiredRecordsEveryHour) {
  Binding binding = one.binding("alice");
  binding.not_after = test_wall + 30min;
  store(binding, one);
  slow.commit();
  overlay.network.run_for(59min);
  EXPECT_EQ(slow.size(), 1U);
  EXPECT_TRUE(shown().empty());  // it stopped being shown long before
  overlay.network.run_for(1min);
  EXPECT_EQ(slow.size(), 0U);
}

TEST_F(ReplicaTest, AnswersItsOwnNodeWithoutADatagram) {
  std::optional<wire::Stored> stored;
  const auto storing =
      replica.store(sign(one.binding("alice"), one), [&stored](wire::Stored answer) { stored = std::move(answer); });
  slow.commit();
  EXPECT_FALSE(stored);  // never inside the call
  overlay.network.run_for(1ms);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->verdict, StoreVerdict::stored);
  EXPECT_TRUE(replica.find(key, RecordType::binding));
  std::optional<Result<void>> withdrawn;
  const auto withdrawing = replica.withdraw(sign(withdrawal_of(one.binding("alice")), one.signer, test_parameters()),
                                            [&withdrawn](const Result<void>& result) { withdrawn = result; });
  overlay.network.run_for(1ms);
  ASSERT_TRUE(withdrawn);
  EXPECT_TRUE(*withdrawn);
  EXPECT_FALSE(replica.find(key, RecordType::binding));
  EXPECT_TRUE(overlay.network.captured().empty());
}

TEST_F(ReplicaTest, ShowsAsManyContactsAsFitBehindTheRecord) {
  store(one.binding("alice"), one);
  slow.commit();
  shown();
  EXPECT_EQ(wire::decode_value(last_body, {0, 0})->contacts.size(), 1U);
}

class CrowdedReplicaTest : public ReplicaTest {
 protected:
  CrowdedReplicaTest() : ReplicaTest(test_parameters(), 40) {}
};

TEST_F(CrowdedReplicaTest, StoresOnlyAmongTheNearestNodes) {
  const auto rank = [this](const std::string& label) {
    const auto nearest = overlay.replicas_of(label, overlay.size());
    return static_cast<std::size_t>(std::ranges::find(nearest, &asked()) - nearest.begin());
  };
  const auto label_of_rank = [&rank](std::size_t wanted) {
    for (int i = 0;; ++i)
      if (const std::string label = "n" + std::to_string(i); rank(label) == wanted) return label;
  };
  store(one.binding(label_of_rank(storing_nodes - 1)), one);
  EXPECT_EQ(slow.pending(), 1U);
  store(one.binding(label_of_rank(storing_nodes)), one);
  EXPECT_EQ(verdict(1), StoreVerdict::not_responsible);
}

class LimitedReplicaTest : public ReplicaTest {
 protected:
  LimitedReplicaTest() : ReplicaTest({"test", {0, 0}, false}) {}
};

TEST_F(LimitedReplicaTest, TakesSoManyWritesOfAnAddressBlockAtOnce) {
  const auto burst = static_cast<std::uint64_t>(writes_burst_per_block);
  // The answers of 200 ms each let a few more through; stop the clock by asking all at once.
  for (std::uint64_t i = 0; i <= burst; ++i)
    calls.push_back(overlay.node(0).channel.call(
        asked().handle(), MessageType::store,
        wire::encode(wire::Store{1, sign(one.binding("n" + std::to_string(i)), one).bytes}), 400,
        [this](const Result<rpc::Answer>& answer) { last_type = answer ? answer->type : MessageType{}; }));
  overlay.network.run_for(200ms);
  EXPECT_EQ(slow.pending(), burst);
  EXPECT_EQ(replica.counters().limited, 1U);
  EXPECT_EQ(last_type, MessageType::refused);
}

TEST_F(LimitedReplicaTest, CountsWithdrawalsApartFromWrites) {
  const auto burst = static_cast<std::uint64_t>(writes_burst_per_block);
  std::size_t withdrawn = 0;
  std::size_t refused = 0;
  const auto send = [&](MessageType type, ByteVector body) {
    calls.push_back(overlay.node(0).channel.call(asked().handle(), type, std::move(body), 400,
                                                 [&](const Result<rpc::Answer>& answer) {
                                                   ASSERT_TRUE(answer);
                                                   withdrawn += answer->type == MessageType::withdrawn ? 1U : 0U;
                                                   refused += answer->type == MessageType::refused ? 1U : 0U;
                                                 }));
  };
  const Binding binding = one.binding("alice");
  withdraw(withdrawal_of(binding), one);  // stores are stale from now on, and answered at once
  const SignedRecord stale = sign(binding, one);
  const SignedRecord withdrawal = sign(withdrawal_of(binding), one.signer, test_parameters());
  overlay.network.run_for(10s);  // the budgets are full again
  for (std::uint64_t i = 0; i <= burst; ++i) send(MessageType::store, wire::encode(wire::Store{1, stale.bytes}));
  for (std::uint64_t i = 0; i <= burst; ++i)
    send(MessageType::withdraw, wire::encode(wire::Withdraw{withdrawal.bytes}));
  overlay.network.run_for(200ms);
  EXPECT_EQ(withdrawn, burst);
  EXPECT_EQ(refused, 2U);
}

TEST(WriteLimitsTest, TakesTheBurstAndThenTheRate) {
  WriteLimits limits{false};
  const Endpoint from = test::endpoint("192.0.2.1:4000");
  TimePoint now = test::network_start;
  for (int i = 0; i < static_cast<int>(writes_burst_per_block); ++i) EXPECT_TRUE(limits.admit(from, now));
  EXPECT_FALSE(limits.admit(from, now));
  EXPECT_FALSE(limits.admit(test::endpoint("192.0.2.200:1"), now));  // the same block
  EXPECT_TRUE(limits.admit(test::endpoint("192.0.3.1:4000"), now));
  now += 500ms;
  EXPECT_TRUE(limits.admit(from, now));
  EXPECT_FALSE(limits.admit(from, now));
}

TEST(WriteLimitsTest, ExemptPrivateRangesOnlyWhenToldSo) {
  for (const bool exempt : {true, false}) {
    WriteLimits limits{exempt};
    for (const auto* const address : {"127.0.0.1:1", "10.1.2.3:1", "[fd00::1]:1"}) {
      bool all = true;
      for (int i = 0; i <= static_cast<int>(writes_burst_per_block); ++i)
        all = limits.admit(test::endpoint(address), test::network_start) && all;
      EXPECT_EQ(all, exempt) << address;
    }
  }
}

TEST(WriteLimitsTest, ForgetTheLongestIdleHalfWhenFull) {
  WriteLimits limits{false, 4};
  const auto from = [](int block) { return test::endpoint("192.0." + std::to_string(block) + ".1:4000"); };
  TimePoint now = test::network_start;
  for (int block = 0; block < 4; ++block) {
    now += 1s;
    EXPECT_TRUE(limits.admit(from(block), now));
  }
  EXPECT_EQ(limits.blocks(), 4U);
  EXPECT_TRUE(limits.admit(from(4), now));
  EXPECT_EQ(limits.blocks(), 3U);
}

}  // namespace
}  // namespace p2pns::dht
