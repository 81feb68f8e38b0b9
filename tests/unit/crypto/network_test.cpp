#include "core/crypto/network.hpp"

#include <gtest/gtest.h>

namespace p2pns::crypto {
namespace {

TEST(NetworkId, HasVisibleCharactersOnly) {
  for (const char* const id : {"p2pns", "p2pns-test", "A_b.9~!"}) EXPECT_TRUE(is_network_id(id)) << id;
  for (const char* const id : {"a b", " ", "a\n", "\t", "a\x7f", "z\xc3\xbc"}) EXPECT_FALSE(is_network_id(id)) << id;
  EXPECT_FALSE(is_network_id(std::string_view{"a\0b", 3}));
}

TEST(NetworkId, HasOneTo63Characters) {
  EXPECT_FALSE(is_network_id(""));
  EXPECT_TRUE(is_network_id("x"));
  EXPECT_TRUE(is_network_id(std::string(network_id_maximum_bytes, 'x')));
  EXPECT_FALSE(is_network_id(std::string(network_id_maximum_bytes + 1, 'x')));
}

}  // namespace
}  // namespace p2pns::crypto
