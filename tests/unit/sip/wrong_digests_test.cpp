#include "frontends/sip/wrong_digests.hpp"

#include <gmock/gmock.h>

namespace p2pns::sip {
namespace {

IpAddress number(std::uint32_t value) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) address.octets[i] = static_cast<std::byte>(value >> (8 * (3 - i)));
  return address;
}

struct WrongDigestsTest : testing::Test {
  void add(const IpAddress& from, int times) {
    for (int i = 0; i < times; ++i) wrong.add(from, now);
  }
  bool silenced(const IpAddress& from) const { return wrong.is_silenced(from, now); }
  WrongDigests wrong{{}};
  TimePoint now{std::chrono::hours{1}};
  const IpAddress source = *parse_ip_address("192.0.2.1");
};

TEST_F(WrongDigestsTest, FiveInAMinuteSilenceForAWhile) {
  add(source, 4);
  EXPECT_FALSE(silenced(source));
  add(source, 1);
  EXPECT_TRUE(silenced(source));
  EXPECT_FALSE(silenced(*parse_ip_address("192.0.2.2")));
  now += std::chrono::minutes{5} - Duration{1};
  EXPECT_TRUE(silenced(source));
  now += Duration{1};
  EXPECT_FALSE(silenced(source));
  add(source, 4);
  EXPECT_FALSE(silenced(source)) << "it starts anew";
}

TEST_F(WrongDigestsTest, AMinuteLaterTheCountIsNew) {
  add(source, 4);
  now += std::chrono::minutes{1};
  add(source, 4);
  EXPECT_FALSE(silenced(source));
}

TEST_F(WrongDigestsTest, OneMachineHasAWholeSubnet) {
  add(*parse_ip_address("2001:db8::1"), 5);
  EXPECT_TRUE(silenced(*parse_ip_address("2001:db8::ffff:1")));
  EXPECT_FALSE(silenced(*parse_ip_address("2001:db8:0:1::1")));
}

TEST_F(WrongDigestsTest, TableIsBoundedAndKeepsTheLatest) {
  for (std::uint32_t i = 0; i < wrong_digest_sources_maximum; ++i) {
    now += Duration{1};
    add(number(i), 5);
  }
  EXPECT_EQ(wrong.size(), wrong_digest_sources_maximum);
  EXPECT_TRUE(silenced(number(0)));
  add(source, 1);
  EXPECT_EQ(wrong.size(), wrong_digest_sources_maximum);
  EXPECT_FALSE(silenced(number(0))) << "the one that was quiet longest went";
  EXPECT_TRUE(silenced(number(1)));
  now += std::chrono::minutes{10};
  add(number(1'000'000), 1);
  EXPECT_EQ(wrong.size(), 1U) << "those that are forgiven go first";
}

}  // namespace
}  // namespace p2pns::sip
