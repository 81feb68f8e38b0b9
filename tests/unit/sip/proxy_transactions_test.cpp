// Calls that are cancelled, repeated, forked or not answered.
#include <algorithm>
#include <gtest/gtest.h>

#include "frontends/sip/proxy_core.hpp"
#include "tests/unit/sip/two_nodes.hpp"

namespace p2pns::sip {
namespace {

using test::alice_port;
using test::answer_text;
using test::bob_port;
using test::carol_port;
using test::name_of;
using test::phone_at;
using test::PhoneRequest;
using test::register_text;
using test::SentMessage;
using test::TwoNodes;
using namespace std::chrono_literals;

TEST_F(TwoNodes, OutletThatCallsBackMeetsNoTransactionHalfDone) {
  a.in(PhoneRequest{}.text(), phone_at(alice_port));
  const auto sent = a.sent();
  const auto invite = std::ranges::find(sent, Hop{b.id}, &SentMessage::to);
  ASSERT_NE(invite, sent.end());
  b.in(invite->text, a.id);
  const SipMessage at_phone = b.only().parsed();
  const std::size_t finished_before = b.core->table().finished();
  int acks = 0;
  b.on_send = [&](const SentMessage& message) {
    if (message.to != Hop{a.id} || !message.text.starts_with("SIP/2.0 486")) return;
    b.core->on_message(make_ack(invite->parsed(), message.parsed()).to_text(), a.id);
    ++acks;
  };
  b.in(answer_text(at_phone, 486, bob_port), phone_at(bob_port));
  EXPECT_EQ(acks, 1);
  EXPECT_EQ(b.core->table().active_servers(), 0U);
  EXPECT_EQ(b.core->table().finished(), finished_before + 1) << "the branch to the phone";
}

TEST_F(TwoNodes, RequestThatFailsWhileItIsSentAgainIsReportedOnce) {
  call();
  b.on_send = [&](const SentMessage& message) {
    if (message.text.starts_with("INVITE")) b.core->on_send_failed(message.client, Errc::not_reachable);
  };
  b.pass(600ms);
  network.carry();
  EXPECT_EQ(a.only().parsed().status(), 480);
}

TEST_F(TwoNodes, CancelReachesThePhoneAndTheCallerGetsItsAnswer) {
  const SipMessage invite = call();
  answer(invite, 180);
  a.in(PhoneRequest{.method = "CANCEL"}.text(), phone_at(alice_port));
  network.carry();
  EXPECT_EQ(a.only().parsed().status(), 200);
  const SipMessage cancel = b.only().parsed();
  ASSERT_EQ(cancel.method(), "CANCEL");
  EXPECT_EQ(cancel.first_value(HeaderName::via), invite.first_value(HeaderName::via));
  b.in(answer_text(cancel, 200, bob_port), phone_at(bob_port));
  EXPECT_TRUE(b.sent().empty());
  b.in(answer_text(invite, 487, bob_port), phone_at(bob_port));
  network.carry();
  EXPECT_EQ(b.only().parsed().method(), "ACK");
  EXPECT_EQ(a.only().parsed().status(), 487);
}

TEST_F(TwoNodes, CancelDuringALookupEndsTheCall) {
  a.names.hold(name_of("bob"));
  a.in(PhoneRequest{}.text(), phone_at(alice_port));
  a.sent();
  a.in(PhoneRequest{.method = "CANCEL"}.text(), phone_at(alice_port));
  const auto sent = a.sent();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_TRUE(sent[0].text.starts_with("SIP/2.0 200"));
  EXPECT_TRUE(sent[1].text.starts_with("SIP/2.0 487"));
  EXPECT_EQ(a.names.waiting(name_of("bob")), 0U);
}

TEST_F(TwoNodes, SilentPhoneTimesOut) {
  call();
  b.pass(33s);
  network.carry();
  EXPECT_EQ(a.only().parsed().status(), 408);
}

TEST_F(TwoNodes, CallThatNobodyTakesEndsByTimerC) {
  const SipMessage invite = call();
  answer(invite, 180);
  b.pass(timer_c);
  EXPECT_EQ(b.only().parsed().method(), "CANCEL");
  b.in(answer_text(invite, 487, bob_port), phone_at(bob_port));
  network.carry();
  EXPECT_EQ(a.only().parsed().status(), 487);
}

TEST_F(TwoNodes, CallThatRingsForEverIsForgottenAfterItsCancel) {
  answer(call(), 180);
  b.pass(timer_c + TransactionTimers{}.life());  // not even the CANCEL is answered
  network.carry();
  EXPECT_EQ(a.only().parsed().status(), 487);
  b.pass(TransactionTimers{}.life());
  const TransactionTable& table = b.core->table();
  EXPECT_EQ(table.active_servers() + table.active_clients() + table.finished(), 0U);
}

TEST_F(TwoNodes, RetransmissionsOfEitherSideDoNotGoFurther) {
  const SipMessage invite = call();
  a.sent();
  a.in(PhoneRequest{}.text(), phone_at(alice_port));
  const auto again = a.sent();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(again[0].text.starts_with("SIP/2.0 100"));
  b.pass(600ms);
  EXPECT_EQ(b.only().text, invite.to_text()) << "the node itself sends to a silent phone again";
  EXPECT_EQ(answer(invite, 486).status(), 486);
  EXPECT_EQ(b.only().parsed().method(), "ACK");
  b.in(answer_text(invite, 486, bob_port), phone_at(bob_port));
  EXPECT_EQ(b.only().parsed().method(), "ACK");
  EXPECT_TRUE(a.sent().empty());
}

TEST_F(TwoNodes, SuccessThatComesAgainIsPassedOn) {
  const SipMessage invite = call();
  EXPECT_EQ(answer(invite, 200).status(), 200);
  EXPECT_EQ(answer(invite, 200).status(), 200);
}

struct Forking : TwoNodes {
  SipMessage first, second;
  void SetUp() override {
    TwoNodes::SetUp();
    b.in(register_text("bob", carol_port), phone_at(carol_port));
    b.sent();
    b.name_at("bob", b.id);
    a.in(PhoneRequest{}.text(), phone_at(alice_port));
    network.carry();
    auto both = b.sent();
    ASSERT_EQ(both.size(), 2U);
    if (both[0].to != Hop{phone_at(bob_port)}) std::swap(both[0], both[1]);
    first = both[0].parsed();
    second = both[1].parsed();
    a.sent();
  }
  SipMessage from_second(int status) {
    b.in(answer_text(second, status, carol_port, "c1"), phone_at(carol_port));
    network.carry();
    return a.only().parsed();
  }
  Forking() : first(SipMessage::response(100, "")), second(SipMessage::response(100, "")) {}
};

TEST_F(Forking, FirstPhoneThatAnswersGetsTheCall) {
  EXPECT_EQ(answer(first, 180).status(), 180);
  EXPECT_EQ(from_second(180).status(), 180);
  EXPECT_EQ(from_second(200).status(), 200);
  const SentMessage cancel = b.only();
  EXPECT_EQ(cancel.parsed().method(), "CANCEL");
  EXPECT_EQ(cancel.to, Hop{phone_at(bob_port)});
  EXPECT_EQ(answer(first, 487).method(), "OPTIONS") << "nothing more for the caller";
}

TEST_F(Forking, BestAnswerCountsWhenNobodyTakesIt) {
  b.in(answer_text(first, 480, bob_port), phone_at(bob_port));
  network.carry();
  EXPECT_TRUE(a.sent().empty());
  EXPECT_EQ(from_second(486).status(), 486);
}

TEST_F(Forking, DeclineEndsItForAll) {
  answer(first, 180);
  b.in(answer_text(second, 603, carol_port), phone_at(carol_port));
  network.carry();
  EXPECT_TRUE(a.sent().empty()) << "the other phone still rings";
  EXPECT_EQ(answer(first, 487).status(), 603);
}

}  // namespace
}  // namespace p2pns::sip
