#include "frontends/xmpp/xmpp_metrics.hpp"

namespace p2pns::xmpp {

void write_metrics(const XmppCounters& counters, plugins::MetricSink& sink) {
  sink.counter("xmpp_connects_total", "Times the XMPP server took the component", counters.connects);
  sink.counter("xmpp_connection_ends_total", "Connections to the XMPP server that ended or never came to be",
               counters.connection_ends);
  sink.counter("xmpp_hostile_streams_total", "Connections ended because of what the XMPP server sent",
               counters.streams_hostile);
  constexpr std::string_view stanzas = "Stanzas by what became of them";
  sink.counter("xmpp_stanzas_total", stanzas, counters.stanzas_from_server, {"way", "from_server"});
  sink.counter("xmpp_stanzas_total", stanzas, counters.stanzas_sent, {"way", "sent"});
  sink.counter("xmpp_stanzas_total", stanzas, counters.stanzas_local, {"way", "local"});
  sink.counter("xmpp_stanzas_total", stanzas, counters.stanzas_taken, {"way", "taken"});
  sink.counter("xmpp_stanzas_total", stanzas, counters.stanzas_ignored, {"way", "ignored"});
  constexpr std::string_view refused = "Stanzas that were not passed on, by reason";
  sink.counter("xmpp_refused_stanzas_total", refused, counters.stanzas_skipped, {"reason", "over_limit"});
  sink.counter("xmpp_refused_stanzas_total", refused, counters.stanzas_malformed, {"reason", "malformed"});
  sink.counter("xmpp_refused_stanzas_total", refused, counters.senders_forged, {"reason", "forged_sender"});
  sink.counter("xmpp_refused_stanzas_total", refused, counters.answers_unasked, {"reason", "unasked_answer"});
  sink.counter("xmpp_refused_stanzas_total", refused, counters.over_rate, {"reason", "over_rate"});
  sink.counter("xmpp_refused_stanzas_total", refused, counters.over_queue, {"reason", "over_queue"});
  sink.counter("xmpp_requests_timed_out_total", "Requests that got no answer in time", counters.requests_timed_out);
  sink.counter("xmpp_registrations_total", "Names registered by users", counters.registrations);
  sink.counter("xmpp_releases_total", "Names given up by users", counters.releases);
  for (std::size_t i = 0; i < counters.refusals.size(); ++i)
    sink.counter("xmpp_errors_total", "Stanza errors written", counters.refusals[i],
                 {"condition", name_of(static_cast<Condition>(i))});
}

}  // namespace p2pns::xmpp
