#include "frontends/http/http_plugin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "plugins/loader/loader.hpp"
#include "tests/support/fake_plugin_host.hpp"

namespace p2pns::http {
namespace {

using testing::HasSubstr;

struct HttpPlugin : testing::Test {
  std::string error_of(std::string key, std::string value) {
    host.section.values[std::move(key)] = std::move(value);
    const auto created = http_plugin().create_front_end(host);
    return created ? "accepted" : created.error().message;
  }
  boost::asio::io_context context;
  test::FakePluginHost host{context.get_executor()};
};

TEST_F(HttpPlugin, FitsThisProgram) { EXPECT_EQ(plugins::misfit_of(http_plugin()), ""); }

TEST_F(HttpPlugin, AnEmptySectionIsEnough) { EXPECT_TRUE(http_plugin().create_front_end(host)); }

TEST_F(HttpPlugin, OtherMachinesAreLetInOnlyWhenAllowed) {
  EXPECT_THAT(error_of("listen", "0.0.0.0:8053"), HasSubstr("0.0.0.0:8053 can be reached from other machines"));
  EXPECT_EQ(error_of("allow_remote", "true"), "accepted");
}

TEST_F(HttpPlugin, RefusesUnknownKeys) { EXPECT_THAT(error_of("prot", "8053"), HasSubstr("prot")); }

TEST_F(HttpPlugin, RefusesLimitsOutOfRange) {
  EXPECT_EQ(error_of("connections", "1"), "accepted");
  EXPECT_EQ(error_of("connections", "10000"), "accepted");
  EXPECT_THAT(error_of("connections", "0"), HasSubstr("connections"));
  EXPECT_THAT(error_of("connections", "10001"), HasSubstr("connections"));
}

TEST_F(HttpPlugin, AnAddressThatCannotBeHadIsNamedInOneLine) {
  host.section.values["listen"] = "203.0.113.1:8053";
  host.section.values["allow_remote"] = "true";
  auto foreign = http_plugin().create_front_end(host);
  ASSERT_TRUE(foreign);
  plugins::StartError error;
  boost::asio::co_spawn(context, (*foreign)->start(),
                        [&](std::exception_ptr, plugins::StartError outcome) { error = std::move(outcome); });
  context.run();
  EXPECT_THAT(error.message, HasSubstr("cannot listen on 203.0.113.1:8053 (TCP): "));
  EXPECT_EQ(error.message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace p2pns::http
