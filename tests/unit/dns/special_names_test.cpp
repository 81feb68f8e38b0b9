#include "frontends/dns/special_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Question question(std::string_view name, std::uint16_t type = type_a) {
  std::size_t offset = 0;
  return {*read_name(test::wire_name(name), offset), type, class_in};
}

test::ReadMessage answer(std::string_view name, std::uint16_t type = type_a) {
  Query query;
  query.question = question(name, type);
  const auto response = special_answer(*query.question);
  EXPECT_TRUE(response) << name;
  return test::read_message(encode(query, response.value_or(Response{}), plain_payload_bytes));
}

TEST(SpecialNames, LocalhostIsThisMachine) {
  EXPECT_THAT(answer("localhost").answer, ElementsAre("localhost. 3600 IN A 127.0.0.1"));
  EXPECT_THAT(answer("LocalHost").answer, ElementsAre("LocalHost. 3600 IN A 127.0.0.1"));
  EXPECT_THAT(answer("x.y.localhost", type_aaaa).answer, ElementsAre("x.y.localhost. 3600 IN AAAA ::1"));
  const auto nothing = answer("localhost", type_srv);
  EXPECT_EQ(nothing.rcode, 0U);
  EXPECT_THAT(nothing.answer, IsEmpty());
  EXPECT_THAT(nothing.authority,
              ElementsAre("localhost. 3600 IN SOA localhost. nobody.invalid. 1 3600 1200 604800 3600"));
}

TEST(SpecialNames, NobodyHasTheOthers) {
  for (const char* zone : {"invalid", "onion", "alt", "local", "home.arpa"}) {
    const auto below = answer(std::string{"a.B."} + zone, type_aaaa);
    EXPECT_EQ(below.rcode, 3U) << zone;
    ASSERT_EQ(below.authority.size(), 1U) << zone;
    EXPECT_THAT(below.authority[0], testing::StartsWith(std::string{zone} + ". 3600 IN SOA")) << zone;
    const auto apex = answer(zone);
    EXPECT_EQ(apex.rcode, 0U) << zone;
    EXPECT_THAT(apex.answer, IsEmpty()) << zone;
  }
}

TEST(SpecialNames, OtherNamesMayLeave) {
  for (const char* name : {"", "com", "example.com", "arpa", "in-addr.arpa", "xlocalhost", "localhost.example",
                           "local.com", "myhome.arpa", "onion.to", "test"})
    EXPECT_FALSE(special_answer(question(name))) << name;
  WireName dotted;  // one label "home.arpa" is not two
  dotted.octets.clear();
  dotted.octets.push_back(std::byte{9});
  for (const std::byte octet : as_bytes("home.arpa")) dotted.octets.push_back(octet);
  dotted.octets.push_back(std::byte{0});
  EXPECT_FALSE(special_answer({dotted, type_a, class_in}));
}

}  // namespace
}  // namespace p2pns::dns
