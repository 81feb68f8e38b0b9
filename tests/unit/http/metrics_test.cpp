#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "frontends/http/metrics_text.hpp"
#include "frontends/http/node_metrics.hpp"
#include "frontends/http/replication_counter_names.hpp"
#include "frontends/http/rpc_counter_names.hpp"
#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

/// What a scraper makes of the text: strict, so that what it takes, others take.
struct Scrape {
  std::map<std::string, std::string> types;      ///< by family
  std::map<std::string, std::uint64_t> samples;  ///< by name with labels
  std::vector<std::string> errors;

  explicit Scrape(const std::string& text) {
    if (!text.empty() && text.back() != '\n') errors.emplace_back("no line feed at the end");
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) read(line);
  }

 private:
  void read(const std::string& line) {
    static const std::regex head(R"(# (HELP|TYPE) ([a-z_][a-z0-9_]*) (.+))");
    static const std::regex sample(R"re(([a-z_][a-z0-9_]*)(\{[a-z_]+="[^"\\]*"\})? ([0-9]+))re");
    std::smatch match;
    if (std::regex_match(line, match, head)) return read_head(match[1], match[2], match[3], line);
    if (!std::regex_match(line, match, sample)) return errors.push_back("no sample: " + line);
    if (match[1] != family_) errors.push_back("outside of its family: " + line);
    if (!samples.emplace(match[1].str() + match[2].str(), std::stoull(match[3])).second)
      errors.push_back("twice: " + line);
  }
  void read_head(const std::string& kind, const std::string& name, const std::string& rest, const std::string& line) {
    if (kind == "HELP") {
      if (!helped_.insert(name).second) errors.push_back("HELP twice: " + line);
      return;
    }
    if (rest != "counter" && rest != "gauge") errors.push_back("no such type: " + line);
    if ((rest == "counter") != name.ends_with("_total")) errors.push_back("a counter ends with _total: " + line);
    if (!types.emplace(name, rest).second) errors.push_back("TYPE twice: " + line);
    if (!helped_.contains(name)) errors.push_back("TYPE without HELP: " + line);
    family_ = name;
  }
  std::string family_;
  std::set<std::string> helped_;
};

std::string metrics_of(const names::NodeStatus& status) {
  MetricsText text;
  write_metrics(status, text);
  return text.text();
}

TEST(MetricsText, KeepsTheSamplesOfAFamilyTogether) {
  MetricsText text;
  plugins::MetricSink& sink = text;
  sink.counter("queries_total", "Queries", 1, {"transport", "udp"});
  sink.gauge("names", "Names", 7);
  sink.counter("queries_total", "Queries", 2, {"transport", "tcp"});
  EXPECT_EQ(text.text(),
            "# HELP p2pns_queries_total Queries\n"
            "# TYPE p2pns_queries_total counter\n"
            "p2pns_queries_total{transport=\"udp\"} 1\n"
            "p2pns_queries_total{transport=\"tcp\"} 2\n"
            "# HELP p2pns_names Names\n"
            "# TYPE p2pns_names gauge\n"
            "p2pns_names 7\n");
}

TEST(MetricsText, EscapesWhatWouldBreakALine) {
  MetricsText text;
  plugins::MetricSink& sink = text;
  sink.gauge("a", "one\ntwo \\ \"three\"", 18'446'744'073'709'551'615U, {"b", "x\"y\\z\n"});
  EXPECT_EQ(text.text(),
            "# HELP p2pns_a one\\ntwo \\\\ \"three\"\n# TYPE p2pns_a gauge\n"
            "p2pns_a{b=\"x\\\"y\\\\z\\n\"} 18446744073709551615\n");
}

TEST(MetricsText, IsEmptyWithoutSamples) { EXPECT_EQ(MetricsText{}.text(), ""); }

TEST(NodeMetrics, CanBeScraped) {
  const Scrape scrape(metrics_of({}));
  EXPECT_THAT(scrape.errors, testing::IsEmpty());
  EXPECT_GT(scrape.samples.size(), 30U);
}

TEST(NodeMetrics, ShowEveryCounterUnderItsName) {
  names::NodeStatus status;
  status.joined = true;
  status.known_nodes = 1;
  status.siblings = 2;
  status.records_stored = 3;
  status.names_owned = 4;
  status.names_cached = 5;
  status.replica.writes = 6;
  status.replica.limited = 7;
  status.dht_lies = 8;
  status.resolver.from_memory = 9;
  status.rpc.time_outs = 10;
  status.rpc.dropped_replayed = 11;
  status.uptime = std::chrono::seconds{12};
  status.replication = {true, {.handed_over = 13}};
  status.replica.received = 14;
  status.replica.reads_not_ready = 15;
  auto samples = Scrape(metrics_of(status)).samples;
  EXPECT_EQ(samples["p2pns_joined"], 1U);
  EXPECT_EQ(samples["p2pns_known_nodes"], 1U);
  EXPECT_EQ(samples["p2pns_siblings"], 2U);
  EXPECT_EQ(samples["p2pns_dht_records_stored"], 3U);
  EXPECT_EQ(samples["p2pns_names_owned"], 4U);
  EXPECT_EQ(samples["p2pns_names_cached"], 5U);
  EXPECT_EQ(samples["p2pns_dht_writes_total"], 6U);
  EXPECT_EQ(samples["p2pns_dht_limited_total"], 7U);
  EXPECT_EQ(samples["p2pns_dht_lies_total"], 8U);
  EXPECT_EQ(samples["p2pns_names_from_memory_total"], 9U);
  EXPECT_EQ(samples["p2pns_rpc_time_outs_total"], 10U);
  EXPECT_EQ(samples["p2pns_rpc_dropped_total{reason=\"replayed\"}"], 11U);
  EXPECT_EQ(samples["p2pns_uptime_seconds"], 12U);
  EXPECT_EQ(samples["p2pns_replication_range_ready"], 1U);
  EXPECT_EQ(samples["p2pns_replication_handed_over_total"], 13U);
  EXPECT_EQ(samples["p2pns_dht_received_total"], 14U);
  EXPECT_EQ(samples["p2pns_dht_reads_not_ready_total"], 15U);
}

/// A counter that is added to the struct, but not to its table, would be missed by everybody who looks.
TEST(NodeMetrics, LeaveNoCounterOut) {
  EXPECT_EQ((rpc_counter_names.size() + rpc_drop_names.size()) * sizeof(std::uint64_t), sizeof(rpc::RpcCounters));
  EXPECT_EQ(replication_counter_names.size() * sizeof(std::uint64_t), sizeof(dht::ReplicationCounters));
}

}  // namespace
}  // namespace p2pns::http
