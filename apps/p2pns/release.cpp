#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string name;
  ApiOptions api;
};

}  // namespace

void add_release(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("release", "Give an own name up; others can then claim it");
  verb->add_option("NAME", options->name, "For example demo.p2p")->required();
  add_api_options(*verb, options->api, VerbKind::changes);
  verb->callback([options, &exit_code] {
    exit_code = show_answer(options->api, {"DELETE", "/v1/names/" + encode_parameter(options->name)}, release_text);
  });
}

}  // namespace p2pns::cli
