#include "frontends/sip/nonce_book.hpp"

#include <gmock/gmock.h>
#include <set>

#include "tests/support/seeded_random.hpp"

namespace p2pns::sip {
namespace {

struct NonceBookTest : testing::Test {
  test::SeededRandom random{test::announced_seed()};
  NonceBook book{std::chrono::minutes{5}, random};
  const IpAddress source = *parse_ip_address("192.0.2.1");
  TimePoint now{std::chrono::hours{1}};
};

TEST_F(NonceBookTest, EachCountIsGoodOnce) {
  const std::string nonce = book.make(source, now);
  EXPECT_FALSE(book.use(nonce, 0, source, now));
  EXPECT_TRUE(book.use(nonce, 1, source, now));
  EXPECT_FALSE(book.use(nonce, 1, source, now));
  EXPECT_TRUE(book.use(nonce, 100, source, now));
  EXPECT_TRUE(book.use(nonce, 99, source, now)) << "it was overtaken";
  EXPECT_FALSE(book.use(nonce, 99, source, now));
  EXPECT_TRUE(book.use(nonce, 37, source, now)) << "63 behind";
  EXPECT_FALSE(book.use(nonce, 36, source, now)) << "64 behind";
  EXPECT_TRUE(book.use(nonce, 0xffff'ffff, source, now));
  EXPECT_FALSE(book.use(nonce, 100, source, now));
}

TEST_F(NonceBookTest, BelongsToItsSourceAndTime) {
  const std::string nonce = book.make(source, now);
  EXPECT_TRUE(book.is_good(nonce, source, now));
  EXPECT_FALSE(book.is_good(nonce, *parse_ip_address("192.0.2.2"), now));
  EXPECT_FALSE(book.is_good(nonce, source, now + std::chrono::minutes{6}));
  EXPECT_FALSE(book.use(nonce, 1, *parse_ip_address("192.0.2.2"), now));
  EXPECT_FALSE(book.use(nonce, 1, source, now - std::chrono::seconds{1}));
  EXPECT_FALSE(book.use(nonce, 1, source, now + std::chrono::minutes{5} + std::chrono::milliseconds{1}));
  EXPECT_TRUE(book.use(nonce, 1, source, now + std::chrono::minutes{5}));
}

TEST_F(NonceBookTest, CannotBeMadeUp) {
  const std::string nonce = book.make(source, now);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    std::string changed = nonce;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(book.use(changed, 1, source, now));
  }
  for (const std::string odd : {"", "x", "0"}) EXPECT_FALSE(book.use(odd, 1, source, now));
  EXPECT_FALSE(book.use(nonce + "0", 1, source, now));
  NonceBook other{std::chrono::minutes{5}, random};
  EXPECT_FALSE(other.use(nonce, 1, source, now)) << "the secret is another after a restart";
  EXPECT_EQ(book.size(), 0U) << "strangers take no memory";
}

TEST_F(NonceBookTest, NoTwoAreAlike) {
  std::set<std::string> nonces;
  for (int i = 0; i < 1000; ++i) nonces.insert(book.make(source, now));
  EXPECT_EQ(nonces.size(), 1000U);
}

TEST_F(NonceBookTest, TheOldestGoesStaleWhenThereAreTooMany) {
  std::vector<std::string> nonces;
  for (std::size_t i = 0; i < nonces_maximum; ++i) {
    nonces.push_back(book.make(source, now));
    EXPECT_TRUE(book.use(nonces.back(), 1, source, now));
  }
  EXPECT_EQ(book.size(), nonces_maximum);
  EXPECT_TRUE(book.use(nonces.front(), 2, source, now));
  EXPECT_TRUE(book.use(book.make(source, now), 1, source, now));
  EXPECT_EQ(book.size(), nonces_maximum);
  EXPECT_FALSE(book.use(nonces.front(), 1, source, now)) << "forgotten, but not good for a replay";
  EXPECT_TRUE(book.use(nonces[1], 2, source, now));
  now += std::chrono::minutes{6};
  EXPECT_TRUE(book.use(book.make(source, now), 1, source, now));
  EXPECT_EQ(book.size(), 1U) << "what has expired goes first";
}

}  // namespace
}  // namespace p2pns::sip
