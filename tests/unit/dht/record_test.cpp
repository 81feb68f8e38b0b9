#include "core/dht/record.hpp"

#include "core/dht/record_verifier.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

class CountingVerifier final : public crypto::Verifier {
 public:
  bool check(crypto::Algorithm algorithm, Bytes key, Bytes message, Bytes signature) const override {
    ++checks;
    return crypto::SodiumVerifier{}.check(algorithm, key, message, signature);
  }
  mutable int checks = 0;
};

class RecordTest : public testing::Test {
 protected:
  Errc outcome(SignedRecord record, UnixTime now = test_wall,
               const crypto::NetworkParameters& network = test_parameters()) const {
    const auto result = verify(std::move(record), crypto::SodiumVerifier{}, network, now);
    return result ? Errc::ok : static_cast<Errc>(result.error().value());
  }
  SignedRecord record(std::string label) const { return sign(owner.binding(std::move(label)), owner); }

  test::SeededRandom random{7};
  Owner owner{random};
};

TEST_F(RecordTest, CarriesABindingThere) {
  Binding binding = owner.binding("alice", 9);
  binding.generation = 3;
  binding.node = random.value<NodeId>();
  const VerifiedRecord verified_record = verified(binding, owner);
  EXPECT_EQ(verified_record.type(), RecordType::binding);
  EXPECT_EQ(verified_record.key(), name_position("p2p", "alice", 0));
  EXPECT_EQ(verified_record.owner(), owner.keys.public_key());
  EXPECT_EQ(verified_record.generation(), 3U);
  EXPECT_EQ(verified_record.sequence(), 9U);
  EXPECT_EQ(verified_record.not_after(), binding.not_after);
  const auto decoded = decode_binding(verified_record.bytes());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->zone, "p2p");
  EXPECT_EQ(decoded->label, "alice");
  EXPECT_EQ(decoded->node, binding.node);
}

TEST_F(RecordTest, CarriesAWithdrawalThere) {
  const Withdrawal withdrawal = withdrawal_of(owner.binding("alice", 9));
  const VerifiedRecord verified_record = verified(withdrawal, owner);
  EXPECT_EQ(verified_record.type(), RecordType::withdrawal);
  EXPECT_EQ(verified_record.key(), name_position("p2p", "alice", 0));
  EXPECT_EQ(verified_record.sequence(), 9U);
}

TEST_F(RecordTest, IsRefusedWhenOneBitIsForged) {
  const SignedRecord good = record("alice");
  for (std::size_t i = 0; i < good.bytes.size(); ++i) {
    SignedRecord forged = good;
    forged.bytes[i] ^= std::byte{1};
    EXPECT_NE(outcome(forged), Errc::ok) << "byte " << i;
  }
}

TEST_F(RecordTest, IsRefusedWhenItIsCutOrLonger) {
  const SignedRecord good = record("alice");
  for (std::size_t size = 0; size < good.bytes.size(); ++size) {
    SignedRecord cut = good;
    cut.bytes.resize(size);
    EXPECT_EQ(outcome(cut), Errc::truncated) << size;
  }
  SignedRecord longer = good;
  longer.bytes.push_back(std::byte{0});
  EXPECT_EQ(outcome(longer), Errc::trailing_bytes);
}

TEST_F(RecordTest, IsWorthNothingInAnotherNetwork) {
  auto other = test_parameters();
  other.network_id = "other";
  EXPECT_EQ(outcome(record("alice"), test_wall, other), Errc::bad_signature);
}

TEST_F(RecordTest, IsWorthNothingAsAnotherType) {
  SignedRecord binding = record("alice");
  binding.type = RecordType::withdrawal;
  EXPECT_EQ(outcome(binding), Errc::malformed);
  binding.type = RecordType::certificate;
  EXPECT_EQ(outcome(binding), Errc::unknown_type);
  binding.type = static_cast<RecordType>(200);
  EXPECT_EQ(outcome(binding), Errc::unknown_type);
}

TEST_F(RecordTest, EndsWithItsLeaseAndTheClockTolerance) {
  const SignedRecord good = record("alice");
  const UnixTime end = owner.binding("alice").not_after + clock_tolerance;
  EXPECT_EQ(outcome(good, end), Errc::ok);
  EXPECT_EQ(outcome(good, end + 1ms), Errc::expired);
}

TEST_F(RecordTest, ClaimsNoMoreThanTheLongestLease) {
  Binding binding = owner.binding("alice");
  const UnixTime latest = test_wall + lease_maximum + clock_tolerance;
  binding.not_after = latest;
  EXPECT_EQ(outcome(sign(binding, owner)), Errc::ok);
  binding.not_after = latest + 1ms;
  EXPECT_EQ(outcome(sign(binding, owner)), Errc::too_large);
}

TEST_F(RecordTest, TakesNoTimeThatWouldTurnNegative) {
  SignedRecord forged = record("alice");
  const std::size_t not_after_at = forged.bytes.size() - crypto::Signature::size_bytes - 8;
  forged.bytes[not_after_at] = std::byte{0x80};
  EXPECT_EQ(outcome(forged), Errc::malformed);
}

TEST_F(RecordTest, NamesOnlyCanonicalLabelsAndZones) {
  const auto form = [this](std::string zone, std::string label) {
    Binding binding = owner.binding(std::move(label));
    binding.zone = std::move(zone);
    return check_form(binding);
  };
  const std::string longest(63, 'a');
  for (const std::string label : {"a", "0", "a-b", "xn--mnchen-3ya", longest.c_str()})
    EXPECT_EQ(form("p2p", label), Errc::ok) << label;
  for (const std::string label : {"", "A", "a.b", "-a", "a-", "a_b", "a b", "\xc3\xbc", "ab--c", "id", "hit-to-ip"})
    EXPECT_EQ(form("p2p", label), Errc::malformed) << label;
  EXPECT_EQ(form("p2p", longest + "a"), Errc::too_large);
  for (const std::string zone : {"p2p", "a.b.c", "id", "alt", longest.c_str()})
    EXPECT_EQ(form(zone, "a"), Errc::ok) << zone;
  for (const std::string zone : {"", ".", ".p2p", "p2p.", "a..b", "P2P", "a.-b", "p2p.alt", "a.bc--d"})
    EXPECT_EQ(form(zone, "a"), Errc::malformed) << zone;
  EXPECT_EQ(form(longest + "a", "a"), Errc::too_large);
}

TEST_F(RecordTest, IsRefusedWithACapitalLetterEvenWhenSigned) {
  // The owner signs bytes that sign() would not make.
  SignedRecord record_bytes = record("alice");
  ByteVector content(record_bytes.bytes.begin(), record_bytes.bytes.end() - crypto::Signature::size_bytes);
  content[6] = std::byte{'A'};
  const auto signature = owner.keys.sign(crypto::signing_input("binding v1", "test", content));
  content.insert(content.end(), signature.value.begin(), signature.value.end());
  EXPECT_EQ(outcome({RecordType::binding, content}), Errc::malformed);
}

TEST_F(RecordTest, NeverHasSequenceZero) {
  Binding binding = owner.binding("alice");
  binding.sequence = 0;
  EXPECT_EQ(check_form(binding), Errc::malformed);
}

TEST_F(RecordTest, OfTheLongestNamesFitsTheNamedMaximum) {
  Binding binding = owner.binding(std::string(label_maximum_bytes, 'a'));
  binding.zone = std::string(zone_maximum_bytes, 'b');
  EXPECT_EQ(sign(binding, owner).bytes.size(), binding_maximum_bytes);
  EXPECT_LE(binding_maximum_bytes, wire::record_maximum_bytes);
}

TEST_F(RecordTest, OfEachPositionHasAKeyOfItsOwn) {
  EXPECT_NE(name_position("p2p", "alice", 0), name_position("p2p", "alice", 1));
  EXPECT_NE(name_position("p2p", "alice", 0), name_position("p2", "palice", 0));
}

class RecordVerifierTest : public RecordTest {
 protected:
  TimerQueue timers{test::network_start};
  WallClock wall_clock{timers, test_wall};
  crypto::NetworkParameters network = test_parameters();
  CountingVerifier verifier;
};

TEST_F(RecordVerifierTest, ChecksEachRecordOnce) {
  RecordVerifier records{verifier, network, wall_clock};
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(records.verify(record("alice")));
  EXPECT_EQ(verifier.checks, 1);
  EXPECT_TRUE(records.verify(record("bob")));
  EXPECT_EQ(verifier.checks, 2);
}

TEST_F(RecordVerifierTest, ChecksTheLeaseEveryTime) {
  RecordVerifier records{verifier, network, wall_clock};
  EXPECT_TRUE(records.verify(record("alice")));
  wall_clock.set(owner.binding("alice").not_after + clock_tolerance + 1ms);
  EXPECT_EQ(records.verify(record("alice")).error(), Errc::expired);
}

TEST_F(RecordVerifierTest, DoesNotTakeAnotherTypesWord) {
  RecordVerifier records{verifier, network, wall_clock};
  EXPECT_TRUE(records.verify(record("alice")));
  SignedRecord other = record("alice");
  other.type = RecordType::withdrawal;
  EXPECT_FALSE(records.verify(other));
}

TEST_F(RecordVerifierTest, DoesNotRememberForgeries) {
  RecordVerifier records{verifier, network, wall_clock};
  SignedRecord forged = record("alice");
  forged.bytes.back() ^= std::byte{1};
  EXPECT_FALSE(records.verify(forged));
  EXPECT_FALSE(records.verify(forged));
  EXPECT_EQ(records.size(), 0U);
}

TEST_F(RecordVerifierTest, ForgetsTheLeastRecentlyUsedOneAboveItsMaximum) {
  RecordVerifier records{verifier, network, wall_clock, 2};
  EXPECT_TRUE(records.verify(record("a")));
  EXPECT_EQ(records.size(), 1U);
  EXPECT_TRUE(records.verify(record("b")));
  EXPECT_TRUE(records.verify(record("a")));
  EXPECT_EQ(records.size(), 2U);
  EXPECT_TRUE(records.verify(record("c")));  // forgets b
  EXPECT_EQ(records.size(), 2U);
  EXPECT_EQ(verifier.checks, 3);
  EXPECT_TRUE(records.verify(record("a")));
  EXPECT_EQ(verifier.checks, 3);
  EXPECT_TRUE(records.verify(record("b")));
  EXPECT_EQ(verifier.checks, 4);
}

}  // namespace
}  // namespace p2pns::dht
