#include "frontends/http/resolve_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/names/record_selection.hpp"
#include "frontends/http/json_text.hpp"
#include "frontends/http/names_json.hpp"
#include "frontends/rdata/rdata.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

ApiResult<bool> parse_trace(const RequestTarget& target) {
  const auto found = target.query.find("trace");
  if (found == target.query.end() || found->second == "0") return false;
  if (found->second == "1") return true;
  return bad_field("trace", "expected 0 or 1");
}

struct OutcomeShape {
  unsigned status;
  const char* kind;
  const char* title;
  const char* detail;
};

OutcomeShape shape_of(names::Outcome outcome) {
  switch (outcome) {
    case names::Outcome::no_such_name:
      return {404, "no-such-name", "No such name", "most replicas answered and none knows the name"};
    case names::Outcome::contested:
      return {409, "contested", "The name is contested", "the replicas disagree about the owner of the name"};
    case names::Outcome::not_reachable:
      return {503, "overlay-not-reachable", "The overlay is not reachable", "no other node of the overlay answers"};
    case names::Outcome::timed_out:
      return {504, "timed-out", "The resolution timed out", "too few answers came in time; try again"};
    case names::Outcome::owner_offline:
      return {502, "owner-offline", "The owner is offline",
              "the name is registered, but its owner's node does not answer"};
    case names::Outcome::found:
      break;
  }
  return {500, "internal", "Internal error", "this answer has no problem"};
}

/// What is asked for in front of a name that was found.
constexpr OutcomeShape nothing_below{404, "no-such-name", "No such name",
                                     "the name exists, but what was asked for in front of it does not"};

/// The records that DNS would answer with; no_name where it would say NXDOMAIN.
names::Selection select(const ResolveCall& call, const names::NameAnswer& answer) {
  const auto prefix = names::labels_of_prefix(call.parsed.prefix);
  if (answer.record_set && !answer.record_set->records.empty())
    return names::select_records(answer.record_set->records, prefix, call.type);
  names::Selection selection;
  if (names::place_without_records(prefix) != names::BarePlace::no_name)
    selection.kind = names::Selection::Kind::no_data;
  return selection;
}

json::array records_of(const ResolveCall& call, const names::Selection& selection) {
  json::array records;
  for (const names::ResourceRecord* found : selection.records) {
    names::ResourceRecord record = *found;
    record.owner = call.parsed.prefix;  // a wildcard's record becomes one of the name asked for
    records.push_back(to_json(record, call.parsed.name));
  }
  return records;
}

json::array whole_set(const ResolveCall& call, const names::NameAnswer& answer) {
  json::array records;
  if (answer.record_set)
    for (const auto& record : answer.record_set->records) records.push_back(to_json(record, call.parsed.name));
  return records;
}

json::array stages_of(const names::NameAnswer& answer) {
  json::array stages;
  for (const names::StageTrace& stage : answer.trace) stages.push_back(to_json(stage));
  return stages;
}

/// What the replicas said about the owner; that of a copy is about the copy only.
const dht::Tally* tally_of(const names::NameAnswer& answer) {
  const auto found =
      std::ranges::find_if(answer.trace, [](const names::StageTrace& s) { return s.stage == 1 && s.tally; });
  return found == answer.trace.end() ? nullptr : &*found->tally;
}

HttpResponse failure_response(const ResolveCall& call, const names::NameAnswer& answer, names::Outcome outcome,
                              const OutcomeShape& shape) {
  Problem problem;
  problem.status = shape.status;
  problem.kind = shape.kind;
  problem.title = shape.title;
  problem.detail = names::to_string(call.parsed.name) + ": " + shape.detail;
  problem.more["name"] = asked_name(call.parsed);
  problem.more["outcome"] = names::to_string(outcome);
  problem.more["result"] = static_cast<int>(names::result_code(outcome));
  if (answer.binding) problem.more["node_id"] = to_hex(answer.binding->node.view());
  if (const dht::Tally* tally = tally_of(answer)) problem.more["tally"] = to_json(*tally);
  if (call.trace) problem.more["stages"] = stages_of(answer);
  return to_response(problem);
}

void add_node(json::object& body, const names::NameAnswer& answer) {
  if (!answer.node) {
    if (answer.binding) body["node_id"] = to_hex(answer.binding->node.view());
    return;
  }
  body["node_id"] = to_hex(answer.node->id.view());
  body["public_key"] = to_hex(answer.node->key.view());
  if (answer.node->endpoints.empty()) return;
  body["address"] = to_string(answer.node->endpoints.front().address);
  body["port"] = answer.node->endpoints.front().port;
}

void add_owner(json::object& body, const names::NameAnswer& answer) {
  // The record set is what the owner says now; the binding may be up to an hour old.
  if (answer.record_set) {
    body["owner"] = to_hex(answer.record_set->owner.view());
    body["generation"] = answer.record_set->generation;
    body["sequence"] = answer.record_set->sequence;
  } else if (answer.binding) {
    body["owner"] = to_hex(answer.binding->owner.view());
    body["generation"] = answer.binding->generation;
    body["sequence"] = answer.binding->sequence;
  }
}

}  // namespace

ApiResult<ResolveCall> parse_resolve(const RequestTarget& target, const names::Zones& zones) {
  if (auto unknown = unknown_parameter(target, {"name", "type", "trace"})) return std::move(*unknown);
  const auto name = target.query.find("name");
  if (name == target.query.end()) return bad_field("name", "the parameter is missing: /v1/resolve?name=demo.p2p");
  auto parsed = names::parse_name(name->second, zones);
  if (!parsed) return bad_field("name", parsed.error().message);
  const auto trace = parse_trace(target);
  if (!trace) return trace.error();
  ResolveCall call{std::move(*parsed), std::nullopt, false, *trace};
  if (const auto type = target.query.find("type"); type != target.query.end()) {
    const auto number = rdata::type_from_text(type->second);
    if (!number) return bad_field("type", number.error().message);
    call.type = *number;
  }
  return call;
}

ApiResult<ResolveCall> parse_show(const RequestTarget& target, const names::Zones& zones) {
  if (auto unknown = unknown_parameter(target, {"trace"})) return std::move(*unknown);
  auto name = names::parse_registrable_name(target.path.back(), zones);
  if (!name) return bad_field("name", name.error().message);
  const auto trace = parse_trace(target);
  if (!trace) return trace.error();
  return ResolveCall{{std::move(*name), {}}, std::nullopt, true, *trace};
}

HttpResponse resolve_response(const ResolveCall& call, const names::NameAnswer& answer, TimePoint now) {
  if (answer.outcome != names::Outcome::found)
    return failure_response(call, answer, answer.outcome, shape_of(answer.outcome));
  const names::Selection selection = call.whole_set ? names::Selection{} : select(call, answer);
  if (!call.whole_set && selection.kind == names::Selection::Kind::no_name)
    return failure_response(call, answer, names::Outcome::no_such_name, nothing_below);
  json::object body;
  body["name"] = asked_name(call.parsed);
  body["outcome"] = names::to_string(answer.outcome);
  body["result"] = static_cast<int>(names::result_code(answer.outcome));
  add_node(body, answer);
  add_owner(body, answer);
  if (answer.stale) body["stale"] = true;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(answer.expires - now);
  body["expires_in_s"] = std::max<std::int64_t>(0, left.count());
  body["records"] = call.whole_set ? whole_set(call, answer) : records_of(call, selection);
  if (call.trace) body["stages"] = stages_of(answer);
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
