#include "frontends/http/registration_api.hpp"

#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

using testing::HasSubstr;
using RegistrationApi = ApiFixture;

names::Receipt receipt(bool created) {
  names::Receipt result;
  result.created = created;
  result.binding.generation = 1;
  result.binding.not_after = UnixTime{std::chrono::sys_days{std::chrono::year{2026} / 2 / 28} + std::chrono::hours{7}};
  result.record_set.sequence = 3;
  result.tally = dht::Tally{16, 16, 15, 0, 0};
  result.took = std::chrono::milliseconds{42};
  return result;
}

std::string body_with(std::string_view record) { return R"({"records": [)" + std::string{record} + "]}"; }

TEST_F(RegistrationApi, TellsOfACreatedName) {
  const auto response =
      put(body_with(R"({"name": "www", "type": "A", "ttl": 60, "data": "192.0.2.1"})"), receipt(true));
  EXPECT_EQ(response.status, 201U);
  EXPECT_EQ(last_registration.name, demo);
  ASSERT_EQ(last_registration.records.size(), 1U);
  auto expected = record("www", 1, {192, 0, 2, 1});
  expected.ttl_s = 60;
  EXPECT_EQ(last_registration.records[0], expected);
  const auto body = json(response);
  EXPECT_EQ(body.at("name").as_string(), "demo.p2p");
  EXPECT_EQ(body.at("result").as_int64(), 0);
  EXPECT_TRUE(body.at("created").as_bool());
  EXPECT_EQ(body.at("sequence").as_int64(), 3);
  EXPECT_EQ(body.at("not_after").as_string(), "2026-02-28T07:00:00Z");
  EXPECT_EQ(boost::json::serialize(body.at("replicas")), R"({"asked":16,"stored":15})");
  EXPECT_EQ(body.at("took_ms").as_int64(), 42);
}

TEST_F(RegistrationApi, AnOwnNameIsChangedAndMayHaveNoRecords) {
  for (const std::string body : {"", " \n", "{}", R"({"records": []})"}) {
    const auto response = put(body, receipt(false));
    EXPECT_EQ(response.status, 200U) << body;
    EXPECT_TRUE(last_registration.records.empty());
  }
}

TEST_F(RegistrationApi, TheNameItselfCanBeWrittenInThreeWays) {
  for (const std::string_view name : {R"("name": "", )", R"("name": "@", )", ""}) {
    const auto response =
        put(body_with("{" + std::string{name} + R"("type": "A", "data": "192.0.2.1"})"), receipt(true));
    EXPECT_EQ(response.status, 201U);
    EXPECT_EQ(last_registration.records.at(0).owner, "");
    EXPECT_EQ(last_registration.records.at(0).ttl_s, 300U);
  }
}

TEST_F(RegistrationApi, OwnersAreReadAsNamesAre) {
  put(body_with(R"({"name": "*.M\u00fcnchen", "type": "TXT", "data": "x"})"), receipt(true));
  EXPECT_EQ(last_registration.records.at(0).owner, "*.xn--mnchen-3ya");
}

TEST_F(RegistrationApi, OwnersBecomeLowerCase) {
  put(body_with(R"({"name": "_SIP._udp", "type": "TXT", "data": "x"})"), receipt(true));
  EXPECT_EQ(last_registration.records.at(0).owner, "_sip._udp");
}

TEST_F(RegistrationApi, TellsEveryFailureApart) {
  struct Case {
    Errc error;
    unsigned status;
    int result;
  };
  for (const Case& each :
       {Case{Errc::name_taken, 409, 1}, Case{Errc::not_reachable, 503, 2}, Case{Errc::no_peers, 503, 2},
        Case{Errc::timed_out, 504, 2}, Case{Errc::overloaded, 503, 2}, Case{Errc::not_owner, 403, 1}}) {
    const auto response = put("", each.error);
    EXPECT_EQ(response.status, each.status) << name_of(each.error);
    EXPECT_EQ(json(response).at("result").as_int64(), each.result) << name_of(each.error);
    EXPECT_THAT(std::string{json(response).at("detail").as_string()}, HasSubstr("demo.p2p: "));
  }
  EXPECT_EQ(put("", Errc::contested).status, 409U);
  const auto too_large = put("", Errc::too_large);
  EXPECT_EQ(too_large.status, 400U);
  EXPECT_EQ(json(too_large).at("field").as_string(), "records");
}

struct BadBody : RegistrationApi {
  std::string field_of(std::string body) {
    const auto response = ask(request("PUT", "/v1/names/demo.p2p", std::move(body)));
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = json(response);
    detail = problem.at("detail").as_string();
    return std::string{problem.at("field").as_string()};
  }
  std::string detail;
};

TEST_F(BadBody, NamesThePositionOfBrokenJson) {
  EXPECT_EQ(field_of("{\"records\":\n  [}"), "body");
  EXPECT_THAT(detail, HasSubstr("line 2, column 4"));
  EXPECT_EQ(field_of("{\"records\": ["), "body");
  EXPECT_EQ(field_of("{} {}"), "body");
  EXPECT_THAT(detail, HasSubstr("line 1, column 4"));
  EXPECT_EQ(field_of("[]"), "body");
  EXPECT_EQ(field_of(std::string(60'000, '[')), "body");
}

TEST_F(BadBody, NamesTheBadMember) {
  const std::string good = R"({"type": "A", "data": "192.0.2.1"}, )";
  EXPECT_EQ(field_of(R"({"recrods": []})"), "recrods");
  EXPECT_EQ(field_of(R"({"records": {}})"), "records");
  EXPECT_EQ(field_of(body_with("7")), "records[0]");
  EXPECT_EQ(field_of(body_with(R"({"data": "192.0.2.1"})")), "records[0].type");
  EXPECT_EQ(field_of(body_with(R"({"type": "A"})")), "records[0].data");
  EXPECT_EQ(field_of(body_with(good + good + R"({"type": "A", "data": "192.0.2"})")), "records[2].data");
  EXPECT_EQ(field_of(body_with(R"({"type": "ANY", "data": "x"})")), "records[0].type");
  EXPECT_EQ(field_of(body_with(R"({"type": "A", "data": "192.0.2.1", "TTL": 1})")), "records[0].TTL");
  for (const std::string_view name : {"www.", ".www", "a..b", "a b", "-www", "a_b", "ab--c", "www.*", "\\ud83d\\udca9"})
    EXPECT_EQ(field_of(body_with(R"({"name": ")" + std::string{name} + R"(", "type": "A", "data": "192.0.2.1"})")),
              "records[0].name");
  for (const std::string_view ttl : {"-1", "604801", "1.5", "\"60\"", "1e30"})
    EXPECT_EQ(field_of(body_with(R"({"ttl": )" + std::string{ttl} + R"(, "type": "A", "data": "192.0.2.1"})")),
              "records[0].ttl");
}

TEST_F(BadBody, TakesRecordsUpToTheMaximum) {
  const auto list = [](std::size_t count) {
    std::string text = R"({"type": "A", "data": "192.0.2.1"})";
    for (std::size_t i = 1; i < count; ++i) text += R"(, {"type": "A", "data": "192.0.2.1"})";
    return body_with(text);
  };
  put(list(names::records_per_name_maximum), receipt(true));
  EXPECT_EQ(last_registration.records.size(), names::records_per_name_maximum);
  EXPECT_EQ(field_of(list(names::records_per_name_maximum + 1)), "records");
}

TEST_F(RegistrationApi, PublishesACopyOnlyWhenItIsAskedTo) {
  put(body_with(R"({"type": "A", "data": "192.0.2.1"})"), receipt(true));
  EXPECT_FALSE(last_registration.publish);
  put(R"({"publish": false})", receipt(true));
  EXPECT_FALSE(last_registration.publish);
  names::Receipt published = receipt(true);
  published.publish = true;
  published.copy = dht::Tally{16, 16, 14, 0, 0};
  const auto body = json(put(R"({"publish": true, "records": []})", published));
  EXPECT_TRUE(last_registration.publish);
  EXPECT_TRUE(body.at("publish").as_bool());
  EXPECT_EQ(boost::json::serialize(body.at("copy")), R"({"asked":16,"stored":14})");
  const auto without = json(put("{}", receipt(true)));
  EXPECT_FALSE(without.at("publish").as_bool());
  EXPECT_EQ(without.as_object().if_contains("copy"), nullptr);
}

TEST_F(BadBody, PublishIsTrueOrFalse) {
  for (const std::string_view value : {"1", "\"true\"", "null", "[]"})
    EXPECT_EQ(field_of(R"({"publish": )" + std::string{value} + "}"), "publish") << value;
}

TEST_F(RegistrationApi, SaysThatItCouldNotBeSaved) {
  const auto response = put("{}", Result<names::Receipt>{Errc::io_error});
  EXPECT_EQ(response.status, 500U);
  EXPECT_EQ(json(response).at("type").as_string(), "urn:p2pns:problem:not-stored");
}

TEST_F(RegistrationApi, RefusesANameThatCannotBeRegistered) {
  for (const char* const name : {"www.demo.p2p", "demo.example", "id.p2p", "de%20mo.p2p"}) {
    const auto response = ask(request("PUT", std::string{"/v1/names/"} + name));
    EXPECT_EQ(response.status, 400U) << name;
    EXPECT_EQ(json(response).at("field").as_string(), "name") << name;
  }
}

TEST_F(RegistrationApi, GivesANameUp) {
  const auto slot = begin(request("DELETE", "/v1/names/demo.p2p"));
  ASSERT_EQ(service.releases.size(), 1U);
  auto call = test::ScriptedNames::take(service.releases);
  EXPECT_EQ(call.request, demo);
  call.complete(Result<void>{});
  poll();
  ASSERT_TRUE(*slot);
  EXPECT_EQ((*slot)->status, 200U);
  const auto refused = begin(request("DELETE", "/v1/names/demo.p2p"));
  test::ScriptedNames::take(service.releases).complete(Errc::not_owner);
  poll();
  EXPECT_EQ((*refused)->status, 403U);
}

}  // namespace
}  // namespace p2pns::http
