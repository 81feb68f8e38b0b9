#include "frontends/http/resolve_api.hpp"

#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

using testing::HasSubstr;
using ResolveApi = ApiFixture;

names::NameAnswer failed(names::Outcome outcome) {
  names::NameAnswer answer;
  answer.outcome = outcome;
  answer.name = demo;
  names::StageTrace stage;
  stage.stage = 1;
  stage.tally = dht::Tally{16, 15, 0, 14, 1};
  answer.trace.push_back(stage);
  return answer;
}

TEST_F(ResolveApi, TellsRecordsOwnerAndAddressOfAFoundName) {
  const auto response = resolve("/v1/resolve?name=Demo.p2p&type=A", found());
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(last_query.name, demo);
  EXPECT_FALSE(last_query.bypass_cache);
  const auto body = json(response);
  EXPECT_EQ(body.at("name").as_string(), "demo.p2p");
  EXPECT_EQ(body.at("outcome").as_string(), "found");
  EXPECT_EQ(body.at("result").as_int64(), 0);
  EXPECT_THAT(std::string{body.at("node_id").as_string()}, testing::StartsWith("ab00"));
  EXPECT_EQ(body.at("address").as_string(), "127.77.0.5");
  EXPECT_EQ(body.at("port").as_int64(), 4222);
  EXPECT_EQ(body.at("generation").as_int64(), 2);
  EXPECT_EQ(body.at("sequence").as_int64(), 7);
  EXPECT_EQ(body.at("expires_in_s").as_int64(), 60);
  ASSERT_EQ(body.at("records").as_array().size(), 1U);
  EXPECT_EQ(boost::json::serialize(body.at("records").at(0)),
            R"({"name":"demo.p2p","type":"A","ttl":300,"data":"192.0.2.80"})");
  EXPECT_FALSE(body.as_object().contains("stages"));
}

TEST_F(ResolveApi, GivesAllTypesWithoutATypeAndOnlyTheAskedOwner) {
  const auto all = json(resolve("/v1/resolve?name=demo.p2p", found()));
  ASSERT_EQ(all.at("records").as_array().size(), 2U);
  EXPECT_EQ(all.at("records").at(1).at("data").as_string(), R"("hi")");
  const auto below = json(resolve("/v1/resolve?name=www.demo.p2p", found()));
  ASSERT_EQ(below.at("records").as_array().size(), 1U);
  EXPECT_EQ(below.at("records").at(0).at("name").as_string(), "www.demo.p2p");
}

TEST_F(ResolveApi, AnswersFromAWildcardUnderTheNameAskedFor) {
  auto answer = found();
  answer.record_set->records = {record("*", 1, {192, 0, 2, 9}), record("www", 16, {1, 'w'})};
  const auto body = json(resolve("/v1/resolve?name=x.demo.p2p", answer));
  EXPECT_EQ(boost::json::serialize(body.at("records")),
            R"([{"name":"x.demo.p2p","type":"A","ttl":300,"data":"192.0.2.9"}])");
  const auto exact = json(resolve("/v1/resolve?name=www.demo.p2p&type=A", answer));
  EXPECT_TRUE(exact.at("records").as_array().empty()) << "a name of its own is not the wildcard's";
  EXPECT_EQ(json(resolve("/v1/names/demo.p2p", answer)).at("records").at(0).at("name").as_string(), "*.demo.p2p");
}

TEST_F(ResolveApi, AnAliasStandsForAllOtherTypes) {
  auto answer = found();
  answer.record_set->records = {record("www", 5, {1, 'a', 3, 'p', '2', 'p', 0})};
  const auto body = json(resolve("/v1/resolve?name=www.demo.p2p&type=A", answer));
  EXPECT_EQ(body.at("records").at(0).at("type").as_string(), "CNAME");
}

TEST_F(ResolveApi, WhatDoesNotExistInFrontOfANameIsNoSuchName) {
  auto bare = found();
  bare.record_set->records.clear();
  for (const auto& [name, answer] : {std::pair{"www.demo.p2p", bare}, std::pair{"other.demo.p2p", found()},
                                     std::pair{"_sip._udp.demo.p2p", found()}}) {
    const auto response = resolve(std::string{"/v1/resolve?name="} + name, answer);
    EXPECT_EQ(response.status, 404U) << name;
    const auto body = json(response);
    EXPECT_EQ(body.at("type").as_string(), "urn:p2pns:problem:no-such-name");
    EXPECT_EQ(body.at("outcome").as_string(), "no such name");
    EXPECT_EQ(body.at("result").as_int64(), 1);
    EXPECT_EQ(body.at("name").as_string(), name);
  }
}

TEST_F(ResolveApi, ANameWithoutRecordsHasItsAddressAndServices) {
  auto bare = found();
  bare.record_set.reset();
  for (const std::string name : {"demo.p2p", "_sip._udp.demo.p2p", "_udp.demo.p2p"}) {
    const auto response = resolve("/v1/resolve?name=" + name, bare);
    EXPECT_EQ(response.status, 200U) << name;
    EXPECT_EQ(json(response).at("address").as_string(), "127.77.0.5");
    EXPECT_TRUE(json(response).at("records").as_array().empty());
  }
}

TEST_F(ResolveApi, ShowsTheWholeSetOfARegisteredName) {
  const auto body = json(resolve("/v1/names/demo.p2p", found()));
  EXPECT_EQ(body.at("records").as_array().size(), 3U);
}

TEST_F(ResolveApi, TraceAsksPastTheCacheAndTellsEachHop) {
  auto answer = found();
  names::StageTrace stage;
  stage.stage = 1;
  stage.took = std::chrono::microseconds{12'345};
  stage.tally = dht::Tally{16, 16, 16, 0, 0};
  kbr::LookupHop hop;
  hop.node.endpoints.push_back(*parse_endpoint("127.77.0.9:4222"));
  hop.path = 2;
  hop.took = std::chrono::microseconds{1500};
  hop.answered = true;
  hop.learned = 3;
  stage.hops = {hop, hop, hop};
  stage.hops[1].path = kbr::sweep_path;
  stage.hops[2].path = kbr::target_path;
  answer.trace = {stage};
  const auto response = resolve("/v1/resolve?name=demo.p2p&trace=1", answer);
  EXPECT_TRUE(last_query.bypass_cache);
  EXPECT_THAT(response.body, HasSubstr("\"took_ms\": 12.345"));
  EXPECT_THAT(response.body, HasSubstr("\"took_ms\": 1.5,"));
  const auto told = json(response).at("stages").at(0);
  EXPECT_EQ(told.at("stage").as_int64(), 1);
  EXPECT_EQ(told.at("tally").at("agreeing").as_int64(), 16);
  EXPECT_EQ(told.at("hops").at(0).at("path").as_int64(), 2);
  EXPECT_EQ(told.at("hops").at(0).at("address").as_string(), "127.77.0.9:4222");
  EXPECT_EQ(told.at("hops").at(0).at("learned").as_int64(), 3);
  EXPECT_EQ(told.at("hops").at(1).at("path").as_string(), "sweep");
  EXPECT_EQ(told.at("hops").at(2).at("path").as_string(), "target");
}

TEST_F(ResolveApi, TellsEveryFailureApart) {
  struct Case {
    names::Outcome outcome;
    unsigned status;
    int result;
    const char* type;
  };
  for (const Case& each : {Case{names::Outcome::no_such_name, 404, 1, "urn:p2pns:problem:no-such-name"},
                           Case{names::Outcome::contested, 409, 2, "urn:p2pns:problem:contested"},
                           Case{names::Outcome::not_reachable, 503, 2, "urn:p2pns:problem:overlay-not-reachable"},
                           Case{names::Outcome::timed_out, 504, 2, "urn:p2pns:problem:timed-out"},
                           Case{names::Outcome::owner_offline, 502, 2, "urn:p2pns:problem:owner-offline"}}) {
    const auto response = resolve("/v1/resolve?name=demo.p2p", failed(each.outcome));
    EXPECT_EQ(response.status, each.status);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto body = json(response);
    EXPECT_EQ(body.at("type").as_string(), each.type);
    EXPECT_EQ(body.at("status").as_int64(), each.status);
    EXPECT_EQ(body.at("result").as_int64(), each.result);
    EXPECT_EQ(std::string_view{body.at("outcome").as_string()}, names::to_string(each.outcome));
    EXPECT_EQ(body.at("tally").at("empty").as_int64(), 14);
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_THAT(std::string{body.at("detail").as_string()}, HasSubstr("demo.p2p: "));
  }
}

TEST_F(ResolveApi, MarksACopyAsStaleAndSaysWhoseNodeIsSilent) {
  auto answer = found();
  EXPECT_EQ(json(resolve("/v1/resolve?name=demo.p2p", answer)).as_object().if_contains("stale"), nullptr);
  answer.stale = true;
  answer.binding.emplace();
  answer.binding->node = answer.node->id;
  answer.node.reset();
  const auto body = json(resolve("/v1/resolve?name=demo.p2p", answer));
  EXPECT_TRUE(body.at("stale").as_bool());
  EXPECT_EQ(std::string_view{body.at("node_id").as_string()}, to_hex(answer.binding->node.view()));
  EXPECT_EQ(body.as_object().if_contains("address"), nullptr);
  EXPECT_FALSE(body.at("records").as_array().empty());
}

// What the replicas say about a copy is not what they say about the name.
TEST_F(ResolveApi, TellsTheTallyOfTheNameAndNotOfTheCopy) {
  auto answer = failed(names::Outcome::owner_offline);
  answer.trace[0].tally.reset();  // from the cache
  names::StageTrace copy;
  copy.stage = 3;
  copy.tally = dht::Tally{16, 16, 0, 16, 0};
  answer.trace.push_back(copy);
  EXPECT_EQ(json(resolve("/v1/resolve?name=demo.p2p", answer)).as_object().if_contains("tally"), nullptr);
}

TEST_F(ResolveApi, AnExpiredAnswerHasNoNegativeLife) {
  auto answer = found();
  answer.expires = now_in_tests - std::chrono::seconds{5};
  answer.stale = true;
  const auto body = json(resolve("/v1/resolve?name=demo.p2p", answer));
  EXPECT_EQ(body.at("expires_in_s").as_int64(), 0);
  EXPECT_TRUE(body.at("stale").as_bool());
}

TEST_F(ResolveApi, NamesTheBadParameter) {
  const auto field_of = [&](std::string target) {
    const auto response = ask(request("GET", std::move(target)));
    EXPECT_EQ(response.status, 400U);
    const auto body = json(response);
    EXPECT_FALSE(body.at("detail").as_string().empty());
    return std::string{body.at("field").as_string()};
  };
  EXPECT_EQ(field_of("/v1/resolve"), "name");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.example"), "name");
  EXPECT_EQ(field_of("/v1/resolve?name=de%20mo.p2p"), "name");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.p2p&type=WHAT"), "type");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.p2p&type=AXFR"), "type");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.p2p&trace=yes"), "trace");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.p2p&tpye=A"), "tpye");
  EXPECT_EQ(field_of("/v1/resolve?name=demo.p2p&name=other.p2p"), "name");
  EXPECT_EQ(field_of("/v1/names/www.demo.p2p"), "name");
}

}  // namespace
}  // namespace p2pns::http
