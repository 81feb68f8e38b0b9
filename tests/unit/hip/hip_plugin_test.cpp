#include "frontends/hip/hip_plugin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <set>

#include "frontends/hip/hip_settings.hpp"
#include "plugins/loader/loader.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::hip {
namespace {

using testing::HasSubstr;

class CountingSink final : public plugins::MetricSink {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t, plugins::MetricLabel) override {
    EXPECT_FALSE(help.empty());
    EXPECT_TRUE(name.starts_with("hip_") && name.ends_with("_total")) << name;
    names.insert(std::string{name});
  }
  void gauge(std::string_view name, std::string_view, std::uint64_t value, plugins::MetricLabel) override {
    EXPECT_EQ(value, 0U);
    names.insert(std::string{name});
  }
  std::set<std::string> names;
};

struct HipPlugin : testing::Test {
  HipPlugin() { host.state = folder.path(); }
  std::string error_of(std::string key, std::string value) {
    host.section.values[std::move(key)] = std::move(value);
    const auto created = hip_plugin().create_front_end(host);
    return created ? "accepted" : created.error().message;
  }
  /// Starts it, lets it write its counters, and stops it.
  std::string start_error() {
    auto front_end = hip_plugin().create_front_end(host);
    if (!front_end) return front_end.error().message;
    plugins::StartError error;
    boost::asio::co_spawn(context, (*front_end)->start(),
                          [&](std::exception_ptr, plugins::StartError outcome) { error = std::move(outcome); });
    context.poll();
    (*front_end)->collect(sink);
    boost::asio::co_spawn(context, (*front_end)->stop(), [](std::exception_ptr) {});
    context.restart();
    context.run();
    return error.message;
  }

  test::TemporaryFolder folder;
  boost::asio::io_context context;
  test::FakePluginHost host{context.get_executor()};
  CountingSink sink;
};

TEST_F(HipPlugin, FitsThisProgram) { EXPECT_EQ(plugins::misfit_of(hip_plugin()), ""); }

TEST_F(HipPlugin, AnEmptySectionIsEnough) {
  const auto settings = read_hip_settings(host.section, "/var/lib/p2pns");
  ASSERT_TRUE(settings);
  EXPECT_EQ(to_string(settings->server.listen), "127.0.0.1:5851");
  EXPECT_EQ(settings->token_file, "/var/lib/p2pns/http.token");
  EXPECT_FALSE(settings->allow_remote);
}

TEST_F(HipPlugin, OtherMachinesAreLetInOnlyWhenAllowed) {
  EXPECT_THAT(error_of("listen", "0.0.0.0:5851"), HasSubstr("0.0.0.0:5851 can be reached from other machines"));
  EXPECT_EQ(error_of("allow_remote", "true"), "accepted");
}

TEST_F(HipPlugin, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(error_of("prot", "5851"), HasSubstr("prot"));
  host.section.values.clear();
  EXPECT_THAT(error_of("token_file", ""), HasSubstr("token_file"));
}

TEST_F(HipPlugin, RefusesLimitsOutOfRange) {
  for (const auto& [key, maximum] :
       {std::pair{"connections", 10'000}, {"lookups", 10'000}, {"idle_time_out_s", 3600}}) {
    EXPECT_EQ(error_of(key, "1"), "accepted");
    EXPECT_EQ(error_of(key, std::to_string(maximum)), "accepted");
    EXPECT_THAT(error_of(key, "0"), HasSubstr(key));
    EXPECT_THAT(error_of(key, std::to_string(maximum + 1)), HasSubstr(key));
    host.section.values.clear();
  }
}

TEST_F(HipPlugin, MakesTheTokenAndListensAndCounts) {
  host.section.values["listen"] = "127.0.0.1:0";
  EXPECT_EQ(start_error(), "");
  EXPECT_FALSE(test::content_of(folder.file("http.token")).empty());
  EXPECT_TRUE(sink.names.contains("hip_puts_total") && sink.names.contains("hip_connections"));
}

TEST_F(HipPlugin, AnAddressThatCannotBeHadIsNamedInOneLine) {
  host.section.values["listen"] = "203.0.113.1:5851";
  host.section.values["allow_remote"] = "true";
  EXPECT_THAT(start_error(), HasSubstr("cannot listen on 203.0.113.1:5851 (TCP): "));
}

}  // namespace
}  // namespace p2pns::hip
