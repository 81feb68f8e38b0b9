#include "core/host/net/asio_address.hpp"

#include <gtest/gtest.h>

namespace p2pns::host {
namespace {

TEST(AsioEndpoint, BecomesTheSameAddressOfOurs) {
  for (const auto* const text : {"192.0.2.1:4222", "[2001:db8::1]:4222"}) {
    const Endpoint ours = *parse_endpoint(text);
    EXPECT_EQ(from_asio(to_udp(ours)), ours);
    EXPECT_EQ(from_asio(to_tcp(ours)), ours);
  }
}

TEST(AsioEndpoint, OfAnIpv4PeerAtAnIpv6SocketIsIpv4) {
  const boost::asio::ip::udp::endpoint mapped{boost::asio::ip::make_address("::ffff:192.0.2.1"), 4222};
  EXPECT_EQ(from_asio(mapped), *parse_endpoint("192.0.2.1:4222"));
  EXPECT_EQ(from_asio(mapped.address()), *parse_ip_address("192.0.2.1"));
}

TEST(AsioEndpoint, GoesBackToTheFormThatTheSocketTakes) {
  using boost::asio::ip::udp;
  const Endpoint v4 = *parse_endpoint("192.0.2.1:4222"), v6 = *parse_endpoint("[2001:db8::1]:4222");
  EXPECT_EQ(to_udp(v4, IpFamily::v4), to_udp(v4));
  EXPECT_EQ(to_udp(v4, IpFamily::v6), (udp::endpoint{boost::asio::ip::make_address("::ffff:192.0.2.1"), 4222}));
  EXPECT_EQ(to_udp(v6, IpFamily::v6), to_udp(v6));
  EXPECT_EQ(from_asio(to_udp(v4, IpFamily::v6)), v4);
}

}  // namespace
}  // namespace p2pns::host
