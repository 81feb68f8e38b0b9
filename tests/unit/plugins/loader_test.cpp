#include "plugins/loader/loader.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "plugins/api/build_id.hpp"
#include "tests/support/scripted_names.hpp"

namespace p2pns::plugins {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;

class Diary final : public Log {
 public:
  void write(Severity, std::string_view line) override { lines.emplace_back(line); }
  bool enabled(Severity) const override { return true; }
  std::vector<std::string> lines;
};

class Samples final : public MetricSink {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t, MetricLabel) override {
    seen.push_back(std::string{name} + " " + std::string{help});
  }
  void gauge(std::string_view, std::string_view, std::uint64_t, MetricLabel) override {}
  std::vector<std::string> seen;
};

/// One key, `behaviour`, tells the front end below what to do.
class Section final : public ConfigNode {
 public:
  explicit Section(std::string behaviour) : behaviour_(std::move(behaviour)) {}
  bool has(std::string_view) const override { return true; }
  ConfigResult<std::string> text(std::string_view, std::string_view) const override {
    if (behaviour_ == "unreadable") return ConfigError{"p2pns.yaml:3:5: frontends.test.behaviour: unreadable"};
    return ConfigResult<std::string>{boost::system::in_place_value, behaviour_};
  }
  ConfigResult<std::int64_t> integer(std::string_view, std::int64_t fallback, std::int64_t,
                                     std::int64_t) const override {
    return fallback;
  }
  ConfigResult<bool> boolean(std::string_view, bool fallback) const override { return fallback; }
  ConfigResult<Endpoint> endpoint(std::string_view, const Endpoint& fallback) const override { return fallback; }
  ConfigResult<std::vector<std::string>> texts(std::string_view) const override { return std::vector<std::string>{}; }
  ConfigResult<void> finish() const override { return {}; }

 private:
  std::string behaviour_;
};

class TestFrontEnd final : public FrontEnd {
 public:
  TestFrontEnd(std::string behaviour, Log& log) : behaviour_(std::move(behaviour)), log_(log) {}
  asio::awaitable<StartError> start() override {
    log_.write(Severity::info, "start " + behaviour_);
    StartError error;
    if (behaviour_ == "throws") throw std::runtime_error("out of sockets");
    if (behaviour_ == "fails") error.message = "127.0.0.1:8053 is in use";
    co_return error;
  }
  asio::awaitable<void> stop() override {
    log_.write(Severity::info, "stop " + behaviour_);
    co_return;
  }
  void collect(MetricSink& sink) const override { sink.counter("test_total", behaviour_, 1); }

 private:
  std::string behaviour_;
  Log& log_;
};

ConfigResult<std::unique_ptr<FrontEnd>> create(PluginHost& host) {
  auto behaviour = host.config().text("behaviour", "");
  if (!behaviour) return behaviour.error();
  return std::make_unique<TestFrontEnd>(*behaviour, host.log());
}

ConfigResult<std::unique_ptr<FrontEnd>> create_nothing(PluginHost&) { return std::unique_ptr<FrontEnd>{}; }

const PluginDescriptor test_plugin{abi_version, build_id, "test", "for tests", &create};

asio::awaitable<void> run_and_stop(FrontEndSet& set, std::vector<std::string>& failures, std::size_t& running) {
  failures = co_await set.start();
  running = set.running();
  co_await set.stop();
  co_await set.stop();
}

struct Fixture : testing::Test {
  HostFace face() {
    return {context.get_executor(), service, [] { return TimePoint{}; }, diary};
  }
  asio::io_context context;
  test::ScriptedNames service;
  Diary diary;
};
using Loader = Fixture;

TEST_F(Loader, FindsPluginsByName) {
  const std::array<const PluginDescriptor*, 1> built_ins{&test_plugin};
  EXPECT_EQ(find_plugin(built_ins, "test"), &test_plugin);
  EXPECT_EQ(find_plugin(built_ins, "dns"), nullptr);
}

TEST_F(Loader, RefusesAnotherInterfaceVersionAndNamesBoth) {
  PluginDescriptor old = test_plugin;
  old.abi_version = abi_version + 41;
  EXPECT_THAT(misfit_of(old), HasSubstr(std::to_string(abi_version + 41)));
  EXPECT_THAT(misfit_of(old), HasSubstr("this program has " + std::to_string(abi_version)));
  FrontEndSet set(face());
  const Section section("runs");
  const auto added = set.add(old, section);
  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().message, HasSubstr("plug-in test: "));
}

TEST_F(Loader, RefusesAnotherBuildAndNamesBoth) {
  PluginDescriptor foreign = test_plugin;
  foreign.build_id = "p2pns 9.9.9, compiler 99";
  EXPECT_THAT(misfit_of(foreign), HasSubstr("'p2pns 9.9.9, compiler 99'"));
  EXPECT_THAT(misfit_of(foreign), HasSubstr(build_id));
  EXPECT_EQ(misfit_of(test_plugin), "");
}

TEST_F(Loader, ReportsTheSectionsErrorAsItIs) {
  FrontEndSet set(face());
  const Section section("unreadable");
  const auto added = set.add(test_plugin, section);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "p2pns.yaml:3:5: frontends.test.behaviour: unreadable");
}

TEST_F(Loader, RefusesAPluginThatIsNoFrontEnd) {
  PluginDescriptor empty = test_plugin;
  empty.create_front_end = &create_nothing;
  FrontEndSet set(face());
  const Section section("runs");
  EXPECT_FALSE(set.add(empty, section));
}

TEST_F(Loader, OneThatFailsSaysWhyAndTheOthersGoOn) {
  FrontEndSet set(face());
  const Section first("one");
  const Section second("fails");
  const Section third("throws");
  const Section fourth("four");
  for (const Section* section : {&first, &second, &third, &fourth}) ASSERT_TRUE(set.add(test_plugin, *section));
  std::vector<std::string> failures;
  std::size_t running = 0;
  bool done = false;
  asio::co_spawn(context, run_and_stop(set, failures, running), [&](std::exception_ptr error) { done = !error; });
  context.run();
  EXPECT_TRUE(done);
  EXPECT_EQ(running, 2U);
  EXPECT_THAT(failures, ElementsAre("test: 127.0.0.1:8053 is in use", "test: out of sockets"));
  EXPECT_THAT(diary.lines,
              ElementsAre("start one", "start fails", "start throws", "start four", "stop four", "stop one"));
}

TEST_F(Loader, CollectsTheCountersOfThoseThatRun) {
  FrontEndSet set(face());
  const Section first("one");
  const Section second("fails");
  for (const Section* section : {&first, &second}) ASSERT_TRUE(set.add(test_plugin, *section));
  Samples samples;
  set.collect(samples);
  EXPECT_THAT(samples.seen, ElementsAre()) << "nothing runs yet";
  asio::co_spawn(context, set.start(), [](std::exception_ptr, std::vector<std::string>) {});
  context.run();
  set.collect(samples);
  EXPECT_THAT(samples.seen, ElementsAre("test_total one"));
}

TEST_F(Loader, TakesNoMoreFrontEndsThanTheMaximum) {
  FrontEndSet set(face());
  const Section section("runs");
  for (std::size_t i = 0; i < front_ends_maximum; ++i) ASSERT_TRUE(set.add(test_plugin, section));
  EXPECT_FALSE(set.add(test_plugin, section));
}

}  // namespace
}  // namespace p2pns::plugins
