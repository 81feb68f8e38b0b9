#include "core/rpc/cookie_jar.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_network.hpp"

namespace p2pns::rpc {
namespace {

using namespace std::chrono_literals;
using p2pns::test::endpoint;

class CookieJarTest : public ::testing::Test {
 protected:
  p2pns::test::SeededRandom random{7};
  TimePoint start{10s};
  CookieJar jar{random, start};
  bool valid(const wire::Cookie& cookie, const Endpoint& from, const wire::KeyFingerprint& by, TimePoint now) {
    return jar.baked_at(cookie, from, by, now).has_value();
  }
  Endpoint address = endpoint("192.0.2.1:4000");
  wire::KeyFingerprint sender = random.value<wire::KeyFingerprint>();
};

TEST_F(CookieJarTest, AcceptsItsOwnCookieFromTheSameSenderAndAddressOnly) {
  const wire::Cookie cookie = jar.bake(address, sender, start);
  EXPECT_TRUE(valid(cookie, address, sender, start));
  EXPECT_FALSE(valid(cookie, endpoint("192.0.2.1:4001"), sender, start));
  EXPECT_FALSE(valid(cookie, endpoint("192.0.2.2:4000"), sender, start));
  EXPECT_FALSE(valid(cookie, address, random.value<wire::KeyFingerprint>(), start));
  wire::Cookie changed = cookie;
  changed.value[15] ^= std::byte{1};
  EXPECT_FALSE(valid(changed, address, sender, start));
  changed = cookie;
  changed.value[3] ^= std::byte{1};
  EXPECT_FALSE(valid(changed, address, sender, start)) << "the time is part of what is proven";
}

TEST_F(CookieJarTest, KeepsACookieForOneToTwoLivesOfTheSecret) {
  const wire::Cookie early = jar.bake(address, sender, start);
  EXPECT_TRUE(valid(early, address, sender, start + cookie_secret_life - 1us));
  EXPECT_TRUE(valid(early, address, sender, start + cookie_secret_life)) << "the previous secret still counts";
  EXPECT_TRUE(valid(early, address, sender, start + 2 * cookie_secret_life - 1us));
  EXPECT_FALSE(valid(early, address, sender, start + 2 * cookie_secret_life));
}

TEST_F(CookieJarTest, TellsWhenACookieWasBaked) {
  for (const Duration uptime : {Duration{0}, Duration{1ms}, Duration{5s}, Duration{24h * 60}}) {
    for (const Duration age : {Duration{0}, Duration{1ms}, Duration{119s}}) {
      CookieJar fresh{random, start};
      const TimePoint baked = start + uptime;
      const wire::Cookie cookie = fresh.bake(address, sender, baked);
      EXPECT_EQ(fresh.baked_at(cookie, address, sender, baked + age), baked);
    }
  }
}

TEST_F(CookieJarTest, RoundsTheTimeOfBakingDown) {
  const wire::Cookie cookie = jar.bake(address, sender, start + 1900us);
  EXPECT_EQ(jar.baked_at(cookie, address, sender, start + 5300us), start + 1ms);
}

TEST_F(CookieJarTest, ForgetsBothSecretsAfterAQuietTime) {
  const wire::Cookie cookie = jar.bake(address, sender, start);
  EXPECT_FALSE(valid(cookie, address, sender, start + 1h));
  EXPECT_TRUE(valid(jar.bake(address, sender, start + 1h), address, sender, start + 1h));
}

TEST_F(CookieJarTest, OfAnotherNodeIsWorthless) {
  CookieJar other{random, start};
  EXPECT_FALSE(valid(other.bake(address, sender, start), address, sender, start));
}

}  // namespace
}  // namespace p2pns::rpc
