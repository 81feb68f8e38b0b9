#include "frontends/http/node_metrics.hpp"

#include "frontends/http/replication_counter_names.hpp"
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
  sink.counter("dht_reads_empty_total", "Reads of a binding that this node should have, and has not",
               replica.reads_empty);
  sink.counter("dht_reads_not_ready_total", "Reads not answered before the node had pulled its range",
               replica.reads_not_ready);
  sink.counter("dht_writes_total", "Records stored or changed for their owners", replica.writes);
  sink.counter("dht_published_total", "Of them: published copies of records", replica.published);
  sink.counter("dht_received_total", "Records stored or changed because another replica had them", replica.received);
  sink.counter("dht_dropped_total", "Records given up once those nearer to them had them", replica.dropped);
  sink.counter("dht_withdrawals_total", "Records removed by their owners", replica.withdrawals);
  sink.counter("dht_refused_total", "Writes refused: taken, stale, invalid, not responsible, full", replica.refused);
  sink.counter("dht_limited_total", "Writes over the limit of an address block", replica.limited);
  sink.counter("dht_lies_total", "Answers of replicas that do not verify", status.dht_lies);
}

void write_replication(const dht::ReplicationStatus& replication, plugins::MetricSink& sink) {
  sink.gauge("replication_range_ready", "1 when the node has pulled what it should store",
             replication.range_ready ? 1 : 0);
  for (const ReplicationCounterName& each : replication_counter_names)
    sink.counter("replication_" + std::string{each.name} + "_total", each.help, replication.counters.*each.value);
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
  write_replication(status.replication, sink);
  write_rpc(status.rpc, sink);
}

}  // namespace p2pns::http
