#include "frontends/http/http_api.hpp"

#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

using testing::HasSubstr;

struct HttpApiTest : ApiFixture {
  /// The name service says "taken" to whatever reaches it.
  static constexpr unsigned went_on = 409;
  unsigned status_of(HttpRequest write) {
    const auto slot = begin(std::move(write));
    if (!service.registrations.empty()) test::ScriptedNames::take(service.registrations).complete(Errc::name_taken);
    poll();
    return *slot ? (*slot)->status : 0U;
  }
};

std::string field(const HttpResponse& response, std::string_view name) {
  for (const HttpField& each : response.fields)
    if (each.name == name) return each.value;
  return {};
}

/// The field that a problem of this status names.
std::string blamed(const HttpResponse& response, unsigned status) {
  EXPECT_EQ(response.status, status);
  const auto problem = boost::json::parse(response.body);
  const auto* field_name = problem.as_object().if_contains("field");
  return field_name ? std::string{field_name->as_string()} : "none";
}

TEST_F(HttpApiTest, TellsEverythingAboutTheNode) {
  service.status_now.network_id = "p2pns-test";
  service.status_now.joined = true;
  service.status_now.known_nodes = 16;
  service.status_now.dht_writes = 5;
  service.status_now.observed_address = *parse_endpoint("127.0.0.1:4222");
  service.status_now.rpc.dropped_replayed = 9;
  service.status_now.replication.range_ready = true;
  service.status_now.replication.counters.handed_over = 12;
  service.status_now.uptime = std::chrono::seconds{77};
  const auto body = json(ask(request("GET", "/v1/status")));
  EXPECT_EQ(body.at("network_id").as_string(), "p2pns-test");
  EXPECT_TRUE(body.at("joined").as_bool());
  EXPECT_EQ(body.at("known_nodes").as_int64(), 16);
  EXPECT_EQ(body.at("dht_writes").as_int64(), 5);
  EXPECT_EQ(body.at("observed_address").as_string(), "127.0.0.1:4222");
  EXPECT_EQ(body.at("rpc").at("dropped").at("replayed").as_int64(), 9);
  EXPECT_TRUE(body.at("replication").at("range_ready").as_bool());
  EXPECT_EQ(body.at("replication").at("handed_over").as_int64(), 12);
  EXPECT_EQ(body.at("uptime_s").as_int64(), 77);
  for (const char* const member :
       {"node_id", "public_key", "owner_key", "siblings", "records_stored", "names_owned", "names_cached"})
    EXPECT_TRUE(body.as_object().contains(member)) << member;
}

TEST_F(HttpApiTest, UnknownPathsAndMethodsAreToldApart) {
  for (const char* const path : {"/", "/v1", "/v2/status", "/v1/status/more", "/v1/names/", "/v1/names/a/b"})
    EXPECT_EQ(blamed(ask(request("GET", path)), 404U), "path") << path;
  const auto response = ask(request("POST", "/v1/names/demo.p2p"));
  EXPECT_EQ(blamed(response, 405U), "method");
  EXPECT_EQ(field(response, "Allow"), "GET, HEAD, PUT, PATCH, DELETE");
  EXPECT_EQ(field(ask(request("DELETE", "/v1/status")), "Allow"), "GET, HEAD");
  EXPECT_EQ(blamed(ask(request("GET", "nonsense")), 400U), "target");
  EXPECT_EQ(blamed(ask(request("GET", "/v1/status?x=1")), 400U), "x");
  EXPECT_EQ(ask(request("HEAD", "/v1/status")).status, 200U);
}

TEST_F(HttpApiTest, WritesComeFromThisMachineOnly) {
  for (const char* const method : {"PUT", "PATCH", "DELETE"}) {
    auto remote = request(method, "/v1/names/demo.p2p");
    remote.peer.kind = web::Peer::Kind::remote;
    EXPECT_EQ(ask(remote).status, 403U) << method;
  }
  auto read = request("GET", "/v1/status");
  read.peer.kind = web::Peer::Kind::remote;
  EXPECT_EQ(ask(read).status, 200U);
  EXPECT_TRUE(service.registrations.empty());
}

TEST_F(HttpApiTest, AWriteWithoutTheTokenIsToldWhereItLies) {
  auto write = request("PUT", "/v1/names/demo.p2p");
  write.authorization.clear();
  const auto without = ask(write);
  EXPECT_EQ(without.status, 401U);
  EXPECT_EQ(field(without, "WWW-Authenticate"), "Bearer realm=\"p2pns\"");
  EXPECT_EQ(json(without).at("token_file").as_string(), "/var/lib/p2pns/http.token");
  EXPECT_THAT(std::string{json(without).at("detail").as_string()}, HasSubstr("/var/lib/p2pns/http.token"));
  EXPECT_THAT(without.body, testing::Not(HasSubstr(std::string{web::own_token})));
  write.authorization = "Bearer wrong";
  const auto wrong = ask(write);
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_THAT(field(wrong, "WWW-Authenticate"), HasSubstr("invalid_token"));
  EXPECT_TRUE(service.registrations.empty());
  EXPECT_EQ(api.counters().writes_unauthorized, 2U);
}

TEST_F(HttpApiTest, PagesOfOtherSitesCannotWrite) {
  const auto write = [&](std::string host, std::string origin) {
    auto sent = request("PUT", "/v1/names/demo.p2p");
    sent.host = std::move(host);
    sent.origin = std::move(origin);
    return status_of(std::move(sent));
  };
  EXPECT_EQ(write("127.0.0.1:8053", ""), went_on);
  EXPECT_EQ(write("localhost:8053", "http://localhost:8053"), went_on);
  EXPECT_EQ(write("127.0.0.1:8053", "http://evil.example"), 403U);
  EXPECT_EQ(write("127.0.0.1:8053", "null"), 403U);
  EXPECT_EQ(write("evil.example:8053", "http://evil.example:8053"), 403U) << "a name that points at this machine";
  EXPECT_EQ(write("evil.example:8053", ""), 403U);
}

TEST_F(HttpApiTest, ANameThatPointsAtThisMachineReadsNothing) {
  auto read = request("GET", "/v1/names");
  read.host = "evil.example:8053";
  EXPECT_EQ(ask(read).status, 403U);
  EXPECT_EQ(api.counters().requests_forbidden, 1U);
}

TEST_F(HttpApiTest, SaysThatItServesBeforeItIsReady) {
  EXPECT_EQ(ask(request("GET", "/healthz")).status, 200U);
  const auto alone = ask(request("GET", "/readyz"));
  EXPECT_EQ(alone.status, 503U);
  EXPECT_THAT(std::string{json(alone).at("detail").as_string()}, HasSubstr("node.seeds"));
  service.status_now.known_nodes = 3;
  EXPECT_THAT(std::string{json(ask(request("GET", "/readyz"))).at("detail").as_string()}, HasSubstr("3 nodes"));
  service.status_now.joined = true;
  EXPECT_EQ(ask(request("GET", "/readyz")).status, 200U);
  EXPECT_EQ(ask(request("GET", "/readyz?x=1")).status, 400U);
}

TEST_F(HttpApiTest, ShowsTheMetricsOfTheNodeAndOfAllFrontEnds) {
  service.status_now.names_owned = 3;
  const auto response = ask(request("GET", "/metrics"));
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(response.body, HasSubstr("\np2pns_names_owned 3\n"));
  EXPECT_THAT(response.body, HasSubstr("\np2pns_dns_queries_total 7\n"));
}

TEST_F(HttpApiTest, CountsAnswersByClass) {
  ask(request("GET", "/healthz"));
  ask(request("GET", "/nowhere"));
  ask(request("GET", "/readyz"));
  EXPECT_THAT(api.counters().answers_by_class, testing::ElementsAre(0, 1, 0, 1, 1));
}

TEST_F(HttpApiTest, TakesTheBodyTypesThatToolsSend) {
  const auto put_as = [&](std::string type) {
    auto sent = request("PUT", "/v1/names/demo.p2p");
    sent.content_type = std::move(type);
    return status_of(std::move(sent));
  };
  for (const char* const type :
       {"", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain"})
    EXPECT_EQ(put_as(type), went_on) << type;
  EXPECT_EQ(put_as("image/png"), 415U);
}

TEST_F(HttpApiTest, LookupsUnderWayAreLimitedAndStatusIsNot) {
  const auto first = begin(request("GET", "/v1/resolve?name=demo.p2p"));
  EXPECT_EQ(api.lookups(), 1U);
  const auto second = begin(request("GET", "/v1/resolve?name=demo.p2p"));
  EXPECT_FALSE(*second) << "the maximum is two";
  const auto third = ask(request("GET", "/v1/resolve?name=demo.p2p"));
  EXPECT_EQ(third.status, 503U);
  EXPECT_EQ(field(third, "Retry-After"), "1");
  EXPECT_EQ(ask(request("GET", "/v1/status")).status, 200U);

  test::ScriptedNames::take(service.resolutions).complete(std::make_shared<const names::NameAnswer>(found()));
  poll();
  EXPECT_TRUE(*first);
  EXPECT_EQ(api.lookups(), 1U);
  EXPECT_FALSE(*begin(request("GET", "/v1/resolve?name=demo.p2p"))) << "there is room again";
}

TEST_F(HttpApiTest, HostileTargetsAreRefusedNotObeyed) {
  for (const std::string target : {"/v1/resolve?name=%00", "/v1/resolve?name=%zz", "//v1/status", "/v1/../v1/status",
                                   "http://elsewhere/v1/status", "*"})
    EXPECT_GE(ask(request("GET", target)).status, 400U) << target;
  EXPECT_EQ(ask(request("GET", "/v1/resolve?name=" + std::string(7'000, 'a') + ".p2p")).status, 400U);
}

}  // namespace
}  // namespace p2pns::http
