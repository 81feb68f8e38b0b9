#include "frontends/http/status_api.hpp"

#include <boost/json/object.hpp>

#include "frontends/http/json_text.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

json::object to_json(const rpc::RpcCounters& rpc) {
  json::object object;
  object["datagrams_received"] = rpc.datagrams_received;
  object["datagrams_sent"] = rpc.datagrams_sent;
  object["bytes_received"] = rpc.bytes_received;
  object["bytes_sent"] = rpc.bytes_sent;
  object["requests_sent"] = rpc.requests_sent;
  object["requests_served"] = rpc.requests_served;
  object["requests_malformed"] = rpc.requests_malformed;
  object["answers_received"] = rpc.answers_received;
  object["time_outs"] = rpc.time_outs;
  object["retransmissions"] = rpc.retransmissions;
  object["retries_sent"] = rpc.retries_sent;
  object["key_agreements"] = rpc.key_agreements;
  json::object dropped;
  dropped["malformed"] = rpc.dropped_malformed;
  dropped["wrong_network"] = rpc.dropped_wrong_network;
  dropped["not_for_us"] = rpc.dropped_not_for_us;
  dropped["unauthentic"] = rpc.dropped_unauthentic;
  dropped["replayed"] = rpc.dropped_replayed;
  dropped["unexpected"] = rpc.dropped_unexpected;
  dropped["over_limit"] = rpc.dropped_over_limit;
  object["dropped"] = std::move(dropped);
  return object;
}

}  // namespace

HttpResponse status_response(const names::NodeStatus& status) {
  json::object body;
  body["node_id"] = to_hex(status.node_id.view());
  body["public_key"] = to_hex(status.public_key.view());
  body["network_id"] = status.network_id;
  body["joined"] = status.joined;
  body["known_nodes"] = status.known_nodes;
  body["siblings"] = status.siblings;
  body["records_stored"] = status.records_stored;
  body["names_owned"] = status.names_owned;
  body["names_cached"] = status.names_cached;
  body["dht_writes"] = status.dht_writes;
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
