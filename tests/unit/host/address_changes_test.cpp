#include "core/host/net/address_changes.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace p2pns::host {
namespace {

/// What the kernel sends.
class RouteMessage {
 public:
  RouteMessage(std::uint16_t type, std::string_view address, unsigned char scope = RT_SCOPE_UNIVERSE,
               unsigned interface_index = 2) {
    const IpAddress parsed = *parse_ip_address(address);
    header_.nlmsg_type = type;
    about_.ifa_family = parsed.family == IpFamily::v4 ? AF_INET : AF_INET6;
    about_.ifa_scope = scope;
    about_.ifa_index = interface_index;
    attribute(IFA_ADDRESS, parsed.view());
  }
  RouteMessage& flags(std::uint32_t flags) {
    attribute(IFA_FLAGS, Bytes{reinterpret_cast<const std::byte*>(&flags), sizeof flags});
    return *this;
  }
  RouteMessage& local(std::string_view address) {
    attribute(IFA_LOCAL, parse_ip_address(address)->view());
    return *this;
  }
  ByteVector bytes() {
    header_.nlmsg_len = static_cast<std::uint32_t>(sizeof header_ + sizeof about_ + attributes_.size());
    ByteVector out;
    append(out, header_);
    append(out, about_);
    out.insert(out.end(), attributes_.begin(), attributes_.end());
    return out;
  }

 private:
  template <class T>
  static void append(ByteVector& out, const T& value) {
    const auto* const begin = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), begin, begin + sizeof value);
  }
  void attribute(std::uint16_t type, Bytes value) {
    append(attributes_, rtattr{static_cast<std::uint16_t>(sizeof(rtattr) + value.size()), type});
    attributes_.insert(attributes_.end(), value.begin(), value.end());
  }
  nlmsghdr header_{};
  ifaddrmsg about_{};
  ByteVector attributes_;
};

constexpr auto gained = RTM_NEWADDR;
constexpr auto lost = RTM_DELADDR;

TEST(AddressChanges, AreAddressesGainedAndLost) {
  AddressChanges changes;
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "192.0.2.1"}.bytes()));
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "2001:db8::1"}.bytes()));
  EXPECT_TRUE(changes.apply(RouteMessage{lost, "192.0.2.1"}.bytes()));
  EXPECT_TRUE(changes.apply(RouteMessage{lost, "198.51.100.1"}.bytes())) << "it may be from before we listened";
}

TEST(AddressChanges, AreNoRepetitionsByRouterAdvertisements) {
  AddressChanges changes;
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "2001:db8::1"}.bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "2001:db8::1"}.bytes()));
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "2001:db8::1", RT_SCOPE_UNIVERSE, 3}.bytes()));
}

TEST(AddressChanges, CountAnAddressWhenItCanBeUsed) {
  AddressChanges changes;
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "2001:db8::1"}.flags(IFA_F_TENTATIVE).bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "2001:db8::1"}.flags(IFA_F_DADFAILED).bytes()));
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "2001:db8::1"}.flags(IFA_F_PERMANENT).bytes()));
}

TEST(AddressChanges, LeaveOutWhatNobodyElseCanReach) {
  AddressChanges changes;
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "127.0.0.2", RT_SCOPE_HOST}.bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "127.0.0.2"}.bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "fe80::1", RT_SCOPE_LINK}.bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{lost, "fe80::1", RT_SCOPE_LINK}.bytes()));
  EXPECT_EQ(changes.known(), 0U);
}

TEST(AddressChanges, TakeTheOwnEndOfAPointToPointLink) {
  AddressChanges changes;
  EXPECT_TRUE(changes.apply(RouteMessage{gained, "192.0.2.254"}.local("192.0.2.1").bytes()));
  EXPECT_FALSE(changes.apply(RouteMessage{gained, "192.0.2.1"}.bytes()));
}

TEST(AddressChanges, AreFoundAmongOtherMessages) {
  AddressChanges changes;
  ByteVector bytes = RouteMessage{RTM_NEWLINK, "192.0.2.1"}.bytes();
  EXPECT_FALSE(changes.apply(bytes));
  const ByteVector second = RouteMessage{gained, "192.0.2.1"}.bytes();
  bytes.insert(bytes.end(), second.begin(), second.end());
  EXPECT_TRUE(changes.apply(bytes));
}

TEST(AddressChanges, SurviveAMessageThatIsCutOffAnywhere) {
  const ByteVector whole = RouteMessage{gained, "2001:db8::1"}.flags(IFA_F_PERMANENT).bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    AddressChanges changes;
    EXPECT_FALSE(changes.apply(Bytes{whole}.first(size)));
    ByteVector lying{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    const auto length = static_cast<std::uint32_t>(size);
    if (size >= sizeof length) std::memcpy(lying.data(), &length, sizeof length);
    changes.apply(lying);  // whatever it says
  }
}

TEST(AddressChanges, RememberOnlySoMany) {
  AddressChanges changes;
  const auto add = [&changes](std::size_t number) {
    const std::string address = "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250);
    return changes.apply(RouteMessage{gained, address}.bytes());
  };
  for (std::size_t number = 0; number < machine_addresses_maximum; ++number) EXPECT_TRUE(add(number));
  EXPECT_EQ(changes.known(), machine_addresses_maximum);
  EXPECT_FALSE(add(0));
  EXPECT_TRUE(add(machine_addresses_maximum));
  EXPECT_EQ(changes.known(), 1U);
}

}  // namespace
}  // namespace p2pns::host
