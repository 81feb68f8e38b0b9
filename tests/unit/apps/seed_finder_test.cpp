#include "apps/p2pnsd/seed_finder.hpp"

#include <gmock/gmock.h>

#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/dns/fake_upstream.hpp"

namespace p2pns::daemon {
namespace {

using test::FakeUpstream;
using test::honest_answer;
using test::Messages;
using testing::ElementsAre;
using testing::HasSubstr;

class SeedFinderTest : public testing::Test {
 protected:
  void start(std::vector<config::SeedName> names) {
    SeedFinderEvents events{[this] { return resolvers_; }, [this] { return wanted_; },
                            [this](const std::vector<Endpoint>& found) { found_.push_back(found); }};
    finder_ = std::make_unique<SeedFinder>(context_.get_executor(), std::move(names), std::move(events), log_);
    finder_->start();
  }
  template <class Condition>
  void run_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds{100});
    }
    ASSERT_TRUE(condition());
  }
  static bool asks_for_a(Bytes question) { return question[question.size() - 3] == std::byte{1}; }

  boost::asio::io_context context_;
  test::KeptLog log_;
  FakeUpstream resolver_{context_};
  BootstrapResolvers resolvers_{{resolver_.endpoint()}, {}};
  bool wanted_ = true;
  std::vector<std::vector<Endpoint>> found_;
  std::unique_ptr<SeedFinder> finder_;
};

TEST_F(SeedFinderTest, FindsTheAddressesOfAllNames) {
  resolver_.script = [](Bytes asked) {
    return Messages{asks_for_a(asked) ? honest_answer(asked, 0, asked[13] == std::byte{'a'} ? "c0000207" : "c0000208")
                                      : honest_answer(asked, 3)};
  };
  start({{"a.example", 4222}, {"b.example", 99}});
  run_until([&] { return !found_.empty(); });
  EXPECT_THAT(found_.front(), ElementsAre(*parse_endpoint("192.0.2.7:4222"), *parse_endpoint("192.0.2.8:99")));
  EXPECT_EQ(resolver_.questions.size(), 4U) << "A and AAAA of each";
  EXPECT_THAT(log_.lines, ElementsAre("seeds found by name: 192.0.2.7:4222, 192.0.2.8:99"));
}

TEST_F(SeedFinderTest, AsksAgainUntilItFinds) {
  int rounds = 0;
  resolver_.script = [&](Bytes asked) {
    if (asks_for_a(asked)) ++rounds;
    return Messages{rounds < 2 || !asks_for_a(asked) ? honest_answer(asked, 2) : honest_answer(asked)};
  };
  start({{"seed.example", 4222}});
  run_until([&] { return !found_.empty(); });
  EXPECT_THAT(found_.front(), ElementsAre(*parse_endpoint("192.0.2.1:4222")));
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("asking again: seed.example:4222"), HasSubstr("192.0.2.1:4222")));
}

TEST_F(SeedFinderTest, SaysOnceThatThereIsNobodyToAskAndLooksAgain) {
  resolvers_ = {{}, "nobody to ask"};
  start({{"seed.example", 4222}});
  run_until([&] { return log_.lines.size() == 1; });
  resolvers_ = {{resolver_.endpoint()}, {}};  // the network came up
  run_until([&] { return !found_.empty(); });
  EXPECT_EQ(log_.lines.front(), "nobody to ask");
}

TEST_F(SeedFinderTest, AsksNobodyWhenNothingIsWanted) {
  start({});
  wanted_ = false;
  start({{"seed.example", 4222}});
  context_.restart();
  context_.poll();
  EXPECT_TRUE(resolver_.questions.empty());
}

TEST_F(SeedFinderTest, MayDieWhileItAsks) {
  start({{"seed.example", 4222}});
  run_until([&] { return !resolver_.questions.empty(); });
  finder_.reset();
  context_.restart();
  context_.poll();
  EXPECT_TRUE(found_.empty());
}

}  // namespace
}  // namespace p2pns::daemon
