#include "core/crypto/digest.hpp"

#include <gtest/gtest.h>
#include <thread>

#include "core/crypto/network.hpp"
#include "core/crypto/wipe.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::crypto {
namespace {

using test::hex;

std::string hex_of(const Digest& digest) { return to_hex(digest.view()); }

// FIPS 180-4 examples.
TEST(Sha256, MatchesThePublishedVectors) {
  EXPECT_EQ(hex_of(sha256(Bytes{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1'000'000, 'a');
  EXPECT_EQ(hex_of(sha256(as_bytes(million))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, HashesPartsAsTheirConcatenation) {
  EXPECT_EQ(sha256({as_bytes("a"), Bytes{}, as_bytes("bc")}), sha256(as_bytes("abc")));
  EXPECT_EQ(sha256({}), sha256(Bytes{}));
}

TEST(Sha256, GivesTheSameDigestInEveryThread) {
  const Digest here = sha256(as_bytes("abc"));
  Digest there;
  std::thread{[&there] { there = sha256(as_bytes("abc")); }}.join();
  EXPECT_EQ(here, there);
}

struct HmacVector {
  std::string key, data, mac;
};

// RFC 4231, 4.2 to 4.8; case 5 is published with a truncated output.
TEST(HmacSha256, MatchesRfc4231) {
  const std::string aa20(40, 'a'), aa131(262, 'a');
  const auto text = [](std::string_view t) { return to_hex(as_bytes(t)); };
  std::string dd50, cd50;
  for (int i = 0; i < 50; ++i) dd50 += "dd", cd50 += "cd";
  const std::vector<HmacVector> vectors{
      {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", text("Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {text("Jefe"), text("what do ya want for nothing?"),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {aa20, dd50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"0102030405060708090a0b0c0d0e0f10111213141516171819", cd50,
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", text("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"},
      {aa131, text("Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {aa131,
       text("This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
            "be hashed before being used by the HMAC algorithm."),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  for (const auto& vector : vectors) {
    const Digest mac = hmac_sha256(hex(vector.key), {hex(vector.data)});
    EXPECT_EQ(hex_of(mac).substr(0, vector.mac.size()), vector.mac);
  }
}

TEST(HmacSha256, TakesKeysOfBlockSizeAsTheyAreAndHashesLongerOnes) {
  const ByteVector block(64, std::byte{7}), longer(65, std::byte{7});
  const Digest hashed = sha256(longer);
  EXPECT_EQ(hmac_sha256(longer, {as_bytes("x")}), hmac_sha256(hashed.view(), {as_bytes("x")}));
  EXPECT_NE(hmac_sha256(block, {as_bytes("x")}), hmac_sha256(sha256(block).view(), {as_bytes("x")}));
}

TEST(HmacSha256, AuthenticatesPartsAsTheirConcatenation) {
  EXPECT_EQ(hmac_sha256(as_bytes("k"), {as_bytes("ab"), as_bytes("c")}), hmac_sha256(as_bytes("k"), {as_bytes("abc")}));
  EXPECT_EQ(hmac_sha256({}, {}), hmac_sha256({}, {Bytes{}}));
}

TEST(Md5, MatchesRfc1321) {
  EXPECT_EQ(to_hex(md5({}).view()), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(md5({as_bytes("message "), as_bytes("digest")}).view()), "f96b697d7cb7938d525a2f31aaf161d0");
}

// RFC 5869, A.3: no salt, no info; the first of its two blocks.
TEST(HkdfSha256, MatchesRfc5869) {
  const ByteVector input(22, std::byte{0x0b});
  EXPECT_EQ(hex_of(hkdf_sha256(input, {})), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(HkdfSha256, SeparatesByInfo) {
  const ByteVector input(32, std::byte{1});
  EXPECT_NE(hkdf_sha256(input, as_bytes("a")), hkdf_sha256(input, as_bytes("b")));
}

TEST(NetworkFingerprint, IsTheStartOfTheHashOfTheName) {
  EXPECT_EQ(to_hex(fingerprint_of("p2pns").view()), "e922f335697b96f0");
  EXPECT_NE(fingerprint_of("p2pns"), fingerprint_of("p2pns2"));
}

TEST(Wipe, LeavesOnlyZeros) {
  ByteVector secret(33, std::byte{0x5a});
  wipe(secret);
  EXPECT_EQ(secret, ByteVector(33));
  secret.assign(33, std::byte{0x5a});
  { const WipeGuard guard{secret}; }
  EXPECT_EQ(secret, ByteVector(33));
  wipe({});
}

}  // namespace
}  // namespace p2pns::crypto
