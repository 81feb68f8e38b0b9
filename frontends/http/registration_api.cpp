#include "frontends/http/registration_api.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "frontends/http/json_body.hpp"
#include "frontends/http/json_text.hpp"
#include "frontends/http/names_json.hpp"
#include "frontends/rdata/rdata.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

constexpr std::uint32_t ttl_default_s = 300;

/// Long or hostile member names are not echoed in full.
std::string shown(std::string_view name) { return std::string{name.substr(0, 64)}; }

ApiResult<std::string> parse_owner(const std::string& field, const json::value* value) {
  if (!value) return std::string{};
  const auto* text = value->if_string();
  if (!text) return bad_field(field, "expected a text");
  if (*text == "@") return std::string{};
  // A final dot would make the name an absolute one; parse_prefix allows it, as for every typed name.
  if (text->ends_with('.'))
    return bad_field(field, "expected a name relative to the registered one, without a final dot");
  auto owner = names::parse_prefix(*text);
  if (!owner) return bad_field(field, owner.error().message);
  return std::move(*owner);
}

ApiResult<std::uint32_t> parse_ttl(const std::string& field, const json::value* value) {
  if (!value) return ttl_default_s;
  boost::system::error_code error;
  const auto seconds = value->is_number() ? value->to_number<std::int64_t>(error) : -1;
  if (error || seconds < 0 || seconds > names::record_ttl_maximum_s)
    return bad_field(field, "expected whole seconds from 0 to " + std::to_string(names::record_ttl_maximum_s));
  return static_cast<std::uint32_t>(seconds);
}

ApiResult<names::ResourceRecord> parse_record(const std::string& path, const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return bad_field(path, "expected an object like {\"type\": \"A\", \"data\": \"192.0.2.1\"}");
  constexpr std::array<std::string_view, 4> known{"name", "type", "ttl", "data"};
  for (const auto& [key, ignored] : *object)
    if (std::ranges::find(known, std::string_view{key}) == known.end())
      return bad_field(path + "." + shown(key), "there is no such member");
  for (const char* const needed : {"type", "data"}) {
    const auto* member = object->if_contains(needed);
    if (!member || !member->is_string()) return bad_field(path + "." + needed, "expected a text");
  }
  auto owner = parse_owner(path + ".name", object->if_contains("name"));
  if (!owner) return owner.error();
  const auto ttl = parse_ttl(path + ".ttl", object->if_contains("ttl"));
  if (!ttl) return ttl.error();
  const std::string_view type_text = object->at("type").as_string();
  if (const auto type = rdata::type_from_text(type_text); !type) return bad_field(path + ".type", type.error().message);
  auto typed = rdata::parse(type_text, object->at("data").as_string());
  if (!typed) return bad_field(path + ".data", typed.error().message);
  return names::ResourceRecord{std::move(*owner), typed->type, *ttl, std::move(typed->data)};
}

struct ErrorShape {
  Errc code;
  unsigned status;
  const char* kind;
  const char* title;
  const char* field;
};

constexpr std::array error_shapes{
    ErrorShape{Errc::name_taken, 409, "name-taken", "The name is taken", ""},
    ErrorShape{Errc::contested, 409, "contested", "The name is contested", ""},
    ErrorShape{Errc::not_reachable, 503, "overlay-not-reachable", "The overlay is not reachable", ""},
    ErrorShape{Errc::no_peers, 503, "overlay-not-reachable", "The overlay is not reachable", ""},
    ErrorShape{Errc::overloaded, 503, "overloaded", "This node is too busy", ""},
    ErrorShape{Errc::io_error, 500, "not-stored", "This node could not save it", ""},
    ErrorShape{Errc::timed_out, 504, "timed-out", "The overlay did not answer in time", ""},
    ErrorShape{Errc::not_owner, 403, "not-owner", "This node does not own the name", ""},
    ErrorShape{Errc::too_large, 400, "bad-request", "The request cannot be understood", "records"},
    ErrorShape{Errc::malformed, 400, "bad-request", "The request cannot be understood", "records"},
    ErrorShape{Errc::bad_name, 400, "bad-request", "The request cannot be understood", "name"},
};

HttpResponse failure_response(const names::P2PName& name, boost::system::error_code error) {
  ErrorShape shape{Errc::ok, 500, "internal", "This node failed", ""};
  for (const ErrorShape& each : error_shapes)
    if (error == each.code) shape = each;
  Problem problem;
  problem.status = shape.status;
  problem.kind = shape.kind;
  problem.title = shape.title;
  problem.field = shape.field;
  problem.detail = names::to_string(name) + ": " + error.message();
  problem.more["name"] = names::to_string(name);
  if (shape.status != 400) problem.more["result"] = static_cast<int>(names::result_code(error));
  return to_response(problem);
}

json::object replicas_of(const dht::Tally& tally) {
  json::object object;
  object["asked"] = tally.replicas;
  object["stored"] = tally.agreeing;
  return object;
}

}  // namespace

ApiResult<names::Registration> parse_registration(std::string_view name, std::string_view body,
                                                  const names::Zones& zones) {
  auto parsed = names::parse_registrable_name(name, zones);
  if (!parsed) return bad_field("name", parsed.error().message);
  names::Registration registration{std::move(*parsed), {}};
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return registration;
  const auto value = parse_json(body);
  if (!value) return value.error();
  const auto* object = value->if_object();
  if (!object) return bad_field("body", "expected an object like {\"records\": []}");
  for (const auto& [key, ignored] : *object)
    if (key != "records" && key != "publish") return bad_field(shown(key), "there is no such member");
  if (const auto* publish = object->if_contains("publish")) {
    if (!publish->is_bool()) return bad_field("publish", "expected true or false");
    registration.publish = publish->get_bool();
  }
  const auto* records = object->if_contains("records");
  if (!records) return registration;
  const auto* array = records->if_array();
  if (!array) return bad_field("records", "expected a list");
  if (array->size() > names::records_per_name_maximum)
    return bad_field("records", "more than " + std::to_string(names::records_per_name_maximum) + " records");
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto record = parse_record("records[" + std::to_string(i) + "]", (*array)[i]);
    if (!record) return record.error();
    registration.records.push_back(std::move(*record));
  }
  return registration;
}

HttpResponse registration_response(const names::P2PName& name, const Result<names::Receipt>& result) {
  if (!result) return failure_response(name, result.error());
  const names::Receipt& receipt = *result;
  json::object body;
  body["name"] = names::to_string(name);
  body["result"] = static_cast<int>(names::ResultCode::ok);
  body["created"] = receipt.created;
  body["node_id"] = to_hex(receipt.binding.node.view());
  body["owner"] = to_hex(receipt.binding.owner.view());
  body["generation"] = receipt.binding.generation;
  body["sequence"] = receipt.record_set.sequence;
  body["not_after"] = to_text(receipt.binding.not_after);
  if (receipt.tally) body["replicas"] = replicas_of(*receipt.tally);
  body["publish"] = receipt.publish;
  if (receipt.copy) body["copy"] = replicas_of(*receipt.copy);
  body["took_ms"] = milliseconds_of(receipt.took);
  HttpResponse response;
  response.status = receipt.created ? 201 : 200;
  response.body = to_text(body);
  return response;
}

HttpResponse release_response(const names::P2PName& name, const Result<void>& result) {
  if (!result) return failure_response(name, result.error());
  json::object body;
  body["name"] = names::to_string(name);
  body["result"] = static_cast<int>(names::ResultCode::ok);
  body["released"] = true;
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
