#include "core/names/record_set.hpp"

#include <gtest/gtest.h>

#include "core/wire/message.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

const UnixTime now{1'780'000'000'000ms};
const crypto::NetworkParameters network{"test", {0, 0}, true};
const crypto::SodiumVerifier verifier;

crypto::KeyPairSigner signer_of(std::uint8_t number) {
  crypto::Seed seed;
  seed.value.fill(std::byte{number});
  return crypto::KeyPairSigner{crypto::KeyPair::from_seed(seed)};
}

const crypto::KeyPairSigner alice = signer_of(1);

RecordSet alice_set(std::vector<ResourceRecord> records = {}) {
  return {{NameKind::label, "p2p", "alice"}, alice.public_key(), 2, 7, now + 24h, std::move(records)};
}

/// Three records at three owner names.
RecordSet documented_set() {
  return alice_set({{"", 1, 300, test::hex("c0000201")},
                    {"_sip._udp", 33, 3600, test::hex("000a001413c405616c6963650370327000")},
                    {"www", 28, 60, test::hex("20010db8000000000000000000000001")}});
}

ByteVector sign_anything(Bytes content, const crypto::Signer& signer = alice) {
  ByteVector bytes = copy_of(content);
  const auto signature = signer.sign(crypto::signing_input("record set v1", network.network_id, content));
  bytes.insert(bytes.end(), signature.value.begin(), signature.value.end());
  return bytes;
}

Bytes content_of(const ByteVector& bytes) { return Bytes{bytes}.first(bytes.size() - 64); }

TEST(RecordSet, RoundTrips) {
  const auto bytes = sign(documented_set(), alice, network);
  ASSERT_TRUE(bytes);
  const auto read = verify_record_set(*bytes, verifier, network, now);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, documented_set());
}

TEST(RecordSet, WithoutRecordsIsAStatementOfOwnership) {
  const auto bytes = sign(alice_set(), alice, network);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*verify_record_set(*bytes, verifier, network, now), alice_set());
}

TEST(RecordSet, HasOneEncodingInWhateverOrderItsRecordsAreGiven) {
  RecordSet turned = documented_set();
  std::swap(turned.records.front(), turned.records.back());
  EXPECT_EQ(*sign(turned, alice, network), *sign(documented_set(), alice, network));
}

TEST(RecordSet, InAnotherOrderIsRefusedEvenWhenSigned) {
  const ByteVector a = *sign(alice_set({{"a", 1, 1, test::hex("01020304")}}), alice, network);
  ByteVector content = copy_of(content_of(a));
  const std::size_t record_bytes = 1 + 1 + 2 + 4 + 2 + 4;
  const std::size_t count_at = content.size() - record_bytes - 1;
  const ByteVector record(content.end() - record_bytes, content.end());
  ByteVector before = record;
  before[before.size() - 1] = std::byte{3};  // data 01020303: sorts before
  content[count_at] = std::byte{2};
  ByteVector ordered(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(count_at) + 1);
  ByteVector disordered = ordered;
  ByteVector twice = ordered;
  const auto append = [](ByteVector& to, const ByteVector& what) { to.insert(to.end(), what.begin(), what.end()); };
  append(ordered, before);
  append(ordered, record);
  append(disordered, record);
  append(disordered, before);
  append(twice, record);
  append(twice, record);
  EXPECT_TRUE(verify_record_set(sign_anything(ordered), verifier, network, now));
  EXPECT_EQ(verify_record_set(sign_anything(disordered), verifier, network, now).error(), Errc::malformed);
  EXPECT_EQ(verify_record_set(sign_anything(twice), verifier, network, now).error(), Errc::malformed);
}

TEST(RecordSet, IsRefusedWhenCutAnywhere) {
  const ByteVector bytes = *sign(documented_set(), alice, network);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(verify_record_set(Bytes{bytes}.first(size), verifier, network, now)) << size;
  for (std::size_t size = 0; size < bytes.size() - 64; ++size) {
    const auto read = verify_record_set(sign_anything(Bytes{bytes}.first(size)), verifier, network, now);
    EXPECT_EQ(read.error(), Errc::truncated) << size;
  }
}

TEST(RecordSet, IsRefusedWithBytesBehindIt) {
  ByteVector content = copy_of(content_of(*sign(documented_set(), alice, network)));
  content.push_back(std::byte{0});
  EXPECT_EQ(verify_record_set(sign_anything(content), verifier, network, now).error(), Errc::trailing_bytes);
}

TEST(RecordSet, IsRefusedWhenAnyBitIsTurned) {
  ByteVector bytes = *sign(documented_set(), alice, network);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(verify_record_set(bytes, verifier, network, now)) << bit;
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  EXPECT_TRUE(verify_record_set(bytes, verifier, network, now));
}

TEST(RecordSet, OfAnotherNetworkIsRefused) {
  const auto bytes = sign(documented_set(), alice, {"other", {0, 0}, true});
  EXPECT_EQ(verify_record_set(*bytes, verifier, network, now).error(), Errc::bad_signature);
}

TEST(RecordSet, SignedByAnotherThanItsOwnerIsRefused) {
  const ByteVector bytes = *sign(documented_set(), alice, network);
  const ByteVector forged = sign_anything(content_of(bytes), signer_of(2));
  EXPECT_EQ(verify_record_set(forged, verifier, network, now).error(), Errc::bad_signature);
}

TEST(RecordSet, CountsUntilItsEndAndTheClockTolerance) {
  const ByteVector bytes = *sign(documented_set(), alice, network);
  const UnixTime end = now + 24h + dht::clock_tolerance;
  EXPECT_TRUE(verify_record_set(bytes, verifier, network, end));
  EXPECT_EQ(verify_record_set(bytes, verifier, network, end + 1ms).error(), Errc::expired);
}

TEST(RecordSet, CannotReachBeyondTheLongestLease) {
  RecordSet set = alice_set();
  set.not_after = now + dht::lease_maximum + dht::clock_tolerance;
  EXPECT_TRUE(verify_record_set(*sign(set, alice, network), verifier, network, now));
  set.not_after += 1ms;
  EXPECT_EQ(verify_record_set(*sign(set, alice, network), verifier, network, now).error(), Errc::too_large);
}

TEST(RecordSet, TimeBeyondTheSignedRangeIsMalformed) {
  ByteVector content = copy_of(content_of(*sign(alice_set(), alice, network)));
  content[content.size() - 1 - 8] = std::byte{0x80};  // highest bit of not-after, in front of the record count
  EXPECT_EQ(verify_record_set(sign_anything(content), verifier, network, now).error(), Errc::malformed);
}

/// A set whose signed form has exactly this size.
RecordSet set_of_size(std::size_t bytes) {
  const std::size_t empty = sign(alice_set(), alice, network)->size();
  return alice_set({{"", 16, 300, ByteVector(bytes - empty - 9, std::byte{7})}});
}

TEST(RecordSet, HasAtMost1000BytesSigned) {
  for (const std::size_t size : {std::size_t{999}, std::size_t{1000}}) {
    const auto bytes = sign(set_of_size(size), alice, network);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->size(), size);
    EXPECT_TRUE(verify_record_set(*bytes, verifier, network, now));
  }
  EXPECT_EQ(sign(set_of_size(1001), alice, network).error(), Errc::too_large);
  EXPECT_EQ(verify_record_set(ByteVector(1001), verifier, network, now).error(), Errc::too_large);
  EXPECT_EQ(sign(alice_set({{"", 16, 300, ByteVector(70'000)}}), alice, network).error(), Errc::too_large);
}

TEST(RecordSet, HasAtMost100Records) {
  std::vector<ResourceRecord> records;
  for (std::uint16_t i = 1; i < records_per_name_maximum; ++i)
    records.push_back({"", static_cast<std::uint16_t>(1000 + i), 1, {}});
  const P2PName name = alice_set().name;
  EXPECT_TRUE(check_records(records, name));
  records.push_back({"", 2000, 1, {}});
  EXPECT_TRUE(check_records(records, name));
  records.push_back({"", 2001, 1, {}});
  EXPECT_EQ(check_records(records, name).error(), Errc::too_large);
  EXPECT_EQ(sign(alice_set(records), alice, network).error(), Errc::too_large);
}

TEST(RecordSet, TtlIsAWeekAtMost) {
  EXPECT_TRUE(sign(alice_set({{"", 1, record_ttl_maximum_s - 1, {}}}), alice, network));
  EXPECT_TRUE(sign(alice_set({{"", 1, record_ttl_maximum_s, {}}}), alice, network));
  EXPECT_EQ(sign(alice_set({{"", 1, record_ttl_maximum_s + 1, {}}}), alice, network).error(), Errc::malformed);
}

TEST(RecordSet, HoldsDataTypesOnly) {
  for (const std::uint16_t type : {1, 28, 33, 35, 40, 42, 55, 64, 65, 127, 256, 257, 65'535})
    EXPECT_TRUE(sign(alice_set({{"", type, 1, {}}}), alice, network)) << type;
  for (const std::uint16_t type : {0, 41, 128, 249, 250, 251, 252, 255})
    EXPECT_EQ(sign(alice_set({{"", type, 1, {}}}), alice, network).error(), Errc::malformed) << type;
}

TEST(RecordSet, OwnerNamesAreCanonicalAndFitBelowTheName) {
  for (const char* owner : {"", "www", "_sip._udp", "*", "*.lab"})
    EXPECT_TRUE(sign(alice_set({{owner, 1, 1, {}}}), alice, network)) << owner;
  for (const char* owner : {"WWW", "www.", "a..b", "a.*", "a b", "ü", "a_b", "_"})
    EXPECT_EQ(sign(alice_set({{owner, 1, 1, {}}}), alice, network).error(), Errc::malformed) << owner;
  const std::string three = std::string(61, 'a') + "." + std::string(61, 'b') + "." + std::string(61, 'c') + ".";
  const std::string longest = three + std::string(253 - 10 - three.size(), 'd');
  EXPECT_TRUE(check_records({{longest, 1, 1, {}}}, alice_set().name));
  EXPECT_EQ(check_records({{longest + "d", 1, 1, {}}}, alice_set().name).error(), Errc::malformed);
}

TEST(RecordSet, RecordThatComesTwiceIsRefusedWhateverItsTtl) {
  EXPECT_EQ(sign(alice_set({{"", 1, 1, {}}, {"", 1, 2, {}}}), alice, network).error(), Errc::malformed);
}

TEST(RecordSet, OfAPublicKeyNameOrWithoutSequenceIsNotSigned) {
  RecordSet set = alice_set();
  set.sequence = 0;
  EXPECT_EQ(sign(set, alice, network).error(), Errc::malformed);
  set = alice_set();
  set.name = name_of_key(alice.public_key(), "p2p");
  EXPECT_EQ(sign(set, alice, network).error(), Errc::malformed);
}

TEST(RecordSet, VerifierSurvivesArbitraryContent) {
  test::SeededRandom random{test::announced_seed()};
  const ByteVector good = *sign(documented_set(), alice, network);
  for (int i = 0; i < 5000; ++i) {
    ByteVector content = copy_of(content_of(good));
    for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      content[random.below(content.size())] = static_cast<std::byte>(random.below(256));
    const ByteVector bytes = sign_anything(content);
    const auto read = verify_record_set(bytes, verifier, network, now);
    // What is taken can be encoded again, and only in the same way.
    if (read && read->owner == alice.public_key()) {
      EXPECT_EQ(*sign(*read, alice, network), bytes);
    }
  }
}

}  // namespace
}  // namespace p2pns::names
