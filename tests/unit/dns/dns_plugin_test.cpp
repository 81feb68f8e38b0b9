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

}  // namespace
}  // namespace p2pns::dns
