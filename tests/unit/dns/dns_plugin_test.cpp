#include "frontends/dns/dns_plugin.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontends/dns/dns_front_end.hpp"
#include "tests/support/fake_plugin_host.hpp"

namespace p2pns::dns {
namespace {

using testing::HasSubstr;

class DnsPlugin : public testing::Test {
 protected:
  auto create() { return dns_plugin().create_front_end(host_); }
  boost::asio::io_context context_;
  test::FakePluginHost host_{context_.get_executor()};
};

TEST_F(DnsPlugin, NamesItsSection) {
  EXPECT_STREQ(dns_plugin().name, "dns");
  EXPECT_EQ(dns_plugin().abi_version, plugins::abi_version);
}

TEST_F(DnsPlugin, ListensOnLoopbackByDefault) {
  const auto created = create();
  ASSERT_TRUE(created);
  const auto* const front_end = dynamic_cast<const DnsFrontEnd*>(created->get());
  ASSERT_NE(front_end, nullptr);
  EXPECT_EQ(to_string(front_end->local_endpoint()), "127.0.0.1:5300");
}

TEST_F(DnsPlugin, ReadsItsAddress) {
  host_.section.values["listen"] = "[::1]:53";
  const auto created = create();
  ASSERT_TRUE(created);
  const auto* const front_end = dynamic_cast<const DnsFrontEnd*>(created->get());
  ASSERT_NE(front_end, nullptr);
  EXPECT_EQ(to_string(front_end->local_endpoint()), "[::1]:53");
}

TEST_F(DnsPlugin, RefusesWhatItDoesNotUnderstand) {
  host_.section.values["listen"] = "nowhere";
  const auto wrong = create();
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("listen"));
  host_.section.values = {{"listne", "127.0.0.1:5300"}};
  const auto unknown = create();
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("listne"));
}

TEST_F(DnsPlugin, ReadsItsUpstreams) {
  host_.section.lists["upstreams"] = {"192.0.2.1", "127.0.0.1:53", "[2001:db8::1]:5353", "2001:db8::2"};
  const auto settings = read_dns_settings(host_.section);
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->upstreams,
              testing::ElementsAre(*parse_endpoint("192.0.2.1:53"), *parse_endpoint("127.0.0.1:53"),
                                   *parse_endpoint("[2001:db8::1]:5353"), *parse_endpoint("[2001:db8::2]:53")));
}

TEST_F(DnsPlugin, RefusesUpstreamsThatCannotBeOrAreItself) {
  const auto complaint = [this](const std::string& listen, std::vector<std::string> upstreams) {
    host_.section.values["listen"] = listen;
    host_.section.lists["upstreams"] = std::move(upstreams);
    const auto created = create();
    return created ? std::string{} : created.error().message;
  };
  const std::string here = "127.0.0.1:5300";
  EXPECT_THAT(complaint(here, {"127.0.0.1:5300"}), HasSubstr("upstreams: 127.0.0.1:5300 is this server itself"));
  EXPECT_THAT(complaint("0.0.0.0:53", {"127.0.0.9"}), HasSubstr("is this server itself"));
  EXPECT_THAT(complaint("[::]:53", {"::1"}), HasSubstr("is this server itself"));
  EXPECT_THAT(complaint("0.0.0.0:53", {"127.0.0.9:54"}),
              HasSubstr("listen: 0.0.0.0:53 can be reached from other machines"));
  EXPECT_EQ(complaint("0.0.0.0:53", {}), "") << "for its own zones anybody may ask";
  host_.section.values["allow_remote"] = "true";
  EXPECT_EQ(complaint("0.0.0.0:53", {"127.0.0.9:54"}), "");
  EXPECT_EQ(complaint("0.0.0.0:53", {"192.0.2.1"}), "") << "whose that is, a probe will tell";
  EXPECT_THAT(complaint(here, {"dns.example"}), HasSubstr("cannot be given by name"));
  EXPECT_THAT(complaint(here, {"0.0.0.0"}), HasSubstr("not the address of a resolver"));
  EXPECT_THAT(complaint(here, {"224.0.0.1"}), HasSubstr("not the address of a resolver"));
  EXPECT_THAT(complaint(here, {"192.0.2.1:0"}), HasSubstr("not the address of a resolver"));
  EXPECT_THAT(complaint(here, {"192.0.2.1", "192.0.2.1:53"}), HasSubstr("stands here twice"));
  std::vector<std::string> many;
  for (std::size_t i = 1; i <= upstreams_maximum; ++i) many.push_back("192.0.2." + std::to_string(i));
  EXPECT_EQ(complaint(here, many), "");
  many.emplace_back("192.0.2.99");
  EXPECT_THAT(complaint(here, many), HasSubstr("more than 8"));
}

}  // namespace
}  // namespace p2pns::dns
