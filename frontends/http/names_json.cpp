#include "frontends/http/names_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <cstdio>

#include "frontends/http/json_text.hpp"
#include "frontends/rdata/rdata.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

json::object to_json(const kbr::LookupHop& hop) {
  json::object object;
  object["node_id"] = to_hex(hop.node.id.view());
  object["address"] = hop.node.endpoints.empty() ? std::string{} : to_string(hop.node.endpoints.front());
  if (hop.path == kbr::sweep_path)
    object["path"] = "sweep";
  else if (hop.path == kbr::target_path)
    object["path"] = "target";
  else
    object["path"] = hop.path;
  object["started_ms"] = milliseconds_of(hop.started);
  object["took_ms"] = milliseconds_of(hop.took);
  object["answered"] = hop.answered;
  object["learned"] = hop.learned;
  return object;
}

}  // namespace

std::string asked_name(const names::ParsedName& parsed) {
  const std::string name = names::to_string(parsed.name);
  return parsed.prefix.empty() ? name : parsed.prefix + "." + name;
}

json::object to_json(const names::ResourceRecord& record, const names::P2PName& name) {
  json::object object;
  object["name"] = asked_name({name, record.owner});
  object["type"] = rdata::type_to_text(record.type);
  object["ttl"] = record.ttl_s;
  object["data"] = rdata::format(record.type, record.data);
  return object;
}

json::object to_json(const dht::Tally& tally) {
  json::object object;
  object["replicas"] = tally.replicas;
  object["answered"] = tally.answered;
  object["agreeing"] = tally.agreeing;
  object["empty"] = tally.empty;
  object["others"] = tally.others;
  return object;
}

json::object to_json(const names::StageTrace& stage) {
  json::object object;
  object["stage"] = stage.stage;
  object["from_cache"] = stage.from_cache;
  object["took_ms"] = milliseconds_of(stage.took);
  if (stage.tally) object["tally"] = to_json(*stage.tally);
  json::array hops;
  for (const kbr::LookupHop& hop : stage.hops) hops.push_back(to_json(hop));
  object["hops"] = std::move(hops);
  return object;
}

std::string to_text(UnixTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace p2pns::http
