#include "apps/p2pns/answer_text.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace p2pns::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const boost::json::value found = boost::json::parse(R"({
  "name": "demo.p2p", "outcome": "found", "result": 0, "node_id": "ab00", "address": "127.77.0.5", "port": 4222,
  "owner": "cd00", "generation": 0, "sequence": 1, "expires_in_s": 60,
  "records": [{"name": "demo.p2p", "type": "A", "ttl": 300, "data": "192.0.2.80"}],
  "stages": [
    {"stage": 1, "from_cache": false, "took_ms": 12.25,
     "tally": {"replicas": 16, "answered": 15, "agreeing": 15, "empty": 0, "others": 0},
     "hops": [
       {"node_id": "0123456789abcdef", "address": "127.77.0.9:4222", "path": 2, "started_ms": 0.5, "took_ms": 1.5,
        "answered": true, "learned": 3},
       {"node_id": "fedcba9876543210", "address": "127.77.0.8:4222", "path": "sweep", "started_ms": 2.0,
        "took_ms": 400.0, "answered": false, "learned": 0}]},
    {"stage": 2, "from_cache": true, "took_ms": 0, "hops": []}]})");

TEST(AnswerText, WritesRecordsAsAZoneFileDoes) {
  EXPECT_THAT(resolution_text(found), StartsWith("demo.p2p.\t300\tIN\tA\t192.0.2.80\n"));
  EXPECT_THAT(resolution_text(found), HasSubstr("demo.p2p lives at 127.77.0.5 port 4222, node ab00"));
}

TEST(AnswerText, TellsATraceHopByHop) {
  EXPECT_EQ(trace_text(found),
            ";; stage 1: name -> NodeID, asked from the replicas\n"
            ";;   1  +0.5 ms   path 2      127.77.0.9:4222        0123456789ab  1.5 ms, 3 contacts learned\n"
            ";;   2  +2.0 ms   path sweep  127.77.0.8:4222        fedcba987654  no answer after 400.0 ms\n"
            ";;   15 of 16 replicas answered: 15 agree, 0 know no such name, 0 name another owner\n"
            ";;   2 nodes asked, 12.2 ms\n"
            "\n"
            ";; stage 2: NodeID -> address, proven by the node itself\n"
            ";;   from the cache\n"
            ";;   0 nodes asked, 0.0 ms\n"
            "\n");
}

TEST(AnswerText, AnAnswerWithoutStagesHasNoTrace) { EXPECT_EQ(trace_text(boost::json::parse("{}")), ""); }

TEST(AnswerText, TellsOfARegistration) {
  const auto body = boost::json::parse(R"({"name": "demo.p2p", "created": true, "node_id": "ab", "owner": "cd",
    "generation": 0, "sequence": 1, "not_after": "2026-02-28T07:00:00Z", "took_ms": 42.5,
    "replicas": {"asked": 16, "stored": 15}})");
  EXPECT_EQ(registration_text(body),
            "registered demo.p2p: generation 0, sequence 1, until 2026-02-28T07:00:00Z\n"
            "node   ab\nowner  cd\nstored by 15 of 16 replicas, 42.5 ms\n");
}

TEST(AnswerText, TellsOfACopy) {
  auto body = boost::json::parse(R"({"name": "demo.p2p", "publish": true, "copy": {"asked": 16, "stored": 14}})");
  EXPECT_THAT(registration_text(body), HasSubstr("\ncopy   published at 14 of 16 replicas\n"));
  body.as_object()["publish"] = false;
  EXPECT_THAT(registration_text(body), HasSubstr("\ncopy   taken back at 14 of 16 replicas\n"));
}

TEST(AnswerText, SaysThatAStaleAnswerIsACopy) {
  auto body = found;
  body.as_object()["stale"] = true;
  EXPECT_THAT(resolution_text(body), HasSubstr("the node of demo.p2p does not answer: this is the copy"));
  EXPECT_THAT(resolution_text(body), Not(HasSubstr("lives at")));
  const auto stages = boost::json::parse(R"({"stages": [{"stage": 3, "took_ms": 1,
    "tally": {"replicas": 16, "answered": 15, "agreeing": 14, "empty": 1, "others": 0}, "hops": []}]})");
  EXPECT_THAT(trace_text(stages), HasSubstr("stage 3: published copy, asked from the replicas"));
  EXPECT_THAT(trace_text(stages), HasSubstr("15 of 16 replicas answered: 14 have this copy, 1 have none"));
}

TEST(AnswerText, ShowsAllOfTheStatus) {
  const auto body = boost::json::parse(
      R"({"joined": true, "observed_address": null, "rpc": {"time_outs": 3, "dropped": {"replayed": 1}}})");
  EXPECT_EQ(status_text(body),
            "joined             true\n"
            "observed_address   ?\n"
            "rpc\n"
            "  time_outs            3\n"
            "  dropped              {\"replayed\":1}\n");
}

TEST(AnswerText, ExitCodesAreTheDraftsResultCodes) {
  const auto code = [](unsigned status, std::string_view body) {
    return exit_code_of({status, boost::json::parse(body)});
  };
  EXPECT_EQ(code(201, R"({"result": 0})"), 0);
  EXPECT_EQ(code(409, R"({"result": 1})"), 1);
  EXPECT_EQ(code(503, R"({"result": 2})"), 2);
  EXPECT_EQ(code(400, R"({"field": "name"})"), 3);
  EXPECT_EQ(code(500, R"({"result": 0})"), 3) << "a failure is never success";
  EXPECT_EQ(code(500, R"({"result": 77})"), 3);
  EXPECT_EQ(code(500, "[]"), 3);
}

TEST(AnswerText, AProblemIsOneLineWithFieldAndTally) {
  const auto line = problem_text({404, boost::json::parse(R"({"detail": "demo.p2p: most replicas answered",
    "tally": {"replicas": 16, "answered": 16, "agreeing": 0, "empty": 16, "others": 0}})")});
  EXPECT_EQ(
      line,
      "demo.p2p: most replicas answered (16 of 16 replicas answered: 0 agree, 16 know no such name, 0 name another "
      "owner)");
  EXPECT_EQ(problem_text({400, boost::json::parse(R"({"detail": "expected a text", "field": "records[0].data"})")}),
            "records[0].data: expected a text");
  EXPECT_EQ(problem_text({418, boost::json::parse("[]")}), "the daemon answered with status 418");
}

TEST(AnswerText, HostileAnswersNeitherBreakNorMoveTheCursor) {
  for (const std::string_view text : {"null", "[]", "7", R"({"records": 5, "stages": {}})", R"({"stages": [7, null]})",
                                      R"({"stages": [{"hops": [[]], "tally": 3, "took_ms": "x"}]})"}) {
    const auto body = boost::json::parse(text);
    EXPECT_THAT(resolution_text(body) + trace_text(body) + registration_text(body) + status_text(body), HasSubstr("?"));
  }
  const auto body = boost::json::parse(R"({"records": [{"name": "a\u001b[2J", "data": "b\nc"}]})");
  EXPECT_THAT(resolution_text(body), Not(HasSubstr("\x1b")));
  EXPECT_THAT(resolution_text(body), HasSubstr("b?c"));
  EXPECT_EQ(status_text(boost::json::parse(R"({"a\u001b": {"b\n": 1}})")), "a?\n  b?                   1\n");
  EXPECT_EQ(status_text(boost::json::parse("{\"a\": {\"b\": [\"c\x7f\"]}}")), "a\n  b                    [\"c?\"]\n");
}

TEST(AnswerText, TellsOfAReleaseAndListsNames) {
  EXPECT_EQ(release_text(boost::json::parse(R"({"name": "demo.p2p", "released": true})")), "released demo.p2p\n");
  EXPECT_EQ(names_text(boost::json::parse(R"({"names": []})")), "this node owns no names\n");
  EXPECT_EQ(names_text(boost::json::parse(R"({"total": 2, "names": [
              {"name": "a.p2p", "records": 2, "generation": 0, "sequence": 7, "not_after": "2026-02-28T07:00:00Z"},
              {"name": "b\u001b.p2p"}]})")),
            "a.p2p  2 records, generation 0, sequence 7, until 2026-02-28T07:00:00Z\n"
            "b?.p2p  ? records, generation ?, sequence ?, until ?\n");
}

}  // namespace
}  // namespace p2pns::cli
