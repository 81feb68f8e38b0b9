#include "frontends/hip/hip_api.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

#include "tests/support/fake_name_service.hpp"
#include "tests/unit/web/access_rules.hpp"

namespace p2pns::hip {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using web::HttpRequest;
using web::HttpResponse;

const names::P2PName alice{names::NameKind::label, "p2p", "alice"};
constexpr TimePoint now_in_tests{std::chrono::seconds{1000}};

/// The body of a request that OpenHIP sent.
std::string captured(const std::string& file) {
  std::ifstream stream(P2PNS_TEST_DATA "/hip/" + file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto body = text.find("\r\n\r\n") + 4;
  return text.substr(body, text.size() - body - 1);  // without the zero byte behind it
}
const std::string put_address = captured("openhip-0-put_removable-hip-addr.http");
const std::string put_name = captured("openhip-1-put_removable-hip-name-hit.http");
const std::string get_address = captured("openhip-2-get-hip-addr.http");
const std::string rm_name = captured("openhip-3-rm-hip-name-hit.http");
const std::string rm_address = captured("openhip-4-rm-hip-addr.http");

struct HipApiTest : testing::Test {
  static HttpRequest request(std::string body) {
    HttpRequest result;
    result.method = "POST";
    result.target = "/RPC2";
    result.host = "127.0.0.1:5851";
    result.content_type = "text/xml";
    result.body = std::move(body);
    result.peer.kind = web::Peer::Kind::loopback;
    result.peer.address = *parse_ip_address("127.0.0.1");
    return result;
  }
  HttpResponse ask(HttpRequest sent) {
    std::optional<HttpResponse> response;
    asio::co_spawn(context, api.handle(std::move(sent)), [&](std::exception_ptr error, HttpResponse answer) {
      if (!error) response = std::move(answer);
    });
    context.restart();
    context.run();
    EXPECT_TRUE(response);
    return response.value_or(HttpResponse{});
  }
  std::string answer_to(std::string body) {
    const HttpResponse response = ask(request(std::move(body)));
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.content_type, "text/xml");
    return response.body;
  }
  static XmlRpcCall register_call(std::string address) {
    return {"register", {{std::string{"alice.p2p"}}, {std::move(address)}, {0}, {60}}};
  }
  std::string register_with_token(std::string address) {
    HttpRequest sent = request(write_call(register_call(std::move(address))));
    sent.authorization = "Bearer " + std::string{web::own_token};
    return ask(std::move(sent)).body;
  }
  static std::string code(std::int32_t number) { return write_response({number}); }
  static HipApiSettings settings() {
    HipApiSettings result;
    result.access = web::rules_in_tests();
    result.lookups_maximum = 2;
    return result;
  }

  asio::io_context context;
  test::FakeNameService service{[this](Callback<void()> action) { asio::post(context, std::move(action)); }};
  HipApi api{context.get_executor(), service, [] { return now_in_tests; }, settings()};
};

TEST_F(HipApiTest, WhatOpenHipPutsIsFoundAndTakenBack) {
  EXPECT_EQ(answer_to(put_address), code(0));
  EXPECT_EQ(answer_to(put_name), code(0));
  ASSERT_EQ(service.hits.puts.size(), 2U);
  EXPECT_EQ(to_hex(service.hits.puts[0].key.view()), "1f45df33d25fcd9c3958806e3000000000000000");
  EXPECT_EQ(service.hits.puts[0].value.size(), 376U);
  EXPECT_EQ(service.hits.puts[0].life, std::chrono::hours{7 * 24});
  EXPECT_EQ(to_hex(service.hits.puts[1].key.view()).substr(0, 8), "fe8ff5d9");
  const XmlRpcCall get{"get", {{copy_of(service.hits.puts[0].key.view())}, {10}, {ByteVector{}}, {std::string{"x"}}}};
  EXPECT_EQ(answer_to(write_call(get)), write_response(get_result(service.hits.puts[0].value)));
  EXPECT_EQ(answer_to(rm_address), code(0)) << "its hash of the value is zero";
  EXPECT_EQ(answer_to(rm_name), code(0));
  EXPECT_EQ(answer_to(write_call(get)), write_response(get_result(std::nullopt)));
  EXPECT_EQ(answer_to(rm_address), code(3)) << "it is gone";
  EXPECT_EQ(api.counters().put_codes, (std::array<std::uint64_t, 4>{4, 0, 0, 1}));
  EXPECT_EQ(api.counters().gets_found, 1U);
  EXPECT_EQ(api.counters().gets_missed, 1U);
}

TEST_F(HipApiTest, AnswersToOpenHipAreSmall) {
  answer_to(put_address);
  constexpr std::size_t read_at_once = 2047;
  constexpr std::size_t header_about = 200;
  names::WeakAnswer largest;
  largest.outcome = names::WeakOutcome::found;
  largest.key = service.hits.puts[0].key;
  largest.values.emplace_back();
  largest.values.front().value.resize(dht::weak_value_maximum_bytes);
  service.hits.set_weak(std::move(largest));
  const XmlRpcCall get{"get", {{copy_of(service.hits.puts[0].key.view())}, {10}, {ByteVector{}}, {std::string{"x"}}}};
  EXPECT_LE(answer_to(write_call(get)).size() + header_about, read_at_once);
}

TEST_F(HipApiTest, AMissIsAnEmptyList) { EXPECT_EQ(answer_to(get_address), write_response(get_result(std::nullopt))); }

TEST_F(HipApiTest, ValuesAreTakenBackWithTheirSecretOnly) {
  answer_to(put_address);
  auto removal = *parse_call(rm_address);
  removal.parameters[3] = {ByteVector(40)};
  EXPECT_EQ(answer_to(write_call(removal)), code(3));
  removal = *parse_call(rm_address);
  removal.parameters[1] = {ByteVector(20, std::byte{1})};
  EXPECT_EQ(answer_to(write_call(removal)), code(3)) << "the hash of another value";
  EXPECT_EQ(answer_to(rm_address), code(0));
}

/// Open to other machines.
struct RemoteHipApiTest : HipApiTest {
  static HipApiSettings open_settings() {
    HipApiSettings result = settings();
    result.access.remote_reads = true;
    return result;
  }
  std::string ask_from(const std::string& address, std::string body) {
    HttpRequest sent = request(std::move(body));
    sent.host = "10.99.0.2:5851";
    sent.peer.kind = web::Peer::Kind::remote;
    sent.peer.address = *parse_ip_address(address);
    std::string answer;
    asio::co_spawn(context, open.handle(std::move(sent)),
                   [&](std::exception_ptr, HttpResponse response) { answer = std::move(response.body); });
    context.restart();
    context.run();
    return answer;
  }
  TimePoint now = now_in_tests;
  HipApi open{context.get_executor(), service, [this] { return now; }, open_settings()};
};

TEST_F(RemoteHipApiTest, APacketFromElsewhereIsARepetition) {
  EXPECT_EQ(ask_from("10.99.0.3", put_address), code(3));
  EXPECT_TRUE(service.hits.puts.empty());
  EXPECT_EQ(open.counters().puts_from_elsewhere, 1U);
  EXPECT_EQ(ask_from("10.99.0.1", put_address), code(0));
  EXPECT_EQ(ask_from("10.99.0.3", put_name), code(0)) << "a hint is nobody's";
}

TEST_F(RemoteHipApiTest, AnotherMachinePutsABurstAndThenAtAPace) {
  for (std::uint32_t i = 0; i < remote_puts_burst; ++i) EXPECT_EQ(ask_from("10.99.0.3", put_name), code(0));
  EXPECT_EQ(ask_from("10.99.0.3", put_name), code(1));
  EXPECT_EQ(open.counters().puts_over_limit, 1U);
  EXPECT_EQ(service.hits.puts.size(), remote_puts_burst);
  EXPECT_EQ(ask_from("10.99.0.1", put_name), code(0)) << "others are not concerned";
  now += std::chrono::seconds{20};
  EXPECT_EQ(ask_from("10.99.0.3", put_name), code(0));
  EXPECT_EQ(ask_from("10.99.0.3", put_name), code(1));
}

TEST_F(RemoteHipApiTest, AnIpv6MachineIsAWholeNetworkToTheLimit) {
  for (std::uint32_t i = 0; i < remote_puts_burst; ++i)
    EXPECT_EQ(ask_from("2001:db8::" + std::to_string(i + 1), put_name), code(0));
  EXPECT_EQ(ask_from("2001:db8::ffff", put_name), code(1));
  EXPECT_EQ(ask_from("2001:db8:0:1::1", put_name), code(0));
}

TEST_F(RemoteHipApiTest, AValueUnderASecretIsNotReplacedByAnotherMachineWithout) {
  EXPECT_EQ(answer_to(put_name), code(0));
  auto strange = *parse_call(put_name);
  strange.parameters[1] = {ByteVector(40, std::byte{1})};
  strange.parameters[3] = {ByteVector(20, std::byte{1})};
  EXPECT_EQ(ask_from("10.99.0.3", write_call(strange)), code(3));
  EXPECT_EQ(ask_from("10.99.0.3", put_name), code(0)) << "with the same secret";
  EXPECT_EQ(answer_to(write_call(strange)), code(0)) << "programs of this machine may do what they want";
}

TEST_F(RemoteHipApiTest, AHostReplacesItsPacketAlsoWhenItHasForgottenItsSecret) {
  EXPECT_EQ(ask_from("10.99.0.1", put_address), code(0));
  auto restarted = *parse_call(put_address);
  restarted.parameters[3] = {ByteVector(20, std::byte{1})};
  EXPECT_EQ(ask_from("10.99.0.1", write_call(restarted)), code(0));
}

TEST_F(HipApiTest, ProgramsOfThisMachinePutAsOftenAsTheyLike) {
  for (std::uint32_t i = 0; i < 2 * remote_puts_burst; ++i) EXPECT_EQ(answer_to(put_name), code(0));
}

TEST_F(HipApiTest, CodesOfPutsFollowTheErrors) {
  for (const auto& [error, number] : {std::pair{Errc::overloaded, 1}, {Errc::no_peers, 2}, {Errc::bad_signature, 3}}) {
    service.hits.error = error;
    EXPECT_EQ(answer_to(put_address), code(number));
  }
}

TEST_F(HipApiTest, ANameIsRegisteredAndResolved) {
  EXPECT_EQ(register_with_token("192.0.2.1:5060"), code(0));
  ASSERT_EQ(service.registrations.size(), 1U);
  EXPECT_EQ(service.registrations.front().name, alice);
  const XmlRpcCall resolve{"resolve", {{std::string{"alice.p2p"}}, {0}}};
  EXPECT_EQ(answer_to(write_call(resolve)), write_response({XmlRpcArray{{copy_of(as_bytes("192.0.2.1:5060"))}, {0}}}));
  EXPECT_EQ(api.counters().registered[0], 1U);
  EXPECT_EQ(api.counters().resolved[0], 1U);
}

TEST_F(HipApiTest, RecordsOfAnOwnNameStay) {
  names::ResourceRecord mail{"", 15, 300, ByteVector(3, std::byte{0})};
  service.set(test::FakeNameService::found(alice, {mail}, {}, TimePoint::max()));
  register_with_token("192.0.2.1:5060");
  ASSERT_EQ(service.registrations.size(), 1U);
  EXPECT_THAT(service.registrations.front().records, testing::Contains(mail));
  EXPECT_EQ(service.registrations.front().records.size(), 4U);
}

TEST_F(HipApiTest, NothingIsRegisteredWhileTheRecordsOfTheNameAreUnknown) {
  using names::Outcome;
  for (const Outcome outcome :
       {Outcome::timed_out, Outcome::contested, Outcome::not_reachable, Outcome::owner_offline, Outcome::found}) {
    service.set(test::FakeNameService::failed(alice, outcome));
    EXPECT_EQ(register_with_token("192.0.2.1:5060"), code(2)) << names::to_string(outcome);
  }
  EXPECT_TRUE(service.registrations.empty());
  service.set(test::FakeNameService::failed(alice, Outcome::no_such_name));
  EXPECT_EQ(register_with_token("192.0.2.1:5060"), code(0));
}

TEST_F(HipApiTest, TheNameOfAnOwnerWhoIsAwayIsTaken) {
  auto away = test::FakeNameService::failed(alice, names::Outcome::owner_offline);
  away.binding.emplace();
  away.binding->owner.value.fill(std::byte{7});
  service.set(away);
  service.registration_error = Errc::name_taken;
  EXPECT_EQ(register_with_token(""), code(1));
}

TEST_F(HipApiTest, RegistrationsLookPastTheCache) {
  register_with_token("");
  ASSERT_EQ(service.queries.size(), 1U);
  EXPECT_TRUE(service.queries.front().bypass_cache);
}

TEST_F(HipApiTest, ANameOfSomebodyElseIsTaken) {
  service.registration_error = Errc::name_taken;
  EXPECT_EQ(register_with_token(""), code(1));
}

TEST_F(HipApiTest, WithoutTheOverlayNothingIsClaimed) {
  service.set(test::FakeNameService::failed(alice, names::Outcome::not_reachable));
  EXPECT_EQ(register_with_token(""), code(2));
  EXPECT_TRUE(service.registrations.empty());
  EXPECT_EQ(answer_to(write_call({"resolve", {{std::string{"alice.p2p"}}, {0}}})),
            write_response({XmlRpcArray{{ByteVector{}}, {2}}}));
}

TEST_F(HipApiTest, RegistrationsNeedTheToken) {
  const std::string body = write_call(register_call(""));
  EXPECT_THAT(answer_to(body), HasSubstr("changes need this node's token"));
  HttpRequest wrong = request(body);
  wrong.authorization = "Bearer wrong";
  EXPECT_THAT(ask(wrong).body, HasSubstr("faultCode"));
  HttpRequest remote = request(body);
  remote.authorization = "Bearer " + std::string{web::own_token};
  remote.peer.kind = web::Peer::Kind::remote;
  EXPECT_THAT(ask(remote).body, HasSubstr("from this machine only"));
  EXPECT_TRUE(service.registrations.empty());
  EXPECT_EQ(api.counters().writes_unauthorized, 3U);
}

TEST_F(HipApiTest, APasswordIsAsGoodAsATokenOfItsOwn) {
  HttpRequest sent = request(write_call(register_call("")));
  // ":0123456789abcdef..." as URLs carry it
  sent.authorization = "Basic OjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  EXPECT_EQ(ask(sent).body, code(0));
}

TEST_F(HipApiTest, RequestsThatAreNoCallsAreRefusedInHttp) {
  const auto status_of = [&](auto change) {
    HttpRequest sent = request(get_address);
    change(sent);
    return ask(std::move(sent)).status;
  };
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.target = "/"; }), 200U);
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.target = "/v1/names"; }), 404U);
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.method = "GET"; }), 405U);
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.content_type = "text/plain; charset=xml"; }), 415U);
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.origin = "http://127.0.0.1:5851"; }), 403U);
  EXPECT_EQ(status_of([](HttpRequest& sent) { sent.host = "evil.example"; }), 403U);
  EXPECT_EQ(api.counters().requests_refused, 5U);
  EXPECT_EQ(api.refuse({413, "body", "too large"}).status, 413U);
}

TEST_F(HipApiTest, WhatIsNoCallIsAFault) {
  EXPECT_THAT(answer_to("no"), HasSubstr("<int>-32700</int>"));
  EXPECT_THAT(answer_to("<methodResponse/>"), HasSubstr("<int>-32600</int>"));
  EXPECT_THAT(answer_to(write_call({"dump", {}})), HasSubstr("<int>-32601</int>"));
  EXPECT_THAT(answer_to(write_call({"get", {}})), HasSubstr("<int>-32602</int>"));
  EXPECT_EQ(api.counters().faults, 4U);
}

TEST_F(HipApiTest, CallsAboveTheMaximumAreToldToComeBack) {
  const std::string body = write_call({"resolve", {{std::string{"alice.p2p"}}, {0}}});
  service.hold(alice);
  std::vector<std::string> heard(3);
  for (auto& each : heard) {
    asio::co_spawn(context, api.handle(request(body)),
                   [&each](std::exception_ptr, HttpResponse response) { each = std::move(response.body); });
    context.restart();
    context.poll();
  }
  EXPECT_EQ(heard[1], "");
  EXPECT_THAT(heard[2], HasSubstr("too many calls"));
  std::string put;
  asio::co_spawn(context, api.handle(request(put_address)),
                 [&put](std::exception_ptr, HttpResponse response) { put = std::move(response.body); });
  context.restart();
  context.poll();
  EXPECT_EQ(put, code(2));
  EXPECT_EQ(api.counters().calls_over_limit, 2U);
  service.release(alice);
  context.restart();
  context.poll();
  EXPECT_THAT(heard[1], HasSubstr("methodResponse"));
  EXPECT_EQ(api.lookups(), 0U);
}

}  // namespace
}  // namespace p2pns::hip
