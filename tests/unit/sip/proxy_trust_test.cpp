// Who is believed: From, headers that phones may not write, and routes within and outside of dialogs.
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
using test::routes;
using test::SipNode;
using test::TwoNodes;

/// `text` with the first `what` made `with`.
std::string replaced(std::string text, std::string_view what, std::string_view with) {
  return text.replace(text.find(what), what.size(), with);
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
  b.in(replaced(replaced(bye.text(), "call1", "call2"), "evil", "more"), a.id);
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
  a.in(replaced(replaced(again.text(), "tag=a1", "tag=e1"), "z9hG4bKe", "z9hG4bKf"), b.id);
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

}  // namespace
}  // namespace p2pns::sip
