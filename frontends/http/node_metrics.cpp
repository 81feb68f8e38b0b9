#include "frontends/http/node_metrics.hpp"

#include "frontends/http/rpc_counter_names.hpp"

namespace p2pns::http {

namespace {

void write_rpc(const rpc::RpcCounters& rpc, plugins::MetricSink& sink) {
  for (const RpcCounterName& each : rpc_counter_names)
    sink.counter("rpc_" + std::string{each.name} + "_total", each.help, rpc.*each.value);
  for (const RpcCounterName& each : rpc_drop_names)
    sink.counter("rpc_dropped_total", "Datagrams dropped, by reason", rpc.*each.value, {"reason", each.name});
}

void write_dht(const names::NodeStatus& status, plugins::MetricSink& sink) {
  const dht::ReplicaCounters& replica = status.replica;
  sink.gauge("dht_records_stored", "Records stored for the overlay", status.records_stored);
  sink.counter("dht_reads_total", "Reads of records served", replica.reads);
  sink.counter("dht_writes_total", "Records stored or changed for their owners", replica.writes);
  sink.counter("dht_withdrawals_total", "Records removed by their owners", replica.withdrawals);
  sink.counter("dht_refused_total", "Writes refused: taken, stale, invalid, not responsible, full", replica.refused);
  sink.counter("dht_limited_total", "Writes over the limit of an address block", replica.limited);
  sink.counter("dht_lies_total", "Answers of replicas that do not verify", status.dht_lies);
}

void write_replication(const names::NodeStatus& status, plugins::MetricSink& sink) {
  const dht::ReplicationCounters& counters = status.replication.counters;
  const dht::ReplicaCounters& replica = status.replica;
  sink.gauge("replication_range_ready", "1 when the node has pulled what it should store",
             status.replication.range_ready ? 1 : 0);
  sink.counter("replication_pulled_total", "Records taken over by a majority of neighbours", counters.pulled);
  sink.counter("replication_received_total", "Records stored because another replica had them", replica.received);
  sink.counter("replication_offered_total", "Records offered to other replicas", counters.offered);
  sink.counter("replication_handed_over_total", "Records that other replicas stored for it", counters.handed_over);
  sink.counter("replication_dropped_total", "Records of others, dropped once these had them", replica.dropped);
  sink.counter("replication_comparisons_total", "Comparisons with a neighbour", counters.comparisons);
  sink.counter("replication_differences_total", "Ranges of a few records that differed", counters.differences);
  sink.counter("replication_conflicts_total", "Records of another owner at another replica", counters.conflicts);
  sink.counter("replication_unsent_total", "Offers given up", counters.unsent);
  sink.counter("replication_lies_total", "Answers that broke the protocol, or did not verify", counters.lies);
  sink.counter("replication_limited_total", "Requests over the limit of an address block", counters.limited);
  sink.counter("replication_sent_bytes_total", "Sent by replication", counters.bytes_sent);
  sink.counter("dht_reads_not_ready_total", "Reads refused because records were still being pulled",
               replica.reads_not_ready);
  sink.counter("dht_reads_empty_total", "Reads of bindings that this node should have, without one",
               replica.reads_empty);
}

void write_names(const names::NodeStatus& status, plugins::MetricSink& sink) {
  const names::ResolverCounters& resolver = status.resolver;
  sink.gauge("names_owned", "Names of this node's owner", status.names_owned);
  sink.gauge("names_cached", "Names in the cache", status.names_cached);
  sink.counter("names_from_memory_total", "Questions answered from the cache, or for own names", resolver.from_memory);
  sink.counter("names_resolutions_total", "Resolutions started", resolver.resolutions);
  sink.counter("names_joined_total", "Questions that joined a resolution under way", resolver.joined);
  sink.counter("names_turned_away_total", "Questions over a maximum", resolver.turned_away);
}

}  // namespace

void write_metrics(const names::NodeStatus& status, plugins::MetricSink& sink) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(status.uptime).count();
  sink.gauge("uptime_seconds", "Since the node started", static_cast<std::uint64_t>(uptime));
  sink.gauge("joined", "1 when the node has joined its overlay and settled", status.joined ? 1 : 0);
  sink.gauge("known_nodes", "Nodes in the routing table and the sibling list", status.known_nodes);
  sink.gauge("siblings", "Nodes in the sibling list", status.siblings);
  write_names(status, sink);
  write_dht(status, sink);
  write_replication(status, sink);
  write_rpc(status.rpc, sink);
}

}  // namespace p2pns::http
