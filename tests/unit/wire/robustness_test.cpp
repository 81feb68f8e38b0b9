// Bytes a liar makes up: no decoder crashes, and what one accepts is the one encoding of its value.
#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"
#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;

constexpr int rounds = 20'000;

void expect_refused_or_canonical(const Sample& sample, const ByteVector& bytes) {
  const auto again = sample.recode(bytes);
  if (!again || sample.name == "refused") return;  // reasons of later versions read as unspecified
  EXPECT_EQ(*again, bytes) << sample.name << " " << to_hex(bytes);
}

TEST(Robustness, RandomBytesAreRefusedOrCanonical) {
  test::SeededRandom random{test::announced_seed()};
  const std::vector<Sample> samples = all_samples();
  for (int round = 0; round < rounds; ++round) {
    const ByteVector bytes = random.bytes(random.below(100));
    for (const Sample& sample : samples) expect_refused_or_canonical(sample, bytes);
    (void)decode_plain(bytes);
    (void)decode_datagram(bytes);
  }
}

TEST(Robustness, DamagedMessagesAreRefusedOrCanonical) {
  test::SeededRandom random{test::announced_seed()};
  const std::vector<Sample> samples = all_samples();
  for (int round = 0; round < rounds; ++round) {
    const Sample& sample = samples[random.below(samples.size())];
    ByteVector bytes = sample.encoded;
    for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !bytes.empty(); --changes)
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
    if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 8));
    expect_refused_or_canonical(sample, bytes);
  }
}

TEST(Robustness, DamagedDatagramsAreRefusedOrCanonical) {
  test::SeededRandom random{test::announced_seed()};
  for (int round = 0; round < rounds; ++round) {
    ByteVector bytes = random.bytes(random.below(datagram_maximum_bytes + 10));
    if (!bytes.empty()) bytes[0] = (bytes[0] & std::byte{0xc0}) | std::byte{1};
    const auto datagram = decode_datagram(bytes);
    if (!datagram) continue;
    EXPECT_TRUE(equal(encode_clear(datagram->header, datagram->nonce), datagram->clear));
    EXPECT_EQ(datagram->clear.size() + datagram->sealed.size(), bytes.size());
  }
}

}  // namespace
}  // namespace p2pns::wire
