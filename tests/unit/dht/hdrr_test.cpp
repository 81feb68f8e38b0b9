#include "core/dht/hdrr.hpp"

#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

const crypto::SodiumVerifier verifier;

TEST(Hdrr, OpenHipsPacketIsReadAndItsSignatureChecked) {
  const auto hdrr = read_hdrr(openhip_hdrr());
  ASSERT_TRUE(hdrr) << hdrr.error().message();
  EXPECT_EQ(crypto::to_text(hdrr->hit), "2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
  EXPECT_EQ(crypto::hit_key_of(hdrr->hit), openhip_key());
  ASSERT_EQ(hdrr->locators.size(), 1U);
  EXPECT_EQ(to_string(hdrr->locators.front()), "10.99.0.1");
  EXPECT_TRUE(check_signature(*hdrr, verifier));
}

TEST(Hdrr, EveryChangedBitOfOpenHipsPacketIsRefused) {
  const ByteVector packet = openhip_hdrr();
  for (std::size_t i = 0; i < packet.size(); ++i) {
    ByteVector changed = packet;
    changed[i] ^= std::byte{1};
    const auto hdrr = read_hdrr(changed);
    ASSERT_FALSE(hdrr && check_signature(*hdrr, verifier)) << "byte " << i;
  }
}

TEST(Hdrr, APacketThatEndsTooEarlyOrTooLateIsRefused) {
  const ByteVector packet = openhip_hdrr();
  for (std::size_t size = 0; size < packet.size(); ++size) ASSERT_FALSE(read_hdrr(Bytes{packet}.first(size))) << size;
  ByteVector longer = packet;
  longer.resize(packet.size() + 8);
  EXPECT_FALSE(read_hdrr(longer));
}

TEST(Hdrr, CorrectSignaturesOfAllAlgorithmsCount) {
  for (const char* name : {"rsa-1024", "rsa-2048", "p256", "p384", "ed25519"}) {
    const Host host{name};
    const auto hdrr = read_hdrr(packet_of(host, host.key));
    ASSERT_TRUE(hdrr) << name << ": " << hdrr.error().message();
    EXPECT_TRUE(check_signature(*hdrr, verifier)) << name;
    EXPECT_EQ(to_string(hdrr->locators.front()), "2001:db8::1");
  }
}

TEST(Hdrr, ASwappedKeyIsRefused) {
  const Host host{"rsa-2048"};
  const Host thief{"rsa-1024"};
  Host claims{"rsa-1024"};
  claims.hit = host.hit;  // the thief's key under the host's HIT
  EXPECT_EQ(read_hdrr(packet_of(claims, thief.key)).error(), Errc::malformed);
  const Host ed{"ed25519"};
  const auto forged = read_hdrr(packet_of(ed, ed.key));
  ASSERT_TRUE(forged);
  Hdrr changed = *forged;
  changed.signature.front() ^= std::byte{1};
  EXPECT_FALSE(check_signature(changed, verifier));
}

TEST(Hdrr, ANameHintIsNone) {
  const ByteVector header =
      test::hex("3b0414110000000020010021f45df33d25fcd9c3958806e300000000000000000000000000000000");
  EXPECT_FALSE(read_hdrr(header));
}

}  // namespace
}  // namespace p2pns::dht
