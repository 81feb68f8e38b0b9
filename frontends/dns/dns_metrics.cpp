#include "frontends/dns/dns_metrics.hpp"

namespace p2pns::dns {

namespace {

void write_rcodes(const DnsCounters& counters, plugins::MetricSink& sink) {
  constexpr std::array<std::string_view, 6> names{"noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"};
  constexpr auto bad_version = static_cast<std::size_t>(Rcode::bad_version);
  std::uint64_t other = 0;
  for (std::size_t rcode = 0; rcode < counters.answers_by_rcode.size(); ++rcode) {
    const std::uint64_t count = counters.answers_by_rcode[rcode];
    if (rcode < names.size() || rcode == bad_version)
      sink.counter("dns_answers_total", "Answers sent, by response code", count,
                   {"rcode", rcode == bad_version ? "badvers" : names[rcode]});
    else
      other += count;
  }
  sink.counter("dns_answers_total", "Answers sent, by response code", other, {"rcode", "other"});
}

}  // namespace

void write_metrics(const DnsCounters& counters, plugins::MetricSink& sink) {
  constexpr std::string_view queries = "Queries received";
  sink.counter("dns_queries_total", queries, counters.queries_udp, {"transport", "udp"});
  sink.counter("dns_queries_total", queries, counters.queries_tcp, {"transport", "tcp"});
  sink.counter("dns_dropped_total", "Messages that were no query", counters.dropped);
  sink.counter("dns_truncated_total", "Answers cut to fit into a datagram", counters.truncated);
  write_rcodes(counters, sink);
  sink.counter("dns_answered_from_cache_total", "Queries that needed no lookup", counters.answered_from_cache);
  sink.counter("dns_lookups_total", "Names asked of the name service", counters.lookups_started);
  sink.counter("dns_lookups_over_limit_total", "Lookups refused because of a maximum", counters.lookups_over_limit);
  sink.counter("dns_answered_before_lookup_total", "Queries answered because their lookup took too long",
               counters.answered_before_lookup);
  sink.counter("dns_tcp_connections_total", "TCP connections accepted", counters.tcp_connections);
  sink.counter("dns_tcp_connections_refused_total", "TCP connections over the maximum",
               counters.tcp_connections_refused);
}

}  // namespace p2pns::dns
