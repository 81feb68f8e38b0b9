#include "frontends/dns/responder.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using test::FakeNameService;
using testing::ElementsAre;
using testing::HasSubstr;

names::P2PName label(std::string text) { return {names::NameKind::label, "p2p", std::move(text)}; }

class ResponderTest : public testing::Test {
 protected:
  ResponderTest() { host_.service.status_now.joined = true; }
  ~ResponderTest() override { responder_->stop(); }

  void make(std::chrono::milliseconds answer_within) {
    ResponderSettings settings;
    settings.answer_within = answer_within;
    responder_ = std::make_shared<Responder>(host_, settings);
  }
  static names::NameAnswer address(const std::string& name, const std::string& text) {
    return FakeNameService::found(label(name), {test::record("", "A", text)}, {}, TimePoint::max());
  }
  /// Asks; the answer comes into answers_, at once or later.
  void ask(const std::string& name, std::uint16_t id = 1) {
    test::QueryText text;
    text.name = name;
    text.id = id;
    text.payload = 1232;
    auto started = responder_->answer(test::query_message(text), Via::udp);
    if (started.unfinished) {
      Responder::Reply reply = [this](const ByteVector& message) { answers_.push_back(test::read_message(message)); };
      started.response = responder_->answer_later(std::move(*started.unfinished), std::move(reply));
    }
    if (started.response) answers_.push_back(test::read_message(*started.response));
  }
  void run_until_answered(std::size_t count) {
    context_.restart();  // it stops whenever nothing is left to do
    while (answers_.size() < count && context_.run_one_for(std::chrono::seconds{20}) > 0) {
    }
    ASSERT_GE(answers_.size(), count);
  }

  boost::asio::io_context context_;
  test::FakePluginHost host_{context_.get_executor()};
  std::shared_ptr<Responder> responder_ = std::make_shared<Responder>(host_, ResponderSettings{});
  std::vector<test::ReadMessage> answers_;
};

TEST_F(ResponderTest, AnswersCachedNamesAtOnce) {
  host_.service.set_cached(address("alice", "192.0.2.1"));
  ask("alice.p2p");
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_THAT(answers_[0].answer, ElementsAre(HasSubstr("192.0.2.1")));
  EXPECT_TRUE(host_.service.queries.empty());
  EXPECT_EQ(responder_->counters().answered_from_cache, 1U);
}

TEST_F(ResponderTest, LooksUpOtherNames) {
  host_.service.set(address("alice", "192.0.2.1"));
  ask("alice.p2p");
  EXPECT_TRUE(answers_.empty());
  run_until_answered(1);
  EXPECT_THAT(answers_[0].answer, ElementsAre(HasSubstr("192.0.2.1")));
  EXPECT_EQ(responder_->lookups(), 0U);
}

TEST_F(ResponderTest, LooksUpANameOnceForAllWhoAsk) {
  host_.service.set(address("alice", "192.0.2.1"));
  host_.service.hold(label("alice"));
  for (std::uint16_t id = 1; id <= 5; ++id) ask("alice.p2p", id);
  ask("_x._udp.alice.p2p", 6);
  EXPECT_EQ(host_.service.queries.size(), 1U);
  host_.service.release(label("alice"));
  run_until_answered(6);
  for (std::uint16_t id = 1; id <= 6; ++id) EXPECT_EQ(answers_[id - 1U].id, id);
  EXPECT_EQ(responder_->counters().lookups_started, 1U);
}

TEST_F(ResponderTest, FollowsAnAliasToANameThatIsNotCached) {
  host_.service.set_cached(
      FakeNameService::found(label("alice"), {test::record("", "CNAME", "bob.p2p.")}, {}, TimePoint::max()));
  host_.service.set(
      FakeNameService::found(label("bob"), {test::record("", "CNAME", "carol.p2p.")}, {}, TimePoint::max()));
  host_.service.set(address("carol", "192.0.2.3"));
  ask("alice.p2p");
  run_until_answered(1);
  EXPECT_EQ(answers_[0].answer.size(), 3U);
  EXPECT_EQ(host_.service.queries.size(), 2U);
}

TEST_F(ResponderTest, AnswersInTimeAndLetsTheLookupGoOn) {
  make(std::chrono::milliseconds{20});
  host_.service.set(address("alice", "192.0.2.1"));
  host_.service.hold(label("alice"));
  ask("alice.p2p");
  run_until_answered(1);
  EXPECT_EQ(answers_[0].rcode, 2U);
  EXPECT_EQ(answers_[0].extended_code, 23U);
  EXPECT_THAT(answers_[0].extended_text, HasSubstr("ask again"));
  EXPECT_EQ(responder_->counters().answered_before_lookup, 1U);
  EXPECT_EQ(host_.service.waiting(label("alice")), 1U);  // not cancelled
  ask("alice.p2p", 2);                                   // joins it
  EXPECT_EQ(host_.service.queries.size(), 1U);
  host_.service.release(label("alice"));
  run_until_answered(2);
  EXPECT_EQ(answers_[1].rcode, 0U);
  EXPECT_EQ(answers_.size(), 2U);  // the first is not answered twice
}

TEST_F(ResponderTest, AnswersEveryQueryInTimeWhenTheyComeOneAfterTheOther) {
  make(std::chrono::milliseconds{10});
  host_.service.hold(label("a"));
  host_.service.hold(label("b"));
  ask("a.p2p", 1);
  run_until_answered(1);
  ask("b.p2p", 2);
  run_until_answered(2);
  EXPECT_EQ(answers_[1].id, 2U);
  EXPECT_EQ(answers_[1].rcode, 2U);
}

TEST_F(ResponderTest, LooksUpAsManyNamesAsTheMaximumAndNoMore) {
  const auto name = [](std::size_t i) { return "n" + std::to_string(i); };
  for (std::size_t i = 0; i <= lookups_maximum; ++i) host_.service.hold(label(name(i)));
  for (std::size_t i = 0; i < lookups_maximum; ++i) ask(name(i) + ".p2p");
  EXPECT_TRUE(answers_.empty());
  EXPECT_EQ(responder_->lookups(), lookups_maximum);
  ask(name(lookups_maximum) + ".p2p", 99);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].id, 99U);
  EXPECT_EQ(answers_[0].rcode, 2U);
  EXPECT_THAT(answers_[0].extended_text, HasSubstr("too many"));
  ask(name(0) + ".p2p", 100);  // joining is still possible
  EXPECT_EQ(answers_.size(), 1U);
  host_.service.release(label(name(0)));
  run_until_answered(3);
  ask(name(lookups_maximum) + ".p2p", 101);  // there is a place again
  EXPECT_EQ(answers_.size(), 3U);
}

TEST_F(ResponderTest, LetsAsManyWaitForANameAsTheMaximumAndNoMore) {
  host_.service.hold(label("alice"));
  for (std::size_t i = 0; i < waiting_per_name_maximum; ++i) ask("alice.p2p");
  EXPECT_TRUE(answers_.empty());
  ask("alice.p2p", 99);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].rcode, 2U);
  EXPECT_EQ(responder_->counters().lookups_over_limit, 1U);
}

TEST_F(ResponderTest, LetsAsManyWaitAltogetherAsTheMaximumAndNoMore) {
  static_assert(waiting_maximum % waiting_per_name_maximum == 0);
  for (std::size_t i = 0; i < waiting_maximum / waiting_per_name_maximum + 1; ++i)
    host_.service.hold(label("n" + std::to_string(i)));
  for (std::size_t i = 0; i < waiting_maximum; ++i) ask("n" + std::to_string(i / waiting_per_name_maximum) + ".p2p");
  EXPECT_TRUE(answers_.empty());
  ask("n" + std::to_string(waiting_maximum / waiting_per_name_maximum) + ".p2p");
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(ResponderTest, CancelsItsLookupsWhenStopped) {
  host_.service.hold(label("alice"));
  ask("alice.p2p");
  EXPECT_EQ(host_.service.waiting(label("alice")), 1U);
  responder_->stop();
  EXPECT_EQ(host_.service.waiting(label("alice")), 0U);
  host_.service.release(label("alice"));
  context_.run();
  EXPECT_TRUE(answers_.empty());
}

TEST_F(ResponderTest, CountsAnswersByRcode) {
  host_.service.set_cached(address("alice", "192.0.2.1"));
  ask("alice.p2p");
  ask("example.com");
  ask("-bad.p2p");
  const auto& counters = responder_->counters();
  EXPECT_EQ(counters.queries_udp, 3U);
  EXPECT_EQ(counters.answers_by_rcode[0], 1U);
  EXPECT_EQ(counters.answers_by_rcode[3], 1U);
  EXPECT_EQ(counters.answers_by_rcode[5], 1U);
}

}  // namespace
}  // namespace p2pns::dns
