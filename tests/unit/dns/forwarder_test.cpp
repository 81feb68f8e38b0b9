// The forwarder over loopback sockets, against upstreams that are honest, lie, keep silent, or are not there.
#include "frontends/dns/forwarder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/dns/fake_upstream.hpp"

namespace p2pns::dns {
namespace {

namespace asio = boost::asio;
using test::FakeUpstream;
using test::honest_answer;
using test::Messages;
using testing::ElementsAre;
using testing::HasSubstr;
using State = UpstreamHealth::State;

ForwardQuestion question(std::string_view name = "www.example.com") {
  std::size_t offset = 0;
  ForwardQuestion result;
  result.question = {*read_name(test::wire_name(name), offset), type_a, class_in};
  result.edns = true;
  return result;
}

class ForwarderTest : public testing::Test {
 protected:
  ~ForwarderTest() override {
    if (forwarder_) forwarder_->stop();
  }
  void make(std::vector<Endpoint> upstreams, std::chrono::milliseconds within = std::chrono::milliseconds{4000}) {
    forwarder_ = std::make_unique<Forwarder>(context_.get_executor(), upstreams, within, log_, counters_);
  }
  std::optional<ExtendedError> ask(const ForwardQuestion& what,
                                   UpstreamTransport transport = UpstreamTransport::udp_then_tcp) {
    return forwarder_->ask(what, transport, [this](const ForwardOutcome& outcome) { outcomes_.push_back(outcome); });
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
  void run_until_done(std::size_t count = 1) {
    run_until([&] { return outcomes_.size() >= count; });
  }
  /// The addresses in the last outcome's answer.
  std::vector<std::string> answer() {
    if (outcomes_.empty() || !outcomes_.back().message) return {"none"};
    return test::read_message(*outcomes_.back().message).answer;
  }

  asio::io_context context_;
  test::KeptLog log_;
  ForwardCounters counters_;
  FakeUpstream upstream_{context_};
  std::unique_ptr<Forwarder> forwarder_;
  std::vector<ForwardOutcome> outcomes_;
};

TEST_F(ForwarderTest, AsksAndGivesTheAnswer) {
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  EXPECT_TRUE(outcomes_.empty());
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_EQ(forwarder_->under_way(), 0U);
  EXPECT_EQ(counters_.answered, 1U);
}

TEST_F(ForwarderTest, HasAnotherPortAndIdForEachQuestion) {
  make({upstream_.endpoint()});
  std::set<std::uint16_t> ports, ids;
  constexpr std::size_t count = 64;
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_FALSE(ask(question()));
    run_until_done(i + 1);
    ports.insert(upstream_.askers.back().port());
    ids.insert(number_at(upstream_.questions.back(), 0));
  }
  // 64 of 28,000 ports and 65,536 ids: more than five meetings by chance would be a wonder.
  EXPECT_GT(ports.size(), count - 6);
  EXPECT_GT(ids.size(), count - 6);
}

TEST_F(ForwarderTest, AsksEqualQuestionsOnce) {
  make({upstream_.endpoint()});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(ask(question()));
  ForwardQuestion other = question();
  other.dnssec_ok = true;
  EXPECT_FALSE(ask(other));
  run_until_done(6);
  EXPECT_EQ(upstream_.questions.size(), 2U);
  EXPECT_EQ(counters_.questions, 2U);
  EXPECT_EQ(counters_.joined, 4U);
}

TEST_F(ForwarderTest, IgnoresAndCountsWhatIsNotTheAnswer) {
  upstream_.script_elsewhere = [](Bytes asked) { return Messages{honest_answer(asked, 0, "06060606")}; };
  upstream_.script = [](Bytes asked) {
    ByteVector wrong_id = honest_answer(asked, 0, "06060606");
    wrong_id[1] ^= std::byte{1};
    ByteVector wrong_name = honest_answer(asked, 0, "06060606");
    wrong_name[13] ^= std::byte{1};
    ByteVector too_large = honest_answer(asked, 0, "06060606");
    too_large.resize(edns_payload_bytes + 1);
    ByteVector cut = honest_answer(asked, 0, "06060606");
    cut.resize(cut.size() - 12);
    return Messages{ByteVector(5), wrong_id, wrong_name, too_large, cut, honest_answer(asked)};
  };
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_EQ(counters_.ignored.from_elsewhere, 1U);
  EXPECT_EQ(counters_.ignored.too_short, 1U);
  EXPECT_EQ(counters_.ignored.wrong_id, 1U);
  EXPECT_EQ(counters_.ignored.wrong_question, 1U);
  EXPECT_EQ(counters_.ignored.too_large, 1U);
  EXPECT_EQ(counters_.ignored.malformed, 1U);
  EXPECT_EQ(counters_.sent_tcp, 0U);
}

TEST_F(ForwarderTest, GoesOverToTcpWhenSomebodyGuesses) {
  int wrong = ignored_answers_maximum - 1;
  upstream_.script = [&](Bytes asked) {
    ByteVector guess = honest_answer(asked, 0, "06060606");
    guess[0] ^= std::byte{1};
    Messages messages(static_cast<std::size_t>(wrong), guess);
    messages.push_back(honest_answer(asked));
    return messages;
  };
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_EQ(counters_.sent_tcp, 0U);
  ++wrong;
  EXPECT_FALSE(ask(question()));
  run_until_done(2);
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_EQ(counters_.sent_tcp, 1U);
}

TEST_F(ForwarderTest, FetchesACutAnswerOverTcp) {
  upstream_.script = [](Bytes asked) {
    ByteVector cut = honest_answer(asked, 0, "06060606");
    cut[2] |= std::byte{2};
    return Messages{cut};
  };
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  upstream_.tcp_script = [](Bytes) { return std::optional<ByteVector>{}; };
  EXPECT_FALSE(ask(question()));
  run_until_done(2);
  ASSERT_TRUE(outcomes_.back().message) << "the cut answer is better than none";
  EXPECT_TRUE(is_truncated(*outcomes_.back().message));
}

TEST_F(ForwarderTest, AsksOverTcpAtOnceForClientsThatDo) {
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question(), UpstreamTransport::tcp));
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_TRUE(upstream_.questions.empty());
  upstream_.tcp_script = [](Bytes asked) {
    ByteVector wrong = honest_answer(asked);
    wrong[0] ^= std::byte{1};
    return std::optional{wrong};
  };
  EXPECT_FALSE(ask(question(), UpstreamTransport::tcp));
  run_until_done(2);
  EXPECT_FALSE(outcomes_.back().message) << "believed no more than over UDP";
  EXPECT_EQ(counters_.ignored.wrong_id, 1U);
}

TEST_F(ForwarderTest, AsksTheNextOneAtOnceWhenNobodyListens) {
  FakeUpstream gone{context_};
  const Endpoint nobody = gone.endpoint();
  gone.close();
  make({nobody, upstream_.endpoint()});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, answer_expected_within);
  EXPECT_EQ(forwarder_->pool().state(0), State::failed);
  EXPECT_THAT(forwarder_->pool().order(), ElementsAre(1U, 0U));
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr(to_string(nobody) + " does not answer")));
}

TEST_F(ForwarderTest, SaysSoWhenNobodyListensAnywhere) {
  const Endpoint nobody = upstream_.endpoint();
  upstream_.close();
  make({nobody});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_FALSE(outcomes_.back().message);
  EXPECT_EQ(outcomes_.back().error.code, ExtendedCode::network_error);
  EXPECT_EQ(counters_.unanswered, 1U);
  EXPECT_FALSE(ask(question())) << "one that failed is asked when there is no other";
}

TEST_F(ForwarderTest, AsksASilentOneAgainAndTheOthersToo) {
  FakeUpstream silent{context_};
  silent.script = [](Bytes) { return Messages{}; };
  make({silent.endpoint(), upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_EQ(silent.questions.size(), 1U);
  make({silent.endpoint()});
  int asked_before = 0;
  silent.script = [&](Bytes asked) { return asked_before++ == 0 ? Messages{} : Messages{honest_answer(asked)}; };
  EXPECT_FALSE(ask(question()));
  run_until_done(2);
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1")) << "the second datagram arrived";
}

TEST_F(ForwarderTest, GivesUpInTime) {
  upstream_.script = [](Bytes) { return Messages{}; };
  make({upstream_.endpoint()}, std::chrono::milliseconds{50});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_EQ(outcomes_.back().error.code, ExtendedCode::network_error);
  EXPECT_EQ(forwarder_->under_way(), 0U);
}

TEST_F(ForwarderTest, PrefersAnybodyToOneWhoRefusesOrFails) {
  FakeUpstream refusing{context_};
  for (const unsigned rcode : {1U, 2U, 4U, 5U}) {
    refusing.script = [rcode](Bytes asked) { return Messages{honest_answer(asked, rcode)}; };
    make({refusing.endpoint(), upstream_.endpoint()});
    const std::size_t before = outcomes_.size();
    EXPECT_FALSE(ask(question()));
    run_until_done(before + 1);
    EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1")) << rcode;
    make({refusing.endpoint()});
    EXPECT_FALSE(ask(question()));
    run_until_done(before + 2);
    ASSERT_TRUE(outcomes_.back().message);
    EXPECT_EQ(test::read_message(*outcomes_.back().message).rcode, rcode) << "what is said is passed on";
  }
}

TEST_F(ForwarderTest, NoSuchNameIsAnAnswer) {
  FakeUpstream other{context_};
  upstream_.script = [](Bytes asked) { return Messages{honest_answer(asked, 3)}; };
  make({upstream_.endpoint(), other.endpoint()});
  EXPECT_FALSE(ask(question()));
  run_until_done();
  EXPECT_EQ(test::read_message(*outcomes_.back().message).rcode, 3U);
  EXPECT_TRUE(other.questions.empty());
}

TEST_F(ForwarderTest, BoundsQuestionsAndWaiters) {
  upstream_.script = [](Bytes) { return Messages{}; };
  make({upstream_.endpoint()});
  for (std::size_t i = 1; i <= waiting_per_question_maximum; ++i) EXPECT_FALSE(ask(question()));
  EXPECT_TRUE(ask(question()));
  for (std::size_t i = 1; i < forwarded_maximum; ++i)
    EXPECT_FALSE(ask(question("n" + std::to_string(i) + ".example.com")));
  EXPECT_EQ(forwarder_->under_way(), forwarded_maximum);
  EXPECT_TRUE(ask(question("one-more.example.com")));
  EXPECT_EQ(counters_.over_limit, 2U);
  forwarder_->stop();
  EXPECT_EQ(forwarder_->under_way(), 0U);
  context_.restart();
  context_.poll();
  EXPECT_TRUE(outcomes_.empty()) << "nothing is said after stop";
}

TEST_F(ForwarderTest, ProbesAtTheStartAndSeesWhenAnUpstreamIsBack) {
  bool silent = true;
  upstream_.script = [&](Bytes asked) { return silent ? Messages{} : Messages{honest_answer(asked, 3)}; };
  make({upstream_.endpoint()});
  forwarder_->start();
  run_until([&] { return forwarder_->pool().state(0) == State::failed; });
  silent = false;
  const auto begin = std::chrono::steady_clock::now();
  run_until([&] { return forwarder_->pool().state(0) == State::usable; });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("does not answer"), HasSubstr("answers again")));
  std::set<ByteVector> names;
  for (const ByteVector& probe : upstream_.questions) names.insert(ByteVector(probe.begin() + 12, probe.end()));
  EXPECT_EQ(names.size(), upstream_.questions.size()) << "no two probes have the same name";
}

/// Reads the name that an upstream was asked for.
WireName name_in(const ByteVector& message) {
  std::size_t offset = header_bytes;
  return *read_name(message, offset);
}

TEST_F(ForwarderTest, FindsAnUpstreamThatLeadsBackAndStopsUsingIt) {
  bool loops = true;  // the upstream asks us what we ask it, and has no answer of its own
  upstream_.script = [&](Bytes asked) {
    if (!loops) return Messages{honest_answer(asked, 3)};
    const bool own = forwarder_->is_own_probe(name_in(copy_of(asked)));
    return own ? Messages{honest_answer(asked, 2)} : Messages{};
  };
  make({upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  forwarder_->start();
  run_until_done();
  EXPECT_EQ(forwarder_->pool().state(0), State::looping);
  EXPECT_EQ(outcomes_.back().error.code, ExtendedCode::no_reachable_authority);
  EXPECT_EQ(counters_.loops, 1U);
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("forwarding loop")));
  const auto refused = ask(question("other.example.com"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ExtendedCode::no_reachable_authority);
  EXPECT_EQ(counters_.sent_udp, 2U) << "one question, one probe: no storm";
}

TEST_F(ForwarderTest, GoesOnWithTheOthersWhenOneLeadsBack) {
  FakeUpstream loop{context_};
  loop.script = [&](Bytes asked) {
    static_cast<void>(forwarder_->is_own_probe(name_in(copy_of(asked))));
    return Messages{};
  };
  make({loop.endpoint(), upstream_.endpoint()});
  EXPECT_FALSE(ask(question()));
  forwarder_->start();
  const auto begin = std::chrono::steady_clock::now();
  run_until_done();
  EXPECT_THAT(answer(), ElementsAre("www.example.com. 60 IN A 192.0.2.1"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, answer_expected_within);
  EXPECT_THAT(forwarder_->pool().order(), ElementsAre(1U));
}

TEST_F(ForwarderTest, TakesNobodyElsesQuestionForAProbe) {
  make({upstream_.endpoint()});
  forwarder_->start();
  run_until([&] { return !upstream_.questions.empty(); });
  EXPECT_FALSE(forwarder_->is_own_probe(question("00000000000000000000000000000000.p2pns-probe.arpa").question.name));
  EXPECT_FALSE(forwarder_->is_own_probe(question().question.name));
}

}  // namespace
}  // namespace p2pns::dns
