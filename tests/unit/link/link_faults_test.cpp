// Peers that break the rules of a link, are too slow, or are not there any more: the link ends, the reason is counted,
// nothing grows.
#include <gmock/gmock.h>

#include "tests/unit/link/link_hosts.hpp"

namespace p2pns::link {
namespace {

using namespace std::chrono_literals;
using test::FakeStream;
using test::LinkHost;

/// A peer that the test speaks for: what it says is written by hand.
class LinkFaults : public testing::Test {
 protected:
  class ByHand final : public LinkStream {
   public:
    void wake() override { ++woken; }
    void close() override {
      closed = true;
      link.reset();
    }
    std::shared_ptr<Link> link;
    bool closed = false;
    int woken = 0;
  };

  LinkFaults() {
    host_.keep("sip");
    stream_.link = host_.hub().attach(stream_, peer_.node_id(), true, hosts_.now() + 5s);
  }
  ~LinkFaults() override {
    if (const auto link = stream_.link) link->on_stream_end();  // the link may not outlive its stream
  }
  void say(const Frame& frame) {
    ByteVector bytes;
    append_frame(bytes, frame);
    say_bytes(bytes);
  }
  void say_bytes(Bytes bytes) {
    host_.timers().advance_to(hosts_.now());
    if (const auto link = stream_.link) link->on_bytes(bytes);
    host_.timers().advance_to(hosts_.now());
  }
  void say_hello() { say(Hello{peer_.puzzle(), RunId{}}); }
  /// A small message; its id rises by itself.
  void say_message(std::string_view protocol, std::string_view text) {
    say(MessageStart{++last_id_, static_cast<std::uint32_t>(text.size()), protocol, as_bytes(text)});
  }
  /// What the host says now; it counts as written.
  std::vector<Frame> heard() {
    std::vector<Frame> frames;
    host_.timers().advance_to(hosts_.now());
    while (stream_.link) {
      const auto link = stream_.link;
      output_ = link->take_output();
      if (output_.empty()) break;
      link->on_written();
      reader_.feed(output_);
      for (auto frame = reader_.next(); frame && *frame; frame = reader_.next()) frames.push_back(**frame);
    }
    return frames;
  }
  template <class T>
  std::size_t heard_of() {
    const auto frames = heard();
    return static_cast<std::size_t>(
        std::ranges::count_if(frames, [](const Frame& each) { return std::holds_alternative<T>(each); }));
  }
  /// As long as nothing else moves. The peer is heard by nobody.
  void pass(Duration time) { hosts_.run_for(time); }
  /// The peer shows that it is there every few seconds.
  void pass_alive(Duration time) {
    for (Duration passed{0}; passed < time && stream_.link; passed += 2s) {
      pass(2s);
      (void)heard();
      say(Pong{});
    }
  }
  std::uint64_t ended(EndReason reason) const { return host_.ended(reason); }

  test::LinkHosts hosts_{test::announced_seed()};
  LinkHost& host_ = hosts_.add();
  crypto::Identity peer_ = hosts_.new_identity();
  ByHand stream_;
  FrameReader reader_;
  ByteVector output_;
  std::uint64_t last_id_ = 0;
};

TEST_F(LinkFaults, EndALinkWithoutHelloInTime) {
  pass(4s);
  EXPECT_FALSE(stream_.closed);
  pass(1s);
  EXPECT_TRUE(stream_.closed);
  EXPECT_EQ(ended(EndReason::handshake_timed_out), 1U);
}

TEST_F(LinkFaults, EndALinkThatDoesNotBeginWithHello) {
  say(Ping{1});
  EXPECT_EQ(ended(EndReason::malformed), 1U);
}

TEST_F(LinkFaults, EndALinkWithASecondHello) {
  say_hello();
  say_hello();
  EXPECT_EQ(ended(EndReason::malformed), 1U);
}

TEST_F(LinkFaults, EndALinkOfANodeWhosePuzzleIsNotSolved) {
  LinkHost& strict = hosts_.add(30);
  ByHand stream;
  stream.link = strict.hub().attach(stream, peer_.node_id(), true, hosts_.now() + 5s);
  ByteVector hello;
  append_frame(hello, Hello{peer_.puzzle(), RunId{}});
  const auto link = stream.link;
  link->on_bytes(hello);
  EXPECT_TRUE(stream.closed);
  EXPECT_EQ(strict.ended(EndReason::puzzle_unsolved), 1U);
}

TEST_F(LinkFaults, EndALinkWithBytesThatAreNoFrame) {
  say_hello();
  say_bytes(ByteVector(100, std::byte{0xff}));
  EXPECT_EQ(ended(EndReason::malformed), 1U);
}

TEST_F(LinkFaults, EndALinkThatAnswersWhatNobodyAsked) {
  say_hello();
  say(Done{1, Errc::ok});
  EXPECT_EQ(ended(EndReason::malformed), 1U);
}

TEST_F(LinkFaults, EndALinkThatBeginsAMessageAfterBye) {
  host_.hold("xmpp");
  say_hello();
  say_message("xmpp", "so that it does not end at once");
  say(Bye{});
  EXPECT_FALSE(stream_.closed);
  say_message("xmpp", "x");
  EXPECT_EQ(ended(EndReason::malformed), 1U);
}

TEST_F(LinkFaults, EndALinkThatGoesBeyondTheWindow) {
  host_.hold("xmpp");
  say_hello();
  for (std::size_t i = 0; i < window_maximum_messages; ++i) say_message("xmpp", "x");
  EXPECT_FALSE(stream_.closed);
  say_message("xmpp", "x");
  EXPECT_EQ(ended(EndReason::flooded), 1U);
}

TEST_F(LinkFaults, AnswerPingsAndNotAFloodOfThem) {
  say_hello();
  for (int i = 0; i < ping_burst_maximum; ++i) say(Ping{1});
  EXPECT_EQ(heard_of<Pong>(), 1U) << "one answer is enough for all of them";
  pass(ping_interval_minimum);
  say(Ping{2});
  EXPECT_FALSE(stream_.closed);
  say(Ping{3});
  EXPECT_EQ(ended(EndReason::flooded), 1U);
}

TEST_F(LinkFaults, StopReadingAPeerThatDoesNotReadItsAnswers) {
  say_hello();
  std::size_t messages = 0;
  while (stream_.link->may_read() && messages < 100'000) {
    say_message("nobody-takes", "x");
    ++messages;
  }
  // A DONE has 12 bytes.
  EXPECT_NEAR(static_cast<double>(messages), answers_maximum_bytes / 12.0, 10);
  (void)heard();
  EXPECT_TRUE(stream_.link->may_read()) << "once it has read them";
}

TEST_F(LinkFaults, TakeSoManyFramesInATimeAndTheRestLater) {
  say_hello();
  for (std::size_t i = 0; i + 2 < frames_per_check_maximum; ++i) {
    say_message("sip", "x");
    (void)heard();
  }
  EXPECT_TRUE(stream_.link->may_read());
  say_message("sip", "x");
  EXPECT_FALSE(stream_.link->may_read());
  const int before = stream_.woken;
  pass(check_interval);
  EXPECT_TRUE(stream_.link->may_read());
  EXPECT_GT(stream_.woken, before) << "and the stream is told";
}

TEST_F(LinkFaults, FindAPeerThatIsNotThereAnyMore) {
  say_hello();
  (void)heard();
  pass(quiet_time - 1s);
  EXPECT_EQ(heard_of<Ping>(), 0U);
  pass(1s);
  EXPECT_EQ(heard_of<Ping>(), 1U);
  pass(pong_time_maximum - 1s);
  EXPECT_FALSE(stream_.closed);
  pass(1s);
  EXPECT_EQ(ended(EndReason::half_open), 1U);
}

TEST_F(LinkFaults, KeepAPeerThatAnswersPings) {
  say_hello();
  pass_alive(60s);
  EXPECT_FALSE(stream_.closed);
}

TEST_F(LinkFaults, EndALinkWhoseReaderIsTooSlow) {
  say_hello();
  (void)heard();
  host_.send(peer_.node_id(), "sip", "x");
  EXPECT_FALSE(stream_.link->take_output().empty());
  for (Duration passed{0}; passed < write_time_maximum - 1s; passed += 1s) {
    pass(1s);
    say(Pong{});
  }
  EXPECT_FALSE(stream_.closed) << "it speaks, but it does not read";
  pass(1s);
  EXPECT_EQ(ended(EndReason::slow_reader), 1U);
  EXPECT_EQ(host_.outcomes.at(0).second.error(), make_error_code(Errc::not_reachable));
}

TEST_F(LinkFaults, EndALinkWhoseMessageDoesNotEnd) {
  say_hello();
  say(MessageStart{1, 100, "sip", as_bytes("the rest never comes")});
  pass_alive(message_time_maximum - 2s);
  EXPECT_FALSE(stream_.closed);
  pass_alive(2s);
  EXPECT_EQ(ended(EndReason::slow_sender), 1U);
}

TEST_F(LinkFaults, EndALinkWhosePeerNeverAnswers) {
  say_hello();
  host_.send(peer_.node_id(), "sip", "x");
  EXPECT_EQ(heard_of<MessageStart>(), 1U);
  pass_alive(answer_time_maximum - 2s);
  EXPECT_FALSE(stream_.closed);
  pass_alive(4s);
  EXPECT_EQ(ended(EndReason::unanswered), 1U);
  EXPECT_EQ(host_.outcomes.at(0).second.error(), make_error_code(Errc::timed_out)) << "told long before";
}

TEST_F(LinkFaults, SayByeWhenNothingWasSaidForLong) {
  say_hello();
  pass_alive(idle_time_maximum - 4s);
  EXPECT_EQ(heard_of<Bye>(), 0U);
  pass(4s);
  EXPECT_EQ(heard_of<Bye>(), 1U);
  say(Bye{});
  EXPECT_EQ(ended(EndReason::closed), 1U);
}

TEST_F(LinkFaults, EndALinkThatDoesNotAnswerBye) {
  say_hello();
  pass_alive(idle_time_maximum + 2s);
  EXPECT_FALSE(stream_.closed);
  pass_alive(answer_time_maximum);
  EXPECT_EQ(ended(EndReason::unanswered), 1U);
}

TEST_F(LinkFaults, AnswerByeOnceEverythingIsAnswered) {
  host_.hold("xmpp");
  say_hello();
  say_message("xmpp", "x");
  say(Bye{});
  EXPECT_EQ(heard_of<Bye>(), 1U) << "this side has nothing to say any more";
  EXPECT_FALSE(stream_.closed);
  host_.finish();
  EXPECT_EQ(heard_of<Done>(), 1U);
  EXPECT_EQ(ended(EndReason::closed), 1U);
}

TEST_F(LinkFaults, HoldNothingOfALinkThatEndedButWhatAReceiverHas) {
  host_.hold("xmpp");
  say_hello();
  say_message("xmpp", std::string(10'000, 'x'));
  say(MessageStart{99, 20'000, "sip", Bytes{ByteVector(10'000)}});
  EXPECT_EQ(host_.hub().received_bytes(), 20'000U);
  stream_.link->end(EndReason::broken);
  EXPECT_EQ(host_.hub().received_bytes(), 10'000U);
  host_.finish();
  EXPECT_EQ(host_.hub().received_bytes(), 0U);
}

TEST_F(LinkFaults, RunSoManyReceiversAndNotOneMore) {
  for (const auto* const protocol : {"xmpp", "hip"}) host_.hold(protocol);
  // Each link comes from another node and is gone before the next; the receiver is still at work.
  const auto receive = [this](std::string_view protocol) {
    ByHand stream;
    stream.link = host_.hub().attach(stream, hosts_.random().value<NodeId>(), true, hosts_.now() + 5s);
    ASSERT_TRUE(stream.link);
    ByteVector bytes;
    append_frame(bytes, Hello{});
    append_frame(bytes, MessageStart{1, 1, protocol, as_bytes("x")});
    const auto link = stream.link;
    link->on_bytes(bytes);
    host_.timers().advance_to(hosts_.now());
    link->end(EndReason::broken);
    host_.timers().advance_to(hosts_.now());
  };
  for (std::size_t i = 0; i <= receiving_per_protocol_maximum; ++i) receive("xmpp");
  EXPECT_EQ(host_.held.size(), receiving_per_protocol_maximum);
  EXPECT_EQ(host_.counters().received_overloaded, 1U);
  for (std::size_t i = receiving_per_protocol_maximum; i < receiving_maximum; ++i) receive("hip");
  EXPECT_EQ(host_.held.size(), receiving_maximum);
  EXPECT_EQ(host_.counters().received_overloaded, 1U) << "they have places of their own";
  receive("sip");
  EXPECT_EQ(host_.counters().received_overloaded, 2U);
  EXPECT_EQ(host_.received.size(), receiving_maximum);
  while (!host_.held.empty()) host_.finish();
  receive("sip");
  EXPECT_EQ(host_.received.size(), receiving_maximum + 1);
  hosts_.settle();
  EXPECT_EQ(host_.hub().peers(), 0U);
}

}  // namespace
}  // namespace p2pns::link
