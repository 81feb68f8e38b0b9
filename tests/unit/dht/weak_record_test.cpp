#include "core/dht/weak_record.hpp"

#include "core/dht/replica_rule.hpp"
#include "core/wire/message.hpp"
#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

using wire::StoreVerdict;

SignedRecord signed_by(const crypto::Identity& node, const WeakStatement& statement) {
  return *sign(statement, node, test_parameters());
}

TEST(WeakRecord, IsReadAsItWasWritten) {
  const auto node = weak_node(1);
  WeakStatement statement = weak_statement(node, openhip_key(), openhip_hdrr());
  statement.secret_hash = crypto::sha1(as_bytes("secret"));
  const SignedRecord record = signed_by(node, statement);
  const VerifiedRecord checked = verified(record);
  EXPECT_EQ(checked.key(), hip_position(openhip_key()));
  EXPECT_EQ(checked.owner(), node.public_key());
  EXPECT_EQ(checked.type(), weak_type_of(openhip_key(), node.node_id()));
  const auto read = decode_weak_statement(record.bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value, openhip_hdrr());
  EXPECT_EQ(read->secret_hash, statement.secret_hash);
  EXPECT_EQ(read->application(), WeakApplication::address);
}

TEST(WeakRecord, AChangedByteIsRefused) {
  const auto node = weak_node(1);
  const SignedRecord record = signed_by(node, weak_statement(node, name_key(), ByteVector(40)));
  for (std::size_t i = 0; i < record.bytes.size(); ++i) {
    SignedRecord changed = record;
    changed.bytes[i] ^= std::byte{1};
    ASSERT_TRUE(refusal(changed)) << i;
  }
}

TEST(WeakRecord, UnderAHitKeyStandsOnlyItsHostsPacket) {
  const auto node = weak_node(1);
  EXPECT_FALSE(sign(weak_statement(node, openhip_key(), ByteVector(40)), node, test_parameters()));
  Key other = openhip_key();
  other.value[0] ^= std::byte{1};
  EXPECT_EQ(sign(weak_statement(node, other, openhip_hdrr()), node, test_parameters()).error(), Errc::malformed);
  ByteVector forged = openhip_hdrr();
  forged[67] ^= std::byte{1};  // the last octet of its locator
  EXPECT_EQ(refusal(signed_by(node, weak_statement(node, openhip_key(), forged))), Errc::bad_signature);
}

TEST(WeakRecord, SizesOfTheValue) {
  const auto node = weak_node(1);
  const auto largest =
      sign(weak_statement(node, name_key(), ByteVector(weak_value_maximum_bytes)), node, test_parameters());
  ASSERT_TRUE(largest);
  EXPECT_LE(largest->bytes.size(), wire::record_maximum_bytes);
  EXPECT_FALSE(refusal(*largest));
  EXPECT_EQ(
      sign(weak_statement(node, name_key(), ByteVector(weak_value_maximum_bytes + 1)), node, test_parameters()).error(),
      Errc::too_large);
}

TEST(WeakRecord, ASequenceOfTomorrowIsRefused) {
  const auto node = weak_node(1);
  constexpr auto tolerance = static_cast<std::uint64_t>(std::chrono::milliseconds{clock_tolerance}.count());
  EXPECT_FALSE(refusal(signed_by(node, weak_statement(node, name_key(), ByteVector(1), weak_now + tolerance))));
  EXPECT_EQ(refusal(signed_by(node, weak_statement(node, name_key(), ByteVector(1), weak_now + tolerance + 1))),
            Errc::clock_skew);
}

TEST(WeakRecord, LivesForSevenDaysAtMost) {
  const auto node = weak_node(1);
  WeakStatement statement = weak_statement(node, name_key(), ByteVector(1));
  statement.not_after = test_wall + hip_lease_maximum + clock_tolerance + std::chrono::milliseconds{1};
  EXPECT_EQ(refusal(signed_by(node, statement)), Errc::too_large);
}

TEST(WeakRecord, ItsNodeHasSolvedItsPuzzles) {
  const auto node = weak_node(1);
  const auto record = signed_by(node, weak_statement(node, name_key(), ByteVector(1)));
  crypto::NetworkParameters hard = test_parameters();
  hard.puzzles = {30, 30};
  EXPECT_EQ(verify(record, crypto::SodiumVerifier{}, hard, test_wall).error(), Errc::puzzle_unsolved);
}

TEST(WeakRecord, TheNodeDoesNotChooseItsPlace) {
  const auto node = weak_node(1);
  SignedRecord record = signed_by(node, weak_statement(node, name_key(), ByteVector(1)));
  for (std::size_t place = 0; place < weak_places; ++place) {
    if (weak_type(place) == record.type) continue;
    SignedRecord moved = record;
    moved.type = weak_type(place);
    EXPECT_EQ(refusal(moved), Errc::malformed);
    moved.bytes.front() = static_cast<std::byte>(moved.type);
    EXPECT_EQ(refusal(moved), Errc::malformed);
  }
}

TEST(WeakRule, TheNewestHasThePlaceWhoeverPutIt) {
  const auto one = weak_node(1);
  int other = 2;
  while (weak_type_of(name_key(), weak_node(other).node_id()) != weak_type_of(name_key(), one.node_id())) ++other;
  const auto two = weak_node(other);
  const auto older = verified(signed_by(one, weak_statement(one, name_key(), ByteVector(1), weak_now - 1)));
  const auto newest = verified(signed_by(two, weak_statement(two, name_key(), ByteVector(2), weak_now)));
  EXPECT_EQ(decide_weak(std::nullopt, older, test_wall), StoreVerdict::stored);
  EXPECT_EQ(decide_weak(older, newest, test_wall), StoreVerdict::stored);
  EXPECT_EQ(decide_weak(newest, older, test_wall), StoreVerdict::stale);
  EXPECT_EQ(decide_weak(newest, newest, test_wall), StoreVerdict::stored);
  EXPECT_EQ(decide_weak(newest, older, test_wall + std::chrono::hours{2}), StoreVerdict::stored) << "it has ended";
}

TEST(WeakRule, OfTwoWithOneSequenceAlwaysTheSameWins) {
  const auto node = weak_node(1);
  const auto a = verified(signed_by(node, weak_statement(node, name_key(), ByteVector(1))));
  const auto b = verified(signed_by(node, weak_statement(node, name_key(), ByteVector(2))));
  EXPECT_NE(decide_weak(a, b, test_wall), decide_weak(b, a, test_wall));
}

}  // namespace
}  // namespace p2pns::dht
