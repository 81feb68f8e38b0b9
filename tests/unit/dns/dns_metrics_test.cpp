#include "frontends/dns/dns_metrics.hpp"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace p2pns::dns {
namespace {

class Samples final : public plugins::MetricSink {
 public:
  void counter(std::string_view name, std::string_view, std::uint64_t value, plugins::MetricLabel label) override {
    const std::string full = std::string{name} + "/" + std::string{label.value};
    EXPECT_TRUE(seen.emplace(full, value).second) << full << " stands there twice";
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value, plugins::MetricLabel label) override {
    counter(name, help, value, label);
  }
  std::map<std::string, std::uint64_t> seen;
};

TEST(DnsMetrics, ShowEveryCounterUnderItsName) {
  DnsCounters counters;
  counters.queries_udp = 1;
  counters.queries_tcp = 2;
  counters.dropped = 3;
  counters.truncated = 4;
  counters.answered_from_cache = 5;
  counters.lookups_started = 6;
  counters.lookups_over_limit = 7;
  counters.answered_before_lookup = 8;
  counters.tcp_connections = 9;
  counters.tcp_connections_refused = 10;
  Samples samples;
  write_metrics(counters, samples);
  EXPECT_EQ(samples.seen["dns_queries_total/udp"], 1U);
  EXPECT_EQ(samples.seen["dns_queries_total/tcp"], 2U);
  EXPECT_EQ(samples.seen["dns_dropped_total/"], 3U);
  EXPECT_EQ(samples.seen["dns_truncated_total/"], 4U);
  EXPECT_EQ(samples.seen["dns_answered_from_cache_total/"], 5U);
  EXPECT_EQ(samples.seen["dns_lookups_total/"], 6U);
  EXPECT_EQ(samples.seen["dns_lookups_over_limit_total/"], 7U);
  EXPECT_EQ(samples.seen["dns_answered_before_lookup_total/"], 8U);
  EXPECT_EQ(samples.seen["dns_tcp_connections_total/"], 9U);
  EXPECT_EQ(samples.seen["dns_tcp_connections_refused_total/"], 10U);
}

TEST(DnsMetrics, EveryAnswerCountsUnderOneCode) {
  DnsCounters counters;
  std::uint64_t all = 0;
  for (std::size_t rcode = 0; rcode < rcodes_counted; ++rcode) all += counters.answers_by_rcode[rcode] = 1U << rcode;
  Samples samples;
  write_metrics(counters, samples);
  EXPECT_EQ(samples.seen["dns_answers_total/noerror"], 1U);
  EXPECT_EQ(samples.seen["dns_answers_total/servfail"], 4U);
  EXPECT_EQ(samples.seen["dns_answers_total/nxdomain"], 8U);
  EXPECT_EQ(samples.seen["dns_answers_total/badvers"], 1U << 16U);
  std::uint64_t shown = 0;
  for (const auto& [name, value] : samples.seen)
    if (name.starts_with("dns_answers_total/")) shown += value;
  EXPECT_EQ(shown, all);
}

}  // namespace
}  // namespace p2pns::dns
