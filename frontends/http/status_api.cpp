#include "frontends/http/status_api.hpp"

#include <boost/json/object.hpp>

#include "frontends/http/json_text.hpp"
#include "frontends/http/replication_counter_names.hpp"
#include "frontends/http/rpc_counter_names.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

json::object to_json(const rpc::RpcCounters& rpc) {
  json::object object;
  for (const RpcCounterName& each : rpc_counter_names) object[each.name] = rpc.*each.value;
  json::object dropped;
  for (const RpcCounterName& each : rpc_drop_names) dropped[each.name] = rpc.*each.value;
  object["dropped"] = std::move(dropped);
  return object;
}

json::object to_json(const dht::ReplicationStatus& status, const dht::ReplicaCounters& replica) {
  json::object object;
  object["range_ready"] = status.range_ready;
  for (const ReplicationCounterName& each : replication_counter_names) object[each.name] = status.counters.*each.value;
  object["received"] = replica.received;
  object["dropped"] = replica.dropped;
  object["reads_not_ready"] = replica.reads_not_ready;
  object["reads_empty"] = replica.reads_empty;
  return object;
}

}  // namespace

HttpResponse status_response(const names::NodeStatus& status) {
  json::object body;
  body["node_id"] = to_hex(status.node_id.view());
  body["public_key"] = to_hex(status.public_key.view());
  body["owner_key"] = to_hex(status.owner_key.view());
  body["network_id"] = status.network_id;
  body["joined"] = status.joined;
  body["known_nodes"] = status.known_nodes;
  body["siblings"] = status.siblings;
  body["records_stored"] = status.records_stored;
  body["names_owned"] = status.names_owned;
  body["names_cached"] = status.names_cached;
  body["dht_writes"] = status.dht_writes;
  body["replication"] = to_json(status.replication, status.replica);
  if (status.observed_address)
    body["observed_address"] = to_string(*status.observed_address);
  else
    body["observed_address"] = nullptr;
  body["uptime_s"] = std::chrono::duration_cast<std::chrono::seconds>(status.uptime).count();
  body["rpc"] = to_json(status.rpc);
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
