#include "frontends/sip/proxy_core.hpp"

#include <gtest/gtest.h>

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
using test::SentMessage;
using test::SipNode;
using test::TwoNodes;
using namespace std::chrono_literals;

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
