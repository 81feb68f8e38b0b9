#include "core/crypto/passphrase.hpp"

#include <gtest/gtest.h>

namespace p2pns::crypto {
namespace {

constexpr PassphraseCost cheap{passphrase_passes_minimum, passphrase_memory_minimum_kib};

PassphraseSalt salt_of(std::string_view text) { return *PassphraseSalt::from(as_bytes(text)); }

TEST(PassphraseKey, IsWhatTheReferenceProgramMakes) {
  // argon2 "salt of a vector" -id -t 2 -k 64 -p 1 -l 32 -r
  const auto key = derive_passphrase_key(as_bytes("correct horse"), salt_of("salt of a vector"), {2, 64});
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->view()), "ad2cc1b7e367d02d92247699b680c568c388ef8da46368ac0af5ffa5ebd70b18");
}

TEST(PassphraseKey, DependsOnEverythingThatGoesIn) {
  const auto salt = salt_of("0123456789abcdef");
  const auto key = derive_passphrase_key(as_bytes("secret"), salt, cheap);
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, *derive_passphrase_key(as_bytes("secret"), salt, cheap));
  EXPECT_NE(*key, *derive_passphrase_key(as_bytes("Secret"), salt, cheap));
  EXPECT_NE(*key, *derive_passphrase_key(as_bytes("secret"), salt_of("0123456789abcdeF"), cheap));
  EXPECT_NE(*key, *derive_passphrase_key(as_bytes("secret"), salt, {cheap.passes + 1, cheap.memory_kib}));
  EXPECT_NE(*key, *derive_passphrase_key(as_bytes("secret"), salt, {cheap.passes, cheap.memory_kib + 1}));
}

TEST(PassphraseKey, CostsNoMoreThanItsMaximum) {
  EXPECT_TRUE(is_allowed(PassphraseCost{}));
  EXPECT_TRUE(is_allowed(cheap));
  EXPECT_TRUE(is_allowed({passphrase_passes_maximum, passphrase_memory_maximum_kib}));
  const auto salt = salt_of("0123456789abcdef");
  for (const PassphraseCost& bad :
       {PassphraseCost{passphrase_passes_maximum + 1, cheap.memory_kib},
        PassphraseCost{cheap.passes, passphrase_memory_maximum_kib + 1}, PassphraseCost{cheap.passes, UINT32_MAX},
        PassphraseCost{0, cheap.memory_kib}, PassphraseCost{cheap.passes, passphrase_memory_minimum_kib - 1}}) {
    EXPECT_FALSE(is_allowed(bad));
    EXPECT_EQ(derive_passphrase_key(as_bytes("secret"), salt, bad).error(), Errc::too_large);
  }
}

}  // namespace
}  // namespace p2pns::crypto
