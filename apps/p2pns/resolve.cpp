#include <iostream>
#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string name;
  std::string type;
  bool trace = false;
  std::string api = default_api;
};

int run(const Options& options) {
  const auto daemon = parse_api_url(options.api);
  if (!daemon) return fail(daemon.error().message);
  std::string target = "/v1/resolve?name=" + encode_parameter(options.name);
  if (!options.type.empty()) target += "&type=" + encode_parameter(options.type);
  if (options.trace) target += "&trace=1";
  const auto answer = call_api(*daemon, {"GET", std::move(target)});
  if (!answer) return fail(answer.error().message);
  std::cout << trace_text(answer->body) << std::flush;
  const int code = exit_code_of(*answer);
  if (code != exit_ok) return fail(problem_text(*answer), code);
  std::cout << resolution_text(answer->body);
  return exit_ok;
}

}  // namespace

void add_resolve(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("resolve", "Find a name's records and address");
  verb->add_option("NAME", options->name, "For example www.demo.p2p")->required();
  verb->add_option("--type", options->type, "Only records of this type: A, AAAA, SRV, ...");
  verb->add_flag("--trace", options->trace, "Do all stages again and tell them hop by hop");
  verb->add_option("--api", options->api, "The daemon's HTTP interface")->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
