#include "apps/p2pnsd/bootstrap_resolvers.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace p2pns::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Endpoint endpoint(std::string_view text) { return *parse_endpoint(text); }

TEST(Nameservers, AreReadAsTheResolverReadsThem) {
  EXPECT_THAT(nameservers_of("# comment\nsearch example\nnameserver 192.0.2.1\n  nameserver\t2001:db8::1 # second\r\n"
                             "nameserver fe80::1%eth0\nnameserver dns.example\nnameserver\nnameserverx 192.0.2.9\n"
                             "options edns0\nnameserver 192.0.2.2"),
              ElementsAre(endpoint("192.0.2.1:53"), endpoint("[2001:db8::1]:53"), endpoint("[fe80::1]:53"),
                          endpoint("192.0.2.2:53")));
  std::string many;
  for (std::size_t i = 0; i < resolv_conf_servers_maximum + 1; ++i) many += "nameserver 192.0.2.1\n";
  EXPECT_EQ(nameservers_of(many).size(), resolv_conf_servers_maximum);
}

TEST(Nameservers, ReachUsAtOurAddressAndPort) {
  EXPECT_TRUE(reaches_us(endpoint("127.0.0.1:53"), endpoint("127.0.0.1:53")));
  EXPECT_FALSE(reaches_us(endpoint("127.0.0.1:53"), endpoint("127.0.0.1:5300")));
  EXPECT_FALSE(reaches_us(endpoint("127.0.0.2:53"), endpoint("127.0.0.1:53")));
  EXPECT_TRUE(reaches_us(endpoint("127.0.0.2:53"), endpoint("0.0.0.0:53")));
  EXPECT_FALSE(reaches_us(endpoint("192.0.2.1:53"), endpoint("0.0.0.0:53")))
      << "no machine has a documentation address";
}

class BootstrapResolverChoice : public testing::Test {
 protected:
  ~BootstrapResolverChoice() override { std::filesystem::remove(file_); }
  BootstrapResolvers choose(std::string_view config, std::string_view resolv_conf) {
    std::ofstream{file_} << resolv_conf;
    constexpr std::array<std::string_view, 1> front_ends{"dns"};
    const auto reading = config::read_config("p2pns.yaml", config, front_ends);
    EXPECT_THAT(reading.errors, IsEmpty());
    return find_bootstrap_resolvers(reading.config, file_);
  }
  const std::string file_ =
      (std::filesystem::temp_directory_path() / ("p2pns-resolv-" + std::to_string(getpid()))).string();
};

TEST_F(BootstrapResolverChoice, TakesTheConfiguredOnesFirstThenTheUpstreamsThenTheSystems) {
  const std::string system = "nameserver 192.0.2.3\n";
  const std::string upstreams = "frontends: {dns: {upstreams: [192.0.2.2]}}\n";
  EXPECT_THAT(choose("node: {bootstrap_resolvers: [192.0.2.1]}\n" + upstreams, system).endpoints,
              ElementsAre(endpoint("192.0.2.1:53")));
  EXPECT_THAT(choose(upstreams, system).endpoints, ElementsAre(endpoint("192.0.2.2:53")));
  EXPECT_THAT(choose("frontends: {dns: {}}", system).endpoints, ElementsAre(endpoint("192.0.2.3:53")));
  EXPECT_THAT(choose("", system).endpoints, ElementsAre(endpoint("192.0.2.3:53")));
}

TEST_F(BootstrapResolverChoice, NeverTakesThisNode) {
  const std::string own = "frontends: {dns: {listen: '127.0.0.1:53'}}";
  EXPECT_THAT(choose(own, "nameserver 127.0.0.1\nnameserver 192.0.2.3\n").endpoints,
              ElementsAre(endpoint("192.0.2.3:53")));
  const auto none = choose(own, "nameserver 127.0.0.1\n");
  EXPECT_THAT(none.endpoints, IsEmpty());
  EXPECT_THAT(none.why_none, HasSubstr(file_ + " names only this node"));
  EXPECT_THAT(none.why_none, HasSubstr("set node.bootstrap_resolvers"));
}

TEST_F(BootstrapResolverChoice, SaysWhenTheSystemHasNone) {
  EXPECT_THAT(choose("", "").why_none, HasSubstr("names no resolver"));
  constexpr std::array<std::string_view, 1> front_ends{"dns"};
  const auto reading = config::read_config("p2pns.yaml", "", front_ends);
  EXPECT_THAT(find_bootstrap_resolvers(reading.config, "/nonexistent").why_none, HasSubstr("names no resolver"));
}

}  // namespace
}  // namespace p2pns::daemon
