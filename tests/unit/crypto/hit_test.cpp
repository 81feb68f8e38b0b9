#include "core/crypto/hit.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"

namespace p2pns::crypto {
namespace {

TEST(Hit, IsReadAsAddressAndAsNibbles) {
  const auto from_address = parse_hit("2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
  const auto from_nibbles = parse_hit("20010021F45DF33D25FCD9C3958806E3");
  ASSERT_TRUE(from_address && from_nibbles);
  EXPECT_EQ(*from_address, *from_nibbles);
  EXPECT_EQ(to_text(*from_address), "2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
  EXPECT_EQ(to_nibbles(*from_address), "20010021f45df33d25fcd9c3958806e3");
}

TEST(Hit, OtherAddressesAreNone) {
  for (const char* text : {"", "2001:db8::1", "2001:40::1", "2002:21::1", "2001:2::1", "192.0.2.1", "alice",
                           "20010021f45df33d25fcd9c3958806e", "20010021f45df33d25fcd9c3958806e30",
                           "2001002gf45df33d25fcd9c3958806e3", "20010041f45df33d25fcd9c3958806e3"})
    EXPECT_EQ(parse_hit(text).error(), Errc::malformed) << text;
}

TEST(Hit, KindIsThePrefix) {
  EXPECT_EQ(kind_of(*parse_hit("2001:1f:ffff::1")), HitKind::hip_v1);
  EXPECT_EQ(kind_of(*parse_hit("2001:20::1")), HitKind::hip_v2);
  EXPECT_EQ(kind_of(*parse_hit("2001:2f::1")), HitKind::hip_v2);
  EXPECT_EQ(kind_of(*parse_hit("2001:3f:fe00:5::1")), HitKind::det);
  EXPECT_FALSE(kind_of(Hit{}));
}

// What OpenHIP files this HIT under: tests/data/hip.
TEST(Hit, KeyOfTheDhtInterfaceIsWhatStandsBehindThePrefix) {
  const Key key = hit_key_of(*parse_hit("2001:21:f45d:f33d:25fc:d9c3:9588:6e3"));
  EXPECT_EQ(to_hex(key.view()), "1f45df33d25fcd9c3958806e3000000000000000");
  EXPECT_TRUE(is_hit_key(key));
  EXPECT_EQ(hit_key_of(*parse_hit("2001:11:f45d:f33d:25fc:d9c3:9588:6e3")), key);
}

TEST(Hit, AHashOfANameIsNoHitKey) {
  EXPECT_FALSE(is_hit_key(test::fixed<Key>("fe8ff5d9b5537d34ecaa4f340f8f49a772ecb6be")));
  EXPECT_FALSE(is_hit_key(test::fixed<Key>("1f45df33d25fcd9c3958806e3000000000000001")));
  EXPECT_FALSE(is_hit_key(test::fixed<Key>("1f45df33d25fcd9c3958806e3100000000000000")));
  EXPECT_TRUE(is_hit_key(Key{}));
}

}  // namespace
}  // namespace p2pns::crypto
