// The responder with an upstream behind it: what goes there, what does not, and what the client gets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontends/dns/responder.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/dns/fake_upstream.hpp"

namespace p2pns::dns {
namespace {

using test::FakeNameService;
using test::FakeUpstream;
using test::honest_answer;
using test::Messages;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

names::P2PName label(std::string text) { return {names::NameKind::label, "p2p", std::move(text)}; }

class ResponderForward : public testing::Test {
 protected:
  ResponderForward() {
    host_.service.status_now.joined = true;
    make({upstream_.endpoint()});
  }
  ~ResponderForward() override { responder_->stop(); }

  void make(std::vector<Endpoint> upstreams, std::chrono::milliseconds within = std::chrono::milliseconds{4000}) {
    ResponderSettings settings;
    settings.upstreams = std::move(upstreams);
    settings.answer_within = within;
    if (responder_) responder_->stop();
    responder_ = std::make_shared<Responder>(host_, settings);
  }
  test::ReadMessage ask(const test::QueryText& text, Via via = Via::udp) {
    std::optional<ByteVector> answer;
    auto started = responder_->answer(test::query_message(text), via);
    if (started.unfinished) {
      Responder::Reply reply = [&answer](ByteVector message) { answer = std::move(message); };
      started.response = responder_->answer_later(std::move(*started.unfinished), std::move(reply));
    }
    if (started.response) answer = std::move(started.response);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!answer && std::chrono::steady_clock::now() < deadline) {
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds{100});
    }
    return test::read_message(answer.value_or(ByteVector{}));
  }
  test::ReadMessage ask(const std::string& name, Via via = Via::udp) {
    test::QueryText text;
    text.name = name;
    text.payload = 1232;
    return ask(text, via);
  }
  void publish(const std::string& name, std::vector<names::ResourceRecord> records) {
    host_.service.set(FakeNameService::found(label(name), std::move(records), {}, TimePoint::max()));
  }

  boost::asio::io_context context_;
  test::FakePluginHost host_{context_.get_executor()};
  FakeUpstream upstream_{context_};
  std::shared_ptr<Responder> responder_;
};

TEST_F(ResponderForward, PassesOtherZonesOn) {
  const auto answer = ask("WWW.example.com");
  EXPECT_THAT(answer.answer, ElementsAre("WWW.example.com. 60 IN A 192.0.2.1"));
  EXPECT_TRUE(answer.ra);
  EXPECT_FALSE(answer.aa);
  EXPECT_EQ(ask("www.example.com", Via::tcp).answer.size(), 1U);
  EXPECT_EQ(upstream_.tcp_questions.size(), 1U);
  EXPECT_EQ(responder_->counters().answers_by_rcode[0], 2U);
}

TEST_F(ResponderForward, OffersRecursionExactlyWhenItForwards) {
  EXPECT_TRUE(ask("nobody.p2p").ra);
  make({});
  EXPECT_FALSE(ask("nobody.p2p").ra);
  const auto refused = ask("www.example.com");
  EXPECT_EQ(refused.rcode, 5U);
  EXPECT_EQ(refused.extended_code, 20U);
  EXPECT_EQ(ask("localhost").rcode, 5U);
}

TEST_F(ResponderForward, KeepsOwnZonesAndSpecialNamesHere) {
  for (const char* name :
       {"nobody.p2p", "nobody.p2p.alt", "p2p", "x.invalid", "x.onion", "x.alt", "x.local", "x.home.arpa"})
    EXPECT_THAT(ask(name).answer, IsEmpty()) << name;
  EXPECT_THAT(ask("localhost").answer, ElementsAre("localhost. 3600 IN A 127.0.0.1"));
  EXPECT_TRUE(upstream_.questions.empty() && upstream_.tcp_questions.empty());
  EXPECT_EQ(responder_->counters().forward.special_names, 6U);
}

TEST_F(ResponderForward, FollowsAnAliasOutOfItsZones) {
  publish("alice", {test::record("", "CNAME", "www.example.com.")});
  const auto answer = ask("alice.p2p");
  EXPECT_THAT(answer.answer,
              ElementsAre("alice.p2p. 300 IN CNAME www.example.com.", "www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_TRUE(answer.aa && answer.ra);
  EXPECT_EQ(ask("alice.p2p").answer.size(), 2U) << "from the cache too";
  upstream_.script = [](Bytes asked) { return Messages{honest_answer(asked, 3)}; };
  const auto missing = ask("alice.p2p");
  EXPECT_EQ(missing.rcode, 3U);
  EXPECT_THAT(missing.answer, ElementsAre(HasSubstr("CNAME")));
}

TEST_F(ResponderForward, LeavesTheAliasAloneForWhomItIsEnough) {
  publish("alice", {test::record("", "CNAME", "www.example.com.")});
  publish("bob", {test::record("", "CNAME", "localhost.")});
  test::QueryText text;
  text.name = "alice.p2p";
  text.flags = 0;  // no recursion desired
  EXPECT_EQ(ask(text).answer.size(), 1U);
  text.flags = 0x0100;
  text.type = type_cname;
  EXPECT_EQ(ask(text).answer.size(), 1U);
  EXPECT_THAT(ask("bob.p2p").answer, ElementsAre("bob.p2p. 300 IN CNAME localhost."));
  EXPECT_TRUE(upstream_.questions.empty());
}

TEST_F(ResponderForward, AnswersInTimeWhateverHappens) {
  upstream_.script = [](Bytes) { return Messages{}; };
  make({upstream_.endpoint()}, std::chrono::milliseconds{50});
  const auto answer = ask("www.example.com");
  EXPECT_EQ(answer.rcode, 2U);
  EXPECT_EQ(answer.extended_code, 23U);
  EXPECT_TRUE(answer.ra);
}

TEST_F(ResponderForward, ForwardsBeforeTheOverlayIsJoinedAndSaysSoForItsOwnNames) {
  host_.service.status_now.joined = false;
  host_.service.set(FakeNameService::failed(label("alice"), names::Outcome::not_reachable));
  EXPECT_EQ(ask("www.example.com").answer.size(), 1U);
  const auto answer = ask("alice.p2p");
  EXPECT_EQ(answer.rcode, 2U);
  EXPECT_EQ(answer.extended_code, 14U);
  host_.service.hold(label("bob"));
  make({}, std::chrono::milliseconds{30});
  EXPECT_EQ(ask("bob.p2p").extended_code, 14U);
  host_.service.status_now.joined = true;
  EXPECT_EQ(ask("alice.p2p").extended_code, 23U);
  EXPECT_EQ(ask("bob.p2p").extended_code, 23U);
}

TEST_F(ResponderForward, RecognisesItsOwnQuestionComingBack) {
  std::optional<test::ReadMessage> back;  // what we tell the upstream that asks us
  upstream_.script = [&](Bytes asked) {
    auto started = responder_->answer(asked, Via::udp);
    if (started.response) back = test::read_message(*started.response);
    if (started.unfinished) {  // waits for itself
      Responder::Reply reply = [](const ByteVector&) {};
      responder_->answer_later(std::move(*started.unfinished), std::move(reply));
    }
    return started.response ? Messages{*started.response} : Messages{};
  };
  responder_->start();
  const auto answer = ask("www.example.com");
  EXPECT_EQ(answer.rcode, 2U);
  EXPECT_EQ(answer.extended_code, 22U);
  EXPECT_THAT(answer.extended_text, HasSubstr("loop"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->rcode, 2U);
  EXPECT_THAT(host_.kept_log.lines, ElementsAre(HasSubstr("forwarding loop")));
  EXPECT_EQ(responder_->counters().forward.sent_udp, 2U);
}

}  // namespace
}  // namespace p2pns::dns
