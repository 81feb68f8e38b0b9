#include "frontends/http/names_api.hpp"

#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

struct NamesApi : ApiFixture {
  void own(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      names::OwnName own;
      own.name = {names::NameKind::label, "p2p", "name" + std::to_string(10'000 + i)};
      own.records = i;
      own.record_sequence = 7;
      service.owned.push_back(std::move(own));
    }
    service.status_now.names_owned = count;
  }
  std::vector<std::string> listed(const std::string& target) {
    const auto body = json(ask(request("GET", target)));
    std::vector<std::string> result;
    for (const auto& each : body.at("names").as_array()) result.emplace_back(each.at("name").as_string());
    const auto* next = body.as_object().if_contains("next");
    result.push_back(next ? "next " + std::string{next->as_string()} : "end");
    return result;
  }
};

TEST_F(NamesApi, ListsTheOwnNames) {
  own(2);
  const auto body = json(ask(request("GET", "/v1/names")));
  EXPECT_EQ(body.at("total").as_int64(), 2);
  ASSERT_EQ(body.at("names").as_array().size(), 2U);
  const auto& second = body.at("names").as_array()[1];
  EXPECT_EQ(second.at("name").as_string(), "name10001.p2p");
  EXPECT_EQ(second.at("records").as_int64(), 1);
  EXPECT_EQ(second.at("sequence").as_int64(), 7);
  EXPECT_EQ(second.at("not_after").as_string(), "1970-01-01T00:00:00Z");
  EXPECT_FALSE(body.as_object().contains("next"));
}

TEST_F(NamesApi, GoesThroughThemPageByPage) {
  own(5);
  EXPECT_THAT(listed("/v1/names?limit=2"),
              testing::ElementsAre("name10000.p2p", "name10001.p2p", "next name10001.p2p"));
  EXPECT_THAT(listed("/v1/names?limit=2&after=name10003.p2p"), testing::ElementsAre("name10004.p2p", "end"));
  EXPECT_THAT(listed("/v1/names?limit=5"), testing::SizeIs(6));
  EXPECT_EQ(listed("/v1/names?limit=5").back(), "end");
  EXPECT_EQ(listed("/v1/names?limit=4").back(), "next name10003.p2p");
  EXPECT_THAT(listed("/v1/names?after=zzz.p2p"), testing::ElementsAre("end")) << "the name need not be there";
}

TEST_F(NamesApi, APageHasItsMaximum) {
  own(page_maximum + 1);
  EXPECT_EQ(listed("/v1/names").size(), page_default + 1);
  EXPECT_EQ(listed("/v1/names?limit=1000").size(), page_maximum + 1);
  EXPECT_EQ(ask(request("GET", "/v1/names?limit=1001")).status, 400U);
}

TEST_F(NamesApi, NamesTheBadParameter) {
  for (const std::string_view query : {"limit=0", "limit=", "limit=-1", "limit=1x", "limit=99999999999999999999"})
    EXPECT_EQ(json(ask(request("GET", "/v1/names?" + std::string{query}))).at("field").as_string(), "limit") << query;
  EXPECT_EQ(json(ask(request("GET", "/v1/names?after=demo.example"))).at("field").as_string(), "after");
  EXPECT_EQ(json(ask(request("GET", "/v1/names?from=a"))).at("field").as_string(), "from");
}

TEST_F(NamesApi, PutClaimsAndPatchOnlyChanges) {
  for (const std::string method : {"PUT", "PATCH"}) {
    const auto slot = begin(request(method, "/v1/names/demo.p2p", R"({"records": []})"));
    ASSERT_EQ(service.registrations.size(), 1U);
    EXPECT_EQ(service.registrations.front().request.change_only, method == "PATCH");
    test::ScriptedNames::take(service.registrations).complete(Errc::not_owner);
    poll();
    ASSERT_TRUE(*slot);
    EXPECT_EQ((*slot)->status, 403U);
    EXPECT_EQ(json(**slot).at("type").as_string(), "urn:p2pns:problem:not-owner");
    EXPECT_EQ(json(**slot).at("result").as_int64(), 1);
  }
}

}  // namespace
}  // namespace p2pns::http
