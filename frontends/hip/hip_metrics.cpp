#include "frontends/hip/hip_metrics.hpp"

namespace p2pns::hip {

namespace {

template <std::size_t Codes>
void write_codes(plugins::MetricSink& sink, std::string_view name, std::string_view help,
                 const std::array<std::uint64_t, Codes>& counts) {
  constexpr std::array<std::string_view, 4> codes{"0", "1", "2", "3"};
  static_assert(Codes <= codes.size());
  for (std::size_t i = 0; i < Codes; ++i) sink.counter(name, help, counts[i], {"code", codes[i]});
}

}  // namespace

void write_metrics(const HipCounters& counters, const web::HttpServerCounters& server, plugins::MetricSink& sink) {
  write_codes(sink, "hip_puts_total", "Answers to put, put_removable and rm, by code", counters.put_codes);
  write_codes(sink, "hip_registered_total", "Answers to register, by code", counters.registered);
  write_codes(sink, "hip_resolved_total", "Answers to resolve, by code", counters.resolved);
  constexpr std::string_view gets = "hip_gets_total";
  constexpr std::string_view gets_help = "Answers to get, by what they held";
  sink.counter(gets, gets_help, counters.gets_found, {"outcome", "value"});
  sink.counter(gets, gets_help, counters.gets_missed, {"outcome", "nothing"});
  sink.counter("hip_faults_total", "Calls answered with a fault", counters.faults);
  sink.counter("hip_refused_total", "Requests refused before their call was read", counters.requests_refused);
  sink.counter("hip_unauthorized_total", "Registrations refused for want of the token", counters.writes_unauthorized);
  sink.counter("hip_puts_from_elsewhere_total", "Packets refused because their host did not send them",
               counters.puts_from_elsewhere);
  sink.counter("hip_puts_over_limit_total", "Values refused because their host has put too many",
               counters.puts_over_limit);
  sink.counter("hip_calls_over_limit_total", "Calls refused because too many were under way",
               counters.calls_over_limit);
  sink.counter("hip_timed_out_total", "Connections closed because no complete request came in time",
               server.connections.timed_out);
  sink.counter("hip_turned_away_total", "Connections closed because too many were open", server.turned_away);
}

}  // namespace p2pns::hip
