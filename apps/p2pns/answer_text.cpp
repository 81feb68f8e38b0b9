#include "apps/p2pns/answer_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/p2pns/json_fields.hpp"
#include "apps/p2pns/verb.hpp"
#include "core/base/printable.hpp"

namespace p2pns::cli {

namespace json = boost::json;

namespace {

std::string short_id(const json::value& value, std::string_view key) { return shown(value, key).substr(0, 12); }

std::string tally_text(const json::value& tally) {
  return fmt::format("{} of {} replicas answered: {} agree, {} know no such name, {} name another owner",
                     shown(tally, "answered"), shown(tally, "replicas"), shown(tally, "agreeing"),
                     shown(tally, "empty"), shown(tally, "others"));
}

std::string copy_text(const json::value& tally) {
  return fmt::format("{} of {} replicas answered: {} have this copy, {} have none", shown(tally, "answered"),
                     shown(tally, "replicas"), shown(tally, "agreeing"), shown(tally, "empty"));
}

std::string stage_title(const json::value& stage) {
  const std::string number_text = shown(stage, "stage");
  if (number_text == "1") return "stage 1: name -> NodeID, asked from the replicas";
  if (number_text == "2") return "stage 2: NodeID -> address, proven by the node itself";
  if (number_text == "3" && member(stage, "tally")) return "stage 3: published copy, asked from the replicas";
  if (number_text == "3") return "stage 3: record set, asked from the owner's node";
  return "stage " + number_text;
}

std::string hop_text(std::size_t index, const json::value& hop) {
  const bool answered = is_true(hop, "answered");
  const std::string outcome =
      answered ? fmt::format("{:.1f} ms, {} contacts learned", number(hop, "took_ms"), shown(hop, "learned"))
               : fmt::format("no answer after {:.1f} ms", number(hop, "took_ms"));
  return fmt::format(";; {:3}  +{:<8} path {:<5}  {:<21}  {}  {}\n", index,
                     fmt::format("{:.1f} ms", number(hop, "started_ms")), shown(hop, "path"), shown(hop, "address"),
                     short_id(hop, "node_id"), outcome);
}

std::string stage_text(const json::value& stage) {
  const auto& hops = list(stage, "hops");
  std::string text = ";; " + stage_title(stage) + "\n";
  if (is_true(stage, "from_cache")) text += ";;   from the cache\n";
  for (std::size_t i = 0; i < hops.size(); ++i) text += hop_text(i + 1, hops[i]);
  if (const auto* tally = member(stage, "tally"))
    text += ";;   " + (shown(stage, "stage") == "3" ? copy_text(*tally) : tally_text(*tally)) + "\n";
  text += fmt::format(";;   {} nodes asked, {:.1f} ms\n\n", hops.size(), number(stage, "took_ms"));
  return text;
}

}  // namespace

std::string registration_text(const json::value& body) {
  std::string text =
      fmt::format("{} {}: generation {}, sequence {}, until {}\n", is_true(body, "created") ? "registered" : "changed",
                  shown(body, "name"), shown(body, "generation"), shown(body, "sequence"), shown(body, "not_after"));
  text += fmt::format("node   {}\nowner  {}\n", shown(body, "node_id"), shown(body, "owner"));
  if (const auto* replicas = member(body, "replicas"))
    text += fmt::format("stored by {} of {} replicas, {:.1f} ms\n", shown(*replicas, "stored"),
                        shown(*replicas, "asked"), number(body, "took_ms"));
  if (const auto* copy = member(body, "copy"))
    text += fmt::format("copy   {} at {} of {} replicas\n", is_true(body, "publish") ? "published" : "taken back",
                        shown(*copy, "stored"), shown(*copy, "asked"));
  return text;
}

std::string release_text(const json::value& body) { return "released " + shown(body, "name") + "\n"; }

std::string names_text(const json::value& body) {
  const auto& names = list(body, "names");
  if (names.empty()) return "this node owns no names\n";
  std::string text;
  for (const json::value& name : names)
    text += fmt::format("{}  {} records, generation {}, sequence {}, until {}\n", shown(name, "name"),
                        shown(name, "records"), shown(name, "generation"), shown(name, "sequence"),
                        shown(name, "not_after"));
  return text;
}

std::string resolution_text(const json::value& body) {
  std::string text;
  for (const json::value& record : list(body, "records"))
    text += fmt::format("{}.\t{}\tIN\t{}\t{}\n", shown(record, "name"), shown(record, "ttl"), shown(record, "type"),
                        shown(record, "data"));
  if (is_true(body, "stale"))
    text +=
        fmt::format(";; the node of {} does not answer: this is the copy its owner published\n", shown(body, "name"));
  else
    text += fmt::format(";; {} lives at {} port {}, node {}\n", shown(body, "name"), shown(body, "address"),
                        shown(body, "port"), shown(body, "node_id"));
  text += fmt::format(";; owner {}, generation {}, sequence {}, cached for {} s{}\n", shown(body, "owner"),
                      shown(body, "generation"), shown(body, "sequence"), shown(body, "expires_in_s"),
                      is_true(body, "stale") ? ", stale" : "");
  return text;
}

std::string trace_text(const json::value& body) {
  std::string text;
  for (const json::value& stage : list(body, "stages")) text += stage_text(stage);
  return text;
}

std::string status_text(const json::value& body) {
  std::string text;
  const auto* object = body.if_object();
  if (!object) return "?\n";
  for (const auto& [key, value] : *object) {
    const std::string title = printable(key);
    if (!value.is_structured()) {
      text += fmt::format("{:<18} {}\n", title, shown(body, key));
      continue;
    }
    text += title + "\n";
    if (const auto* inner = value.if_object())
      for (const auto& [inner_key, counter] : *inner)
        text += fmt::format("  {:<20} {}\n", printable(inner_key),
                            counter.is_structured() ? printable(json::serialize(counter)) : shown(value, inner_key));
  }
  return text;
}

std::string problem_text(const ApiAnswer& answer) {
  const auto* detail = member(answer.body, "detail");
  if (!detail || !detail->is_string()) return fmt::format("the daemon answered with status {}", answer.status);
  const auto* field = member(answer.body, "field");
  std::string text = field ? shown(answer.body, "field") + ": " : "";
  text += shown(answer.body, "detail");
  if (const auto* tally = member(answer.body, "tally")) text += " (" + tally_text(*tally) + ")";
  return text;
}

int exit_code_of(const ApiAnswer& answer) {
  if (answer.status >= 200 && answer.status < 300) return exit_ok;
  const auto* result = member(answer.body, "result");
  const bool known =
      result && result->is_int64() && result->get_int64() >= exit_refused && result->get_int64() <= exit_unavailable;
  return known ? static_cast<int>(result->get_int64()) : exit_error;
}

}  // namespace p2pns::cli
