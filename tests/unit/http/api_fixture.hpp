// ApiFixture: an HttpApi over a scripted name service; a request goes in, and the response comes out once the test has
// completed what the request waits for.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "frontends/http/http_api.hpp"
#include "tests/support/scripted_names.hpp"
#include "tests/unit/web/access_rules.hpp"

namespace p2pns::http {

inline const names::P2PName demo{names::NameKind::label, "p2p", "demo"};
inline constexpr TimePoint now_in_tests{std::chrono::seconds{1000}};

struct ApiFixture : testing::Test {
  static HttpRequest request(std::string method, std::string target, std::string body = {}) {
    HttpRequest result;
    result.method = std::move(method);
    result.target = std::move(target);
    result.host = "127.0.0.1:8053";
    result.content_type = "application/json";
    result.body = std::move(body);
    result.authorization = "Bearer " + std::string{web::own_token};
    result.peer.kind = web::Peer::Kind::loopback;
    return result;
  }

  /// Begins a request; the slot is filled when its response is there.
  std::shared_ptr<std::optional<HttpResponse>> begin(HttpRequest sent) {
    auto slot = std::make_shared<std::optional<HttpResponse>>();
    boost::asio::co_spawn(context, api.handle(std::move(sent)),
                          [slot](std::exception_ptr error, HttpResponse response) {
                            if (!error) *slot = std::move(response);
                          });
    poll();
    return slot;
  }
  void poll() {
    context.restart();
    context.poll();
  }
  /// For requests that need no name service.
  HttpResponse ask(HttpRequest sent) {
    const auto slot = begin(std::move(sent));
    EXPECT_TRUE(*slot) << "no answer without the name service";
    return slot->value_or(HttpResponse{});
  }
  HttpResponse resolve(std::string target, names::NameAnswer answer) {
    const auto slot = begin(request("GET", std::move(target)));
    EXPECT_EQ(service.resolutions.size(), 1U);
    if (service.resolutions.empty()) return slot->value_or(HttpResponse{});
    last_query = service.resolutions.front().request;
    test::ScriptedNames::take(service.resolutions)
        .complete(std::make_shared<const names::NameAnswer>(std::move(answer)));
    poll();
    return slot->value_or(HttpResponse{});
  }
  HttpResponse put(std::string body, Result<names::Receipt> outcome) {
    const auto slot = begin(request("PUT", "/v1/names/demo.p2p", std::move(body)));
    EXPECT_EQ(service.registrations.size(), 1U) << (*slot ? (*slot)->body : "");
    if (service.registrations.empty()) return slot->value_or(HttpResponse{});
    last_registration = service.registrations.front().request;
    test::ScriptedNames::take(service.registrations).complete(std::move(outcome));
    poll();
    return slot->value_or(HttpResponse{});
  }
  static boost::json::value json(const HttpResponse& response) { return boost::json::parse(response.body); }

  static names::ResourceRecord record(std::string owner, std::uint16_t type, std::vector<unsigned> bytes) {
    names::ResourceRecord result{std::move(owner), type, 300, {}};
    for (const unsigned byte : bytes) result.data.push_back(static_cast<std::byte>(byte));
    return result;
  }
  static names::NameAnswer found() {
    names::NameAnswer answer;
    answer.outcome = names::Outcome::found;
    answer.name = demo;
    answer.expires = now_in_tests + std::chrono::seconds{60};
    answer.node.emplace();
    answer.node->id.value[0] = std::byte{0xab};
    answer.node->endpoints.push_back(*parse_endpoint("127.77.0.5:4222"));
    answer.record_set.emplace();
    answer.record_set->generation = 2;
    answer.record_set->sequence = 7;
    answer.record_set->records = {record("", 1, {192, 0, 2, 80}), record("", 16, {2, 'h', 'i'}),
                                  record("www", 1, {192, 0, 2, 81})};
    return answer;
  }

  boost::asio::io_context context;
  test::ScriptedNames service;
  HttpApi api{service,
              [] { return now_in_tests; },
              [](plugins::MetricSink& sink) { sink.counter("dns_queries_total", "Queries received", 7); },
              {web::rules_in_tests(), 2}};
  names::NameQuery last_query;
  names::Registration last_registration;
};

}  // namespace p2pns::http
