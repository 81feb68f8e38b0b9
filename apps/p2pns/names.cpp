#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace json = boost::json;

namespace {

constexpr const char* page_names = "1000";  // the largest page of the interface

/// Moves the names of a page to `all`. Where the next page begins; empty after the last.
std::string take_page(json::value& page, json::array& all) {
  auto* object = page.if_object();
  auto* names = object ? object->if_contains("names") : nullptr;
  if (!names || !names->is_array() || names->get_array().empty()) return {};
  for (json::value& name : names->get_array()) all.push_back(std::move(name));
  const auto* next = object->if_contains("next");
  return next && next->is_string() ? std::string{next->get_string()} : std::string{};
}

int run(const ApiOptions& options) {
  json::array all;
  std::string next;
  do {
    std::string target = std::string{"/v1/names?limit="} + page_names;
    if (!next.empty()) target += "&after=" + encode_parameter(next);
    ApiAnswer answer;
    if (const int code = ask_daemon(options, {"GET", std::move(target)}, answer); code != exit_ok) return code;
    next = take_page(answer.body, all);
  } while (!next.empty());
  json::object body;
  body["total"] = all.size();
  body["names"] = std::move(all);
  if (options.json)
    print_json(body);
  else
    std::cout << names_text(body);
  return exit_ok;
}

}  // namespace

void add_names(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ApiOptions>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("names", "List the names that the node owns");
  add_api_options(*verb, *options, VerbKind::reads);
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
