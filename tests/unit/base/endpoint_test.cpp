#include "core/base/endpoint.hpp"

#include <gtest/gtest.h>
#include <unordered_set>

#include "tests/support/hex.hpp"

namespace p2pns {
namespace {

IpAddress ip(std::string_view text) { return *parse_ip_address(text); }

TEST(Endpoint, ReturnsFromTextAsItWas) {
  for (const std::string_view text : {"192.0.2.1:4222", "0.0.0.0:0", "255.255.255.255:65535", "[::]:0",
                                      "[2001:db8::1]:4222", "[::ffff:192.0.2.1]:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_string(*endpoint), text);
  }
}

TEST(Endpoint, RefusesTextThatIsNoLiteralAddressAndPort) {
  for (const std::string_view text : {"",
                                      ":",
                                      "192.0.2.1",
                                      "192.0.2.1:",
                                      "192.0.2.1:65536",
                                      "192.0.2.1:-1",
                                      "192.0.2.1:+1",
                                      "192.0.2.1: 1",
                                      "192.0.2.1:1x",
                                      "192.0.2:1",
                                      "192.0.2.256:1",
                                      "2001:db8::1:4222",
                                      "[192.0.2.1]:4222",
                                      "[2001:db8::1]",
                                      "[2001:db8::1:4222",
                                      "2001:db8::1]:4222",
                                      "[]:1",
                                      "[fe80::1%eth0]:1",
                                      "localhost:1",
                                      "example.org:53",
                                      "[2001:db8:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1]:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error(), Errc::malformed);
  }
}

TEST(Endpoint, MayLeaveItsPortToTheReader) {
  EXPECT_EQ(to_string(*parse_endpoint("192.0.2.1", 53)), "192.0.2.1:53");
  EXPECT_EQ(to_string(*parse_endpoint("2001:db8::1", 53)), "[2001:db8::1]:53");
  EXPECT_EQ(to_string(*parse_endpoint("192.0.2.1:5353", 53)), "192.0.2.1:5353");
  EXPECT_EQ(to_string(*parse_endpoint("[2001:db8::1]:5353", 53)), "[2001:db8::1]:5353");
  for (const char* text : {"", "dns.example", "192.0.2.1:", "[2001:db8::1]", "192.0.2"})
    EXPECT_FALSE(parse_endpoint(text, 53)) << text;
}

TEST(IpAddress, RefusesTextBehindAZeroByte) {
  EXPECT_FALSE(parse_ip_address(std::string_view{"192.0.2.1\0x", 11}));
  EXPECT_FALSE(parse_endpoint(std::string_view{"192.0.2.1\0:1", 12}));
}

TEST(IpAddress, IsMadeFromFourOrSixteenOctets) {
  const auto v4 = ip_address_from(test::hex("c0000201"));
  ASSERT_TRUE(v4);
  EXPECT_EQ(*v4, ip("192.0.2.1"));
  EXPECT_EQ(v4->view().size(), 4U);
  const auto v6 = ip_address_from(test::hex("20010db8000000000000000000000001"));
  ASSERT_TRUE(v6);
  EXPECT_EQ(*v6, ip("2001:db8::1"));
  EXPECT_EQ(v6->view().size(), 16U);
  for (const std::size_t size : {0U, 3U, 5U, 15U, 17U}) EXPECT_FALSE(ip_address_from(ByteVector(size))) << size;
}

TEST(IpAddress, KnowsLoopback) {
  for (const std::string_view text : {"127.0.0.1", "127.255.255.255", "::1"}) EXPECT_TRUE(ip(text).is_loopback());
  for (const std::string_view text : {"126.255.255.255", "128.0.0.0", "::2", "::", "7f00::1"})
    EXPECT_FALSE(ip(text).is_loopback()) << text;
}

TEST(IpAddress, KnowsPrivateAndLinkLocalRanges) {
  for (const std::string_view text : {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
                                      "169.254.1.1", "fc00::1", "fdff::1", "fe80::1", "febf::1"})
    EXPECT_TRUE(ip(text).is_private()) << text;
  for (const std::string_view text : {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
                                      "192.169.0.0", "169.253.0.1", "fbff::1", "fe00::1", "fec0::1", "2001:db8::1"})
    EXPECT_FALSE(ip(text).is_private()) << text;
}

TEST(IpAddress, KnowsUnspecifiedAndMulticast) {
  EXPECT_TRUE(ip("0.0.0.0").is_unspecified());
  EXPECT_TRUE(ip("::").is_unspecified());
  EXPECT_FALSE(ip("0.0.0.1").is_unspecified());
  for (const std::string_view text : {"224.0.0.0", "239.255.255.255", "ff00::", "ff02::1"})
    EXPECT_TRUE(ip(text).is_multicast()) << text;
  for (const std::string_view text : {"223.255.255.255", "240.0.0.0", "fe80::1"})
    EXPECT_FALSE(ip(text).is_multicast()) << text;
}

TEST(AddressBlock, IsTheSlash24OfIpv4AndTheSlash48OfIpv6) {
  EXPECT_EQ(address_block(ip("192.0.2.0")), address_block(ip("192.0.2.255")));
  EXPECT_NE(address_block(ip("192.0.2.1")), address_block(ip("192.0.3.1")));
  EXPECT_EQ(address_block(ip("2001:db8:1::1")), address_block(ip("2001:db8:1:ffff::2")));
  EXPECT_NE(address_block(ip("2001:db8:1::1")), address_block(ip("2001:db8:2::1")));
  EXPECT_NE(address_block(ip("0.0.0.0")), address_block(ip("::"))) << "families do not share blocks";
}

TEST(Endpoint, CanBeAKeyOfHashTablesAndOfOrderedOnes) {
  const Endpoint a = *parse_endpoint("192.0.2.1:1"), b = *parse_endpoint("192.0.2.1:2");
  const Endpoint c = *parse_endpoint("[2001:db8::1]:1");
  const std::unordered_set<Endpoint> set{a, b, c, a};
  EXPECT_EQ(set.size(), 3U);
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
}

}  // namespace
}  // namespace p2pns
