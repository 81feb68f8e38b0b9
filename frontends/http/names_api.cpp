#include "frontends/http/names_api.hpp"

#include <boost/json/array.hpp>
#include <charconv>

#include "frontends/http/json_text.hpp"
#include "frontends/http/names_json.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

ApiResult<std::size_t> parse_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool number = end.ec == std::errc{} && end.ptr == text.data() + text.size();
  if (!number || limit == 0 || limit > page_maximum)
    return bad_field("limit", "expected a number from 1 to " + std::to_string(page_maximum));
  return limit;
}

json::object to_json(const names::OwnName& own) {
  json::object object;
  object["name"] = names::to_string(own.name);
  object["records"] = own.records;
  object["generation"] = own.binding.generation;
  object["sequence"] = own.record_sequence;
  object["not_after"] = to_text(own.binding.not_after);
  return object;
}

}  // namespace

ApiResult<NamesCall> parse_names(const RequestTarget& target, const names::Zones& zones) {
  if (auto unknown = unknown_parameter(target, {"after", "limit"})) return std::move(*unknown);
  NamesCall call;
  if (const auto after = target.query.find("after"); after != target.query.end()) {
    auto name = names::parse_registrable_name(after->second, zones);
    if (!name) return bad_field("after", name.error().message);
    call.after = std::move(*name);
  }
  if (const auto text = target.query.find("limit"); text != target.query.end()) {
    const auto limit = parse_limit(text->second);
    if (!limit) return limit.error();
    call.limit = *limit;
  }
  return call;
}

HttpResponse names_response(const NamesCall& call, std::vector<names::OwnName> found, std::size_t total) {
  const bool more = found.size() > call.limit;
  if (more) found.resize(call.limit);
  json::array list;
  for (const names::OwnName& own : found) list.push_back(to_json(own));
  json::object body;
  body["names"] = std::move(list);
  body["total"] = total;
  if (more) body["next"] = names::to_string(found.back().name);
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
