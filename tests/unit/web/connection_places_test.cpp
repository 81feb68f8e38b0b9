#include "frontends/web/connection_places.hpp"

#include <gtest/gtest.h>

namespace p2pns::web {
namespace {

Peer remote(const char* address) {
  Peer peer;
  peer.address = *parse_ip_address(address);
  return peer;
}
Peer local() {
  Peer peer;
  peer.kind = Peer::Kind::loopback;
  peer.address = *parse_ip_address("127.0.0.1");
  return peer;
}
/// How many of so many connections are taken.
std::size_t taken(ConnectionPlaces& places, const Peer& peer, std::size_t count) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < count; ++i) result += places.take(peer) ? 1 : 0;
  return result;
}

TEST(ConnectionPlaces, OneRemoteAddressHasAQuarter) {
  ConnectionPlaces places{64};
  EXPECT_EQ(taken(places, remote("192.0.2.1"), 64), 16U);
  EXPECT_EQ(taken(places, remote("192.0.2.2"), 64), 16U);
  places.give_back(remote("192.0.2.1"));
  EXPECT_FALSE(places.take(remote("192.0.2.2")));
  EXPECT_TRUE(places.take(remote("192.0.2.1")));
}

TEST(ConnectionPlaces, AMachineHasAWholeIpv6Network) {
  ConnectionPlaces places{64};
  EXPECT_EQ(taken(places, remote("2001:db8::1"), 8) + taken(places, remote("2001:db8::2"), 64), 16U);
  places.give_back(remote("2001:db8::1"));
  EXPECT_TRUE(places.take(remote("2001:db8::3")));
  EXPECT_FALSE(places.take(remote("2001:db8::1")));
}

TEST(ConnectionPlaces, AnEighthIsLeftToThisMachine) {
  ConnectionPlaces places{64};
  std::size_t others = 0;
  for (const char* address : {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"})
    others += taken(places, remote(address), 64);
  EXPECT_EQ(others, 56U);
  EXPECT_EQ(taken(places, local(), 64), 8U);
  places.give_back(local());
  EXPECT_FALSE(places.take(remote("192.0.2.9"))) << "that place is not theirs";
  EXPECT_TRUE(places.take(local()));
}

TEST(ConnectionPlaces, ThisMachineMayHaveAll) {
  ConnectionPlaces places{64};
  EXPECT_EQ(taken(places, local(), 100), 64U);
  EXPECT_FALSE(places.take(remote("192.0.2.1")));
}

TEST(ConnectionPlaces, AFewPlacesAreForEverybody) {
  for (const std::size_t maximum : {std::size_t{1}, std::size_t{3}}) {
    ConnectionPlaces places{maximum};
    EXPECT_EQ(taken(places, remote("192.0.2.1"), 9), 1U) << maximum;
    EXPECT_EQ(taken(places, local(), 9), maximum - 1) << maximum;
  }
  ConnectionPlaces none{0};
  EXPECT_FALSE(none.take(local()));
}

}  // namespace
}  // namespace p2pns::web
