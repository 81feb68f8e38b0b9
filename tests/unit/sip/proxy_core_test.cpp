#include "frontends/sip/proxy_core.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/sip/proxy_node.hpp"

namespace p2pns::sip {
namespace {

using test::answer_text;
using test::name_of;
using test::phone_at;
using test::PhoneRequest;
using test::register_text;
using test::routes;
using test::SentMessage;
using test::SipNode;
using namespace std::chrono_literals;

constexpr std::uint16_t alice_port = 6001, bob_port = 6002, carol_port = 6003;

/// alice and bob at two nodes, each with a phone.
struct TwoNodes : testing::Test {
  SipNode a{1, {"alice"}};
  SipNode b{2, {"bob"}};
  test::SipNetwork network;

  void SetUp() override {
    network.add(a);
    network.add(b);
    a.in(register_text("alice", alice_port), phone_at(alice_port));
    b.in(register_text("bob", bob_port), phone_at(bob_port));
    ASSERT_TRUE(a.only().text.starts_with("SIP/2.0 200"));
    ASSERT_TRUE(b.only().text.starts_with("SIP/2.0 200"));
    for (SipNode* node : {&a, &b}) {
      node->name_at("alice", a.id);
      node->name_at("bob", b.id);
    }
  }
  /// From alice's phone, as far as bob's: what that gets.
  SipMessage call(const PhoneRequest& request = {}) {
    a.in(request.text(), phone_at(request.port));
    network.carry();
    return b.only().parsed();
  }
  /// From bob's phone, as far as alice's: what that gets.
  SipMessage answer(const SipMessage& invite, int status) {
    b.in(answer_text(invite, status, bob_port), phone_at(bob_port));
    network.carry();
    return a.only().parsed();
  }
};

TEST_F(TwoNodes, CallRingsAnswersAndEndsFromEitherSide) {
  const SipMessage invite = call();
  ASSERT_EQ(invite.method(), "INVITE");
  EXPECT_EQ(invite.request_uri(), "sip:phone@127.0.0.1:6002");
  EXPECT_EQ(invite.find(HeaderName::p_asserted_identity), "<sip:alice@p2p>");
  EXPECT_FALSE(invite.find("P2PNS-Verified"));
  EXPECT_EQ(invite.values(HeaderName::via)->size(), 3U);
  EXPECT_EQ(invite.find(HeaderName::max_forwards), "68");

  const SipMessage ringing = answer(invite, 180);
  EXPECT_EQ(ringing.status(), 180);
  EXPECT_EQ(ringing.values(HeaderName::via)->size(), 1U);
  const SipMessage ok = answer(invite, 200);
  ASSERT_EQ(ok.status(), 200);
  EXPECT_EQ(ok.values(HeaderName::record_route)->size(), 4U);

  const std::string from_alice = routes(ok, true), from_bob = routes(invite, false);
  PhoneRequest in_dialog{.method = "ACK",
                         .uri = "sip:phone@127.0.0.1:6002",
                         .to = "<sip:bob@p2p>;tag=b1",
                         .branch = "z9hG4bKack",
                         .extra = from_alice};
  a.in(in_dialog.text(), phone_at(alice_port));
  network.carry();
  const SentMessage ack = b.only();
  EXPECT_EQ(ack.parsed().method(), "ACK");
  EXPECT_EQ(ack.to, Hop{phone_at(bob_port)});
  EXPECT_EQ(ack.parsed().count(HeaderName::route), 0U);

  PhoneRequest bye{.method = "BYE",
                   .uri = "sip:phone@127.0.0.1:6001",
                   .from = "sip:bob@p2p",
                   .to = "<sip:alice@p2p>;tag=a1",
                   .branch = "z9hG4bKbye",
                   .port = bob_port,
                   .extra = from_bob};
  b.in(bye.text(), phone_at(bob_port));
  network.carry();
  const SentMessage arrived = a.only();
  ASSERT_EQ(arrived.parsed().method(), "BYE");
  EXPECT_EQ(arrived.to, Hop{phone_at(alice_port)});
  a.in(answer_text(arrived.parsed(), 200, alice_port), phone_at(alice_port));
  network.carry();
  EXPECT_EQ(b.only().parsed().status(), 200);
}

TEST_F(TwoNodes, BytesThatAreNotOursArriveAsTheyWereSent) {
  const std::string odd = "X-Odd:  a ,\tb;;\r\n   folded \r\nsubject:=?\r\n";
  PhoneRequest request{.method = "MESSAGE", .extra = odd, .body = std::string{"bytes\0\xff\r\n", 9}};
  const SipMessage message = call(request);
  EXPECT_NE(message.to_text().find(odd), std::string::npos);
  EXPECT_EQ(message.body(), request.body);
  EXPECT_EQ(message.count(HeaderName::record_route), 0U);
}

TEST_F(TwoNodes, UserOfANameIsFoundAtTheNamesNode) {
  PhoneRequest request{.method = "REGISTER",
                       .uri = "sip:p2p",
                       .from = "sip:bob@p2p",
                       .to = "<sip:phone@bob.p2p>",
                       .branch = "z9hG4bKr2",
                       .call_id = "r2",
                       .port = carol_port};
  b.in(request.text(), phone_at(carol_port));
  ASSERT_TRUE(b.only().text.starts_with("SIP/2.0 200"));
  b.name_at("bob", b.id);
  const SipMessage invite = call({.uri = "sip:phone@bob.p2p", .to = "<sip:phone@bob.p2p>"});
  EXPECT_EQ(invite.request_uri(), "sip:phone@127.0.0.1:6003");
}

struct Refusals : TwoNodes {
  /// What alice's phone is told when it calls this URI.
  int status_of(const std::string& uri) {
    a.in(PhoneRequest{.uri = uri}.text(), phone_at(alice_port));
    network.carry();
    return a.only().parsed().status();
  }
};

TEST_F(Refusals, NameThatNobodyRegisteredIsNotFound) { EXPECT_EQ(status_of("sip:nobody@p2p"), 404); }
TEST_F(Refusals, TextThatCanBeNoNameIsNotFound) { EXPECT_EQ(status_of("sip:-x-@p2p"), 404); }
TEST_F(Refusals, ForeignDomainsAreNotRelayedTo) { EXPECT_EQ(status_of("sip:bob@example.com"), 403); }
TEST_F(Refusals, UserThatANodeDoesNotHaveIsNotFound) {
  a.name_at("carol", b.id);
  EXPECT_EQ(status_of("sip:carol@p2p"), 404);
}
TEST_F(Refusals, CalleeWithoutAPhoneIsUnavailable) {
  b.users.insert("dave", {{name_of("dave"), ""}, {}, {}});
  a.name_at("dave", b.id);
  EXPECT_EQ(status_of("sip:dave@p2p"), 480);
}
TEST_F(Refusals, CalleeWhoseNodeCannotBeReachedIsUnavailable) {
  a.name_at("carol", test::node_id(9));
  EXPECT_EQ(status_of("sip:carol@p2p"), 480);
}
TEST_F(Refusals, NodeThatHasTooMuchToDoSaysSoItself) {
  a.name_at("carol", test::node_id(9));
  a.in(PhoneRequest{.uri = "sip:carol@p2p"}.text(), phone_at(alice_port));
  const auto sent = a.sent();
  a.core->on_send_failed(sent.back().client, Errc::overloaded);
  const SipMessage own = a.only().parsed();
  EXPECT_EQ(own.status(), 503);
  EXPECT_EQ(own.find(HeaderName::retry_after), std::to_string(retry_after_s));
  const SipMessage invite = call({.branch = "z9hG4bK2"});
  EXPECT_EQ(answer(invite, 503).status(), 500) << "one phone's is not the node's";
}

TEST_F(Refusals, OutcomesOfTheNameServiceHaveTheirStatus) {
  using names::Outcome;
  for (const auto& [outcome, status] : {std::pair{Outcome::no_such_name, 404},
                                        {Outcome::owner_offline, 480},
                                        {Outcome::not_reachable, 503},
                                        {Outcome::timed_out, 503},
                                        {Outcome::contested, 503}}) {
    a.names.set(test::FakeNameService::failed(name_of("carol"), outcome));
    PhoneRequest request{.uri = "sip:carol@p2p", .branch = "z9hG4bK" + std::to_string(static_cast<int>(outcome))};
    a.in(request.text(), phone_at(alice_port));
    EXPECT_EQ(a.only().parsed().status(), status);
  }
}
TEST_F(Refusals, RequestThatMayGoNoFurtherIsRefused) {
  std::string text = PhoneRequest{}.text();
  text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  a.in(text, phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 483);
}
TEST_F(Refusals, RequestInADialogWithoutItsRoutesIsRefused) {
  a.in(PhoneRequest{.method = "BYE", .to = "<sip:bob@p2p>;tag=b1"}.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 481);
}
TEST_F(Refusals, CancelOfNothingIsRefused) {
  a.in(PhoneRequest{.method = "CANCEL"}.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 481);
}

TEST_F(TwoNodes, FromOfAnotherUserIsRefused) {
  a.in(PhoneRequest{.from = "sip:bob@p2p"}.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 403);
}

TEST_F(TwoNodes, PhoneCannotSayWhoItIsByAHeader) {
  const std::string claims =
      "P-Asserted-Identity: <sip:eve@p2p>\r\nP-Preferred-Identity: <sip:eve@p2p>\r\n"
      "Identity: x\r\nRemote-Party-ID: <sip:eve@p2p>\r\np2pns-verified: yes\r\n";
  const SipMessage invite = call({.extra = claims});
  ASSERT_EQ(invite.method(), "INVITE");
  EXPECT_EQ(invite.to_text().find("eve"), std::string::npos);
  EXPECT_FALSE(invite.find("P2PNS-Verified"));
}

TEST_F(TwoNodes, RequestThatWouldGrowBeyondWhatPhonesGetIsRefused) {
  constexpr std::size_t maximum_bytes = message_maximum_bytes - 2 * added_maximum_bytes;
  constexpr std::size_t headers = headers_maximum - 2 * added_headers_maximum;
  const auto of_size = [](std::size_t bytes, const std::string& branch) {
    PhoneRequest request{.method = "MESSAGE", .branch = branch};
    const std::size_t head = request.text().size() + 4;  // the length has five digits
    request.body.assign(bytes - head, 'x');
    return request;
  };
  EXPECT_EQ(call(of_size(maximum_bytes, "z9hG4bK1")).method(), "MESSAGE");
  const PhoneRequest larger = of_size(maximum_bytes + 1, "z9hG4bK2");
  EXPECT_EQ(larger.text().size(), maximum_bytes + 1);
  a.in(larger.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 513);
  std::string lines;
  const std::size_t own = SipMessage::parse(PhoneRequest{}.text())->header_count();
  for (std::size_t i = own; i < headers; ++i) lines += "X: y\r\n";
  EXPECT_EQ(call({.branch = "z9hG4bK3", .extra = lines}).method(), "INVITE");
  a.in(PhoneRequest{.branch = "z9hG4bK4", .extra = lines + "X: y\r\n"}.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 513);
}

TEST_F(TwoNodes, CallerCannotWriteHeadersThroughTheUserOfFrom) {
  const std::string from = "sip:a%3e%0d%0aP-Asserted-Identity%3a%20%3csip%3abob%40p2p%3e%0d%0aX%3a%3c@alice.p2p";
  b.in(PhoneRequest{.from = from}.text(), a.id);
  const SipMessage invite = b.only().parsed();
  ASSERT_EQ(invite.method(), "INVITE");
  EXPECT_FALSE(invite.find(HeaderName::p_asserted_identity));
  EXPECT_EQ(invite.find("P2PNS-Verified"), "no");
  a.in(PhoneRequest{.from = from}.text(), phone_at(alice_port));
  EXPECT_EQ(a.only().parsed().status(), 403);
}

TEST_F(TwoNodes, DigestStaysHereWhenAPhoneRepeatsItInTheAck) {
  const SipMessage ok = answer(call(), 200);
  const std::string digest = "Proxy-Authorization: Digest username=\"alice\", response=\"0123\"\r\n";
  const PhoneRequest ack{.method = "ACK",
                         .uri = "sip:phone@127.0.0.1:6002",
                         .to = "<sip:bob@p2p>;tag=b1",
                         .branch = "z9hG4bKack",
                         .extra = routes(ok, true) + digest};
  a.in(ack.text(), phone_at(alice_port));
  network.carry();
  const SipMessage arrived = b.only().parsed();
  ASSERT_EQ(arrived.method(), "ACK");
  EXPECT_FALSE(arrived.find(HeaderName::proxy_authorization));
}

TEST_F(TwoNodes, RoutesOfACallerLeadNowhereFromTheCalleesNode) {
  for (const char* route : {"sip:192.0.2.1", "sip:192.0.2.1;lr"}) {
    const std::string line = "Route: <" + std::string{route} + ">\r\n";
    b.in(PhoneRequest{.branch = "z9hG4bK" + std::to_string(line.size()), .extra = line}.text(), a.id);
    const SipMessage invite = b.only().parsed();
    EXPECT_EQ(invite.request_uri(), "sip:phone@127.0.0.1:6002") << route;
    EXPECT_EQ(invite.count(HeaderName::route), 0U);
  }
}

TEST_F(TwoNodes, ForgedFromIsMarked) {
  b.in(PhoneRequest{}.text(), test::node_id(3));
  const SipMessage invite = b.only().parsed();
  ASSERT_EQ(invite.method(), "INVITE");
  EXPECT_EQ(invite.find("P2PNS-Verified"), "no");
  EXPECT_FALSE(invite.find(HeaderName::p_asserted_identity));
  EXPECT_EQ(b.counters.callers_unverified, 1U);
}

TEST_F(TwoNodes, AnswerThatIsNotSureVerifiesNobody) {
  int number = 0;
  for (const auto& [outcome, verified] : {std::pair{names::Outcome::contested, false},
                                          {names::Outcome::timed_out, false},
                                          {names::Outcome::owner_offline, true}}) {
    auto answer = test::FakeNameService::failed(name_of("alice"), outcome);
    answer.binding.emplace();
    answer.binding->node = a.id;
    b.names.set(std::move(answer));
    b.in(PhoneRequest{.branch = "z9hG4bKs" + std::to_string(number++)}.text(), a.id);
    EXPECT_EQ(b.only().parsed().find("P2PNS-Verified").has_value(), !verified);
  }
}

TEST_F(TwoNodes, ForgedFromIsRefusedWhenThatIsWanted) {
  SipNode strict{4, {"bob"}, SipNode::trusting(false)};
  strict.name_at("alice", a.id);
  strict.in(PhoneRequest{}.text(), test::node_id(3));
  EXPECT_EQ(strict.only().parsed().status(), 403);
  strict.in(PhoneRequest{.from = "sip:alice@example.com", .branch = "z9hG4bK2"}.text(), a.id);
  EXPECT_EQ(strict.only().parsed().status(), 403);
  strict.in(PhoneRequest{.branch = "z9hG4bK3"}.text(), a.id);
  EXPECT_EQ(strict.only().parsed().status(), 480) << "verified, and bob has no phone here";
}

TEST_F(TwoNodes, AnotherNodeCannotGetIntoADialog) {
  const SipMessage invite = call();
  answer(invite, 200);
  // The routes that alice's node would send, from a third node.
  std::string lines;
  const auto values = *invite.values(HeaderName::record_route);
  for (std::size_t i = 2; i-- > 0;) lines += "Route: " + values[i] + "\r\n";
  const PhoneRequest bye{.method = "BYE", .to = "<sip:bob@p2p>;tag=b1", .branch = "z9hG4bKevil", .extra = lines};
  b.in(bye.text(), test::node_id(3));
  EXPECT_EQ(b.only().parsed().status(), 481);
  b.in(bye.text(), a.id);
  EXPECT_EQ(b.only().parsed().method(), "BYE") << "the right node may";
  std::string other_call = bye.text();
  other_call.replace(other_call.find("call1"), 5, "call2");
  other_call.replace(other_call.find("evil"), 4, "more");
  b.in(other_call, a.id);
  EXPECT_EQ(b.only().parsed().status(), 481) << "not for another call";
}

TEST_F(TwoNodes, RoutesOfAnOldCallDoNotBeginANewOne) {
  const SipMessage ok = answer(call(), 200);
  // What alice's node gave to bob's, as bob's node brings it: its own side first.
  const auto values = *ok.values(HeaderName::record_route);
  const std::string lines = "Route: " + values[2] + "\r\nRoute: " + values[3] + "\r\n";
  PhoneRequest again{.uri = "sip:alice@p2p", .from = "sip:eve@p2p", .branch = "z9hG4bKe", .extra = lines};
  a.in(again.text(), b.id);
  EXPECT_EQ(a.only().parsed().status(), 481) << "no To tag: it would ring unchecked";
  again.to = "<sip:alice@p2p>;tag=x";
  std::string other = again.text();
  other.replace(other.find("tag=a1"), 6, "tag=e1");
  other.replace(other.find("z9hG4bKe"), 8, "z9hG4bKf");
  a.in(other, b.id);
  EXPECT_EQ(a.only().parsed().status(), 481) << "neither tag is alice's";
}

TEST_F(TwoNodes, NobodySaysAnotherNameLaterInADialog) {
  const SipMessage invite = call();
  answer(invite, 200);
  const auto values = *invite.values(HeaderName::record_route);
  PhoneRequest later{.method = "MESSAGE",
                     .from = "sip:carol@p2p",
                     .to = "<sip:bob@p2p>;tag=b1",
                     .branch = "z9hG4bKlater",
                     .extra = "Route: " + values[1] + "\r\nRoute: " + values[0] + "\r\n"};
  b.in(later.text(), a.id);
  EXPECT_EQ(b.only().parsed().status(), 403);
  later.from = "sip:alice@p2p";
  later.branch = "z9hG4bKagain";
  b.in(later.text(), a.id);
  const SipMessage message = b.only().parsed();
  EXPECT_EQ(message.method(), "MESSAGE");
  EXPECT_FALSE(message.find("P2PNS-Verified"));
}

TEST_F(TwoNodes, WhatFollowsAMarkedCallIsMarkedToo) {
  b.name_at("alice", test::node_id(7));
  const SipMessage invite = call();
  EXPECT_EQ(invite.find("P2PNS-Verified"), "no");
  answer(invite, 200);
  const auto values = *invite.values(HeaderName::record_route);
  const PhoneRequest later{.method = "MESSAGE",
                           .to = "<sip:bob@p2p>;tag=b1",
                           .branch = "z9hG4bKlater",
                           .extra = "Route: " + values[1] + "\r\nRoute: " + values[0] + "\r\n"};
  b.in(later.text(), a.id);
  EXPECT_EQ(b.only().parsed().find("P2PNS-Verified"), "no");
}

/// alice calls bob, both at phones of one node.
struct LocalCall : testing::Test {
  SipNode node{1, {"alice", "bob"}};
  /// The Record-Route values of the call, the callee's side first.
  std::vector<std::string> call(std::uint16_t bobs_port) {
    node.in(register_text("bob", bobs_port), phone_at(bobs_port));
    node.sent();
    node.name_at("bob", node.id);
    node.in(PhoneRequest{}.text(), phone_at(alice_port));
    const SipMessage invite = node.only().parsed();
    node.in(answer_text(invite, 200, bobs_port), phone_at(bobs_port));
    return *node.only().parsed().values(HeaderName::record_route);
  }
  static std::string bye(const std::string& first, const std::string& second) {
    return PhoneRequest{.method = "BYE",
                        .uri = "sip:phone@127.0.0.1:6002",
                        .to = "<sip:bob@p2p>;tag=b1",
                        .branch = "z9hG4bKbye",
                        .extra = "Route: " + first + "\r\nRoute: " + second + "\r\n"}
        .text();
  }
};

TEST_F(LocalCall, StrangerWithItsRoutesIsAskedWhoItIs) {
  const auto sides = call(bob_port);
  const std::string text = bye(sides[1], sides[0]);
  for (const TransportKind transport : {TransportKind::udp, TransportKind::tcp}) {
    node.in(text, Flow{transport, *parse_endpoint("192.0.2.9:5060"), 9});
    EXPECT_EQ(node.only().parsed().status(), 407);
  }
  std::string ack = text;
  while (ack.find("BYE") != std::string::npos) ack.replace(ack.find("BYE"), 3, "ACK");
  node.in(ack, Flow{TransportKind::udp, *parse_endpoint("192.0.2.9:5060"), 0});
  EXPECT_TRUE(node.sent().empty());
  node.in(text, phone_at(carol_port));
  EXPECT_EQ(node.only().to, Hop{phone_at(bob_port)}) << "a NAT gave alice's phone another port";
}

TEST_F(LocalCall, OneSideTwiceLeadsNowhere) {
  const auto sides = call(bob_port);
  node.in(bye(sides[0], sides[0]), phone_at(bob_port));
  EXPECT_EQ(node.only().parsed().status(), 481);
}

TEST_F(LocalCall, BothSidesMayBeOnePhone) {
  const auto sides = call(alice_port);
  node.in(bye(sides[1], sides[0]), phone_at(alice_port));
  EXPECT_EQ(node.only().parsed().method(), "BYE");
}

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

TEST(ProxyCore, AsksForCredentialsAndTakesTheRightOnes) {
  SipNode node{1, {"alice"}, {}};
  node.in(PhoneRequest{}.text(), phone_at(alice_port));
  const SipMessage challenge = node.only().parsed();
  EXPECT_EQ(challenge.status(), 407);
  EXPECT_GE(challenge.count(HeaderName::proxy_authenticate), 1U);
  node.in(PhoneRequest{.method = "REGISTER", .uri = "sip:p2p", .to = "<sip:alice@p2p>"}.text(), phone_at(alice_port));
  EXPECT_EQ(node.only().parsed().status(), 401);
}

TEST(ProxyCore, StrangersAreAnsweredOnceAndNotRemembered) {
  SipNode node{1, {"alice"}, {}};
  const std::vector<std::pair<PhoneRequest, int>> requests{
      {{}, 407},
      {{.to = "<sip:bob@p2p>;tag=b1", .branch = "z9hG4bK2"}, 481},
      {{.branch = "z9hG4bK3", .extra = "Route: <sip:\r\n"}, 400},
      {{.branch = "z9hG4bK4", .extra = "Proxy-Authorization: Digest username=\"a\r\n"}, 400}};
  for (const auto& [request, status] : requests) {
    node.in(request.text(), phone_at(alice_port));
    EXPECT_EQ(node.only().parsed().status(), status);
    node.pass(40s);
    EXPECT_TRUE(node.sent().empty()) << "sent again, to whoever's address that was: " << status;
    node.in(request.text(), phone_at(alice_port));
    EXPECT_EQ(node.only().parsed().status(), status) << "who asks again is answered again";
  }
  const TransactionTable& table = node.core->table();
  EXPECT_EQ(table.active_servers() + table.finished(), 0U);
}

TEST(ProxyCore, AnswersOptionsAboutItself) {
  SipNode node{1, {}};
  for (const char* uri : {"sip:p2p", "sip:127.0.0.1:5060"}) {
    PhoneRequest request{.method = "OPTIONS", .uri = uri, .branch = std::string{"z9hG4bK"} + uri[4]};
    node.in(request.text(), phone_at(alice_port));
    const SipMessage answer = node.only().parsed();
    EXPECT_EQ(answer.status(), 200) << uri;
    EXPECT_TRUE(answer.find(HeaderName::allow));
  }
}

TEST(ProxyCore, CallsBetweenItsOwnPhonesStayHere) {
  SipNode node{1, {"alice", "bob"}};
  node.in(register_text("bob", bob_port), phone_at(bob_port));
  node.sent();
  node.name_at("bob", node.id);
  node.in(PhoneRequest{}.text(), phone_at(alice_port));
  const SentMessage invite = node.only();
  EXPECT_EQ(invite.to, Hop{phone_at(bob_port)});
  EXPECT_EQ(invite.parsed().find(HeaderName::p_asserted_identity), "<sip:alice@p2p>");
  node.in(answer_text(invite.parsed(), 200, bob_port), phone_at(bob_port));
  const SipMessage ok = node.only().parsed();
  PhoneRequest bye{.method = "BYE",
                   .uri = "sip:phone@127.0.0.1:6002",
                   .to = "<sip:bob@p2p>;tag=b1",
                   .branch = "z9hG4bKbye",
                   .extra = routes(ok, true)};
  node.in(bye.text(), phone_at(alice_port));
  EXPECT_EQ(node.only().to, Hop{phone_at(bob_port)});
}

TEST(ProxyCore, KnowsARequestThatCameBack) {
  SipNode node{1, {"alice", "bob"}};
  node.in(register_text("bob", bob_port), phone_at(bob_port));
  node.sent();
  node.name_at("bob", node.id);
  const PhoneRequest request{.branch = "z9hG4bKx"};
  node.in(request.text(), phone_at(alice_port));
  SipMessage forwarded = node.only().parsed();
  // A phone that forwards the request as it was: same Request-URI, one Via more.
  SipMessage back = *SipMessage::parse(request.text());
  back.prepend(HeaderName::via, *forwarded.first_value(HeaderName::via));
  back.prepend(HeaderName::via, "SIP/2.0/UDP 127.0.0.1:6002;branch=z9hG4bKback");
  node.in(back.to_text(), phone_at(bob_port));
  EXPECT_EQ(node.only().parsed().status(), 482);
}

TEST(ProxyCore, LargeRequestGoesOverAStreamWhenThatWorks) {
  SipNode node{1, {"alice", "bob"}};
  node.dial = true;
  node.in(register_text("bob", bob_port), phone_at(bob_port));
  node.sent();
  node.name_at("bob", node.id);
  node.in(PhoneRequest{.body = std::string(1300, 'x')}.text(), phone_at(alice_port));
  const SentMessage stream = node.only();
  EXPECT_EQ(stream.to, (Hop{Flow{TransportKind::tcp, phone_at(bob_port).remote, 0}}));
  EXPECT_TRUE(stream.parsed().first_value(HeaderName::via)->starts_with("SIP/2.0/TCP"));
  node.core->on_send_failed(stream.client, Errc::not_reachable);
  const SentMessage datagram = node.only();
  EXPECT_EQ(datagram.to, Hop{phone_at(bob_port)});
  EXPECT_TRUE(datagram.parsed().first_value(HeaderName::via)->starts_with("SIP/2.0/UDP"));
  node.core->on_send_failed(datagram.client, Errc::not_reachable);
  EXPECT_EQ(node.only().parsed().status(), 480);
}

TEST(ProxyCore, CancelledCallIsNotTriedAnotherWay) {
  SipNode node{1, {"alice", "bob"}};
  node.dial = true;
  node.in(register_text("bob", bob_port), phone_at(bob_port));
  node.sent();
  node.name_at("bob", node.id);
  node.in(PhoneRequest{.body = std::string(1300, 'x')}.text(), phone_at(alice_port));
  const SentMessage stream = node.only();
  node.in(PhoneRequest{.method = "CANCEL"}.text(), phone_at(alice_port));
  EXPECT_EQ(node.only().parsed().status(), 200);
  node.core->on_send_failed(stream.client, Errc::not_reachable);
  EXPECT_EQ(node.only().parsed().status(), 487);
}

TEST(ProxyCore, RefusesWhatIsTooMuchAndForgetsWhatIsDone) {
  constexpr std::size_t maximum = 4;
  SipNode node{1, {"alice"}, SipNode::trusting(true), {.active = maximum, .finished = 2, .finished_bytes = 100'000}};
  node.names.hold(name_of("bob"));
  const auto invite = [&](int number) {
    node.in(PhoneRequest{.branch = "z9hG4bK" + std::to_string(number)}.text(), phone_at(alice_port));
  };
  for (int i = 0; i < static_cast<int>(maximum); ++i) invite(i);
  EXPECT_EQ(node.core->table().active_servers(), maximum);
  node.sent();
  invite(100);
  const SipMessage refused = node.only().parsed();
  EXPECT_EQ(refused.status(), 503);
  EXPECT_TRUE(refused.find(HeaderName::retry_after));
  node.names.release(name_of("bob"));
  node.settle();
  EXPECT_EQ(node.core->table().active_servers(), 0U);
  EXPECT_EQ(node.core->table().finished(), 2U);
  EXPECT_EQ(node.counters.forgotten_early, maximum - 2);
  invite(101);
  node.sent();
  node.pass(60s);
  EXPECT_EQ(node.core->table().finished(), 0U);
  EXPECT_EQ(node.timers.size(), 0U);
}

TEST(ProxyCore, NobodyTakesMoreThanItsShareOfTransactions) {
  SipNode node{1, {"alice", "bob"}, SipNode::trusting(true), {.active = 16}};
  node.names.hold(name_of("alice"));
  const auto statuses = [&](int count, const Hop& from) {
    for (int i = 0; i < count; ++i)
      node.in(PhoneRequest{.branch = "z9hG4bK" + std::to_string(i), .call_id = std::to_string(i)}.text(), from);
    std::vector<int> all;
    for (const SentMessage& message : node.sent()) all.push_back(message.parsed().status());
    return all;
  };
  EXPECT_EQ(statuses(2, test::node_id(3)), std::vector<int>{}) << "an eighth";
  EXPECT_EQ(statuses(3, test::node_id(3)), std::vector<int>{503});
  EXPECT_EQ(statuses(2, test::node_id(4)), std::vector<int>{}) << "another node has its own";
  node.names.release(name_of("alice"));
  node.settle();
  EXPECT_EQ(statuses(0, test::node_id(3)), (std::vector<int>{480, 480, 480, 480})) << "bob has no phone";
  node.names.hold(name_of("alice"));
  node.pass(60s);
  EXPECT_EQ(statuses(2, test::node_id(3)), std::vector<int>{}) << "places are given back";
}

TEST(ProxyCore, ResponsesToNothingAreDropped) {
  SipNode node{1, {"alice"}};
  const SipMessage request = *SipMessage::parse(PhoneRequest{}.text());
  node.in(answer_text(request, 200, bob_port), phone_at(bob_port));
  EXPECT_TRUE(node.sent().empty());
  EXPECT_EQ(node.counters.stray_responses, 1U);
  node.in("no SIP at all", phone_at(bob_port));
  EXPECT_EQ(node.counters.unreadable, 1U);
}

}  // namespace
}  // namespace p2pns::sip
