// The order of messages, whatever becomes of links: both nodes open one at the same moment, a link closes while
// messages come, a node is started anew.
#include <gmock/gmock.h>

#include "tests/unit/link/link_hosts.hpp"

namespace p2pns::link {
namespace {

using namespace std::chrono_literals;
using test::LinkHost;
using testing::ElementsAre;

class LinkOrder : public testing::Test {
 protected:
  test::LinkHosts hosts_{test::announced_seed()};
  LinkHost& alice_ = hosts_.add();
  LinkHost& bob_ = hosts_.add();
};

TEST_F(LinkOrder, HoldsWhenBothOpenALinkAtTheSameMoment) {
  alice_.keep("sip");
  bob_.keep("sip");
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(i));
    alice_.send(bob_.id(), "sip", expected.back());
    bob_.send(alice_.id(), "sip", expected.back());
    if (i % 10 == 0) hosts_.settle();
  }
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size() + bob_.dialled.size(), 2U);
  EXPECT_EQ(bob_.received, expected);
  EXPECT_EQ(alice_.received, expected);
}

TEST_F(LinkOrder, LeavesNoSecondLinkForLong) {
  alice_.keep("sip");
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "a");
  bob_.send(alice_.id(), "sip", "b");
  hosts_.settle();
  EXPECT_EQ(alice_.hub().links(true) + alice_.hub().links(false), 2U);
  for (int i = 0; i < 150; ++i) {  // one of both is used, the other one is not
    hosts_.run_for(1s);
    alice_.send(bob_.id(), "sip", "c");
    bob_.send(alice_.id(), "sip", "d");
  }
  hosts_.settle();
  for (const auto& [text, outcome] : alice_.outcomes) EXPECT_TRUE(outcome) << text;
  EXPECT_EQ(bob_.received.size(), 151U);
  EXPECT_EQ(alice_.hub().links(true) + alice_.hub().links(false), 1U);
}

TEST_F(LinkOrder, RefusesAMessageThatANewerOneHasPassedOnAnotherLink) {
  bob_.keep("sip");
  const auto ends = hosts_.connect(bob_, alice_);
  hosts_.settle();
  ends.first->cut = ends.second->cut = true;
  ends.second->link->end(EndReason::broken);  // alice gives it up, and bob does not know
  alice_.send(bob_.id(), "sip", "new");
  hosts_.settle();
  ByteVector delayed;
  append_frame(delayed, MessageStart{1, 3, "sip", as_bytes("old")});
  ends.first->link->on_bytes(delayed);
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("new"));
  EXPECT_EQ(bob_.counters().late, 1U);
}

TEST_F(LinkOrder, SurvivesALinkThatClosesWhileMessagesAreSent) {
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "0");
  hosts_.run_for(idle_time_maximum - 500ms);
  for (int i = 1; i <= 100; ++i) {
    hosts_.run_for(13ms);
    alice_.send(bob_.id(), "sip", std::to_string(i));
  }
  hosts_.settle();
  ASSERT_EQ(bob_.received.size(), 101U);
  for (std::size_t i = 0; i <= 100; ++i) EXPECT_EQ(bob_.received[i], std::to_string(i));
}

TEST_F(LinkOrder, LosesNothingWhenTheOtherSideSaysByeAtThatMoment) {
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "0");
  hosts_.settle();
  hosts_.run_for(idle_time_maximum - 1ms);
  const auto before = hosts_.streams().size();
  bob_.timers().advance_to(hosts_.now() + 1s);  // bob's clock runs ahead: he closes, alice does not know it yet
  alice_.send(bob_.id(), "sip", "1");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("0", "1"));
  EXPECT_EQ(bob_.ended(EndReason::closed), 1U);
  EXPECT_GE(hosts_.streams().size(), before);
}

TEST_F(LinkOrder, BelongsToOneRunOfAProgram) {
  const crypto::Identity identity = hosts_.new_identity();
  LinkHost& before = hosts_.add(identity);
  bob_.keep("sip");
  bob_.hold("xmpp");
  for (int i = 0; i < 10; ++i) before.send(bob_.id(), "sip", "before");
  hosts_.settle();  // otherwise both open a link
  bob_.send(identity.node_id(), "sip", "unanswered");
  hosts_.settle();
  for (const auto& stream : hosts_.streams()) stream->cut = true;  // the machine is off, nobody is told
  LinkHost& after = hosts_.add(identity);
  after.keep("sip");
  after.send(bob_.id(), "sip", "after");
  hosts_.settle();
  EXPECT_EQ(bob_.received.back(), "after") << "its ids begin anew";
  EXPECT_EQ(bob_.ended(EndReason::replaced), 1U);
  bob_.send(identity.node_id(), "sip", "to the new one");
  hosts_.settle();
  EXPECT_THAT(after.received, ElementsAre("to the new one"));
}

TEST_F(LinkOrder, BelongsToOneRunAlsoWhenTheLinkOfTheFormerOneIsGone) {
  const crypto::Identity identity = hosts_.new_identity();
  LinkHost& before = hosts_.add(identity);
  bob_.keep("sip");
  for (int i = 0; i < 10; ++i) before.send(bob_.id(), "sip", "before");
  hosts_.settle();
  hosts_.hold_dials(true);
  for (const auto& stream : hosts_.streams())
    if (const auto link = stream->link) link->end(EndReason::broken);
  bob_.send(identity.node_id(), "sip", "waits for a link");  // so he remembers whom it is for
  LinkHost& after = hosts_.add(identity);
  after.keep("sip");
  hosts_.connect(after, bob_);
  hosts_.settle();
  after.send(bob_.id(), "sip", "after");
  hosts_.settle();
  EXPECT_EQ(bob_.received.back(), "after") << "its ids begin anew";
  EXPECT_EQ(bob_.counters().late, 0U);
  EXPECT_THAT(after.received, ElementsAre("waits for a link"));
}

TEST_F(LinkOrder, HoldsWhateverBreaks) {
  alice_.keep("sip");
  bob_.keep("sip");
  Random& random = hosts_.random();
  for (int i = 100; i < 1000; ++i) {
    alice_.send(bob_.id(), "sip", std::to_string(i));
    bob_.send(alice_.id(), "sip", std::to_string(i));
    if (random.below(3) == 0) hosts_.run_for(std::chrono::milliseconds{random.below(50)});
    if (random.below(20) == 0 && !hosts_.streams().empty()) {
      const auto link = hosts_.streams().back()->link;
      if (link) link->end(EndReason::broken);
    }
  }
  hosts_.run_for(send_time_maximum);
  for (const LinkHost* host : {&alice_, &bob_}) {
    EXPECT_TRUE(std::ranges::is_sorted(host->received));
    EXPECT_EQ(std::ranges::adjacent_find(host->received), host->received.end()) << "none came twice";
    EXPECT_EQ(host->outcomes.size(), 900U) << "every sender was told";
  }
  // Whoever was told that it arrived is right.
  for (const auto& [text, outcome] : alice_.outcomes) {
    if (!outcome) continue;
    EXPECT_TRUE(std::ranges::binary_search(bob_.received, text)) << text;
  }
}

}  // namespace
}  // namespace p2pns::link
