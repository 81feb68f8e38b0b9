#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string name;
  std::string type;
  bool trace = false;
  ApiOptions api;
};

int run(const Options& options) {
  std::string target = "/v1/resolve?name=" + encode_parameter(options.name);
  if (!options.type.empty()) target += "&type=" + encode_parameter(options.type);
  if (options.trace) target += "&trace=1";
  return show_answer(options.api, {"GET", std::move(target)}, resolution_text, trace_text);
}

}  // namespace

void add_resolve(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("resolve", "Find a name's records and address");
  verb->add_option("NAME", options->name, "For example www.demo.p2p")->required();
  verb->add_option("--type", options->type, "Only records of this type: A, AAAA, SRV, ...");
  verb->add_flag("--trace", options->trace, "Do all stages again and tell them hop by hop");
  add_api_options(*verb, options->api, VerbKind::reads);
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
