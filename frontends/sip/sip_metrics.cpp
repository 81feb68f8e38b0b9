#include "frontends/sip/sip_metrics.hpp"

namespace p2pns::sip {

namespace {

void write_messages(const SipCounters& counters, plugins::MetricSink& sink) {
  constexpr std::string_view received = "Messages received";
  sink.counter("sip_messages_total", received, counters.received_udp, {"transport", "udp"});
  sink.counter("sip_messages_total", received, counters.received_tcp, {"transport", "tcp"});
  sink.counter("sip_messages_total", received, counters.received_link, {"transport", "link"});
  constexpr std::string_view dropped = "Messages that were not worked on";
  sink.counter("sip_dropped_total", dropped, counters.unreadable, {"reason", "unreadable"});
  sink.counter("sip_dropped_total", dropped, counters.over_limit, {"reason", "over_limit"});
  sink.counter("sip_dropped_total", dropped, counters.stray_responses, {"reason", "stray_response"});
  sink.counter("sip_retransmissions_total", "Requests that came again", counters.retransmissions);
  sink.counter("sip_requests_forwarded_total", "Requests sent on, one for each branch", counters.requests_forwarded);
  sink.counter("sip_responses_forwarded_total", "Responses sent back", counters.responses_forwarded);
  constexpr std::array<std::string_view, 6> classes{"1xx", "2xx", "3xx", "4xx", "5xx", "6xx"};
  for (std::size_t i = 0; i < classes.size(); ++i)
    sink.counter("sip_answers_total", "Responses of this node's own", counters.answered_here[i], {"class", classes[i]});
}

}  // namespace

void write_metrics(const SipCounters& counters, const SipRegistrar& registrar, plugins::MetricSink& sink) {
  write_messages(counters, sink);
  constexpr std::string_view transactions = "Transactions that began";
  sink.counter("sip_transactions_total", transactions, counters.server_transactions, {"side", "server"});
  sink.counter("sip_transactions_total", transactions, counters.client_transactions, {"side", "client"});
  sink.counter("sip_transactions_refused_total", "Requests and branches over the maximum",
               counters.over_transaction_limit);
  sink.counter("sip_transactions_forgotten_total", "Finished transactions given up early for their memory",
               counters.forgotten_early);
  constexpr std::string_view callers = "Requests of other nodes, by whether From is a name of that node";
  sink.counter("sip_callers_total", callers, counters.callers_verified, {"verified", "yes"});
  sink.counter("sip_callers_total", callers, counters.callers_unverified, {"verified", "no"});
  sink.counter("sip_link_failures_total", "Requests that a node did not take", counters.link_failures);
  sink.counter("sip_tcp_connections_total", "TCP connections, accepted and dialled", counters.tcp_connections);
  sink.counter("sip_tcp_connections_refused_total", "TCP connections turned away", counters.tcp_connections_refused);
  const RegistrarCounters& registered = registrar.counters();
  sink.counter("sip_registrations_total", "Changes of contacts", registered.registered);
  sink.counter("sip_registrations_refused_total", "REGISTER requests refused", registered.refused);
  sink.counter("sip_names_claimed_total", "Names asked for in the overlay", registered.claims);
  sink.counter("sip_names_claim_failed_total", "Names that could not be registered", registered.claims_failed);
  sink.gauge("sip_contacts", "Phones registered", registrar.table().contacts());
}

}  // namespace p2pns::sip
