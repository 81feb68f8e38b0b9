#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

void add_status(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ApiOptions>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("status", "What a node knows about itself");
  add_api_options(*verb, *options, VerbKind::reads);
  verb->callback([options, &exit_code] { exit_code = show_answer(*options, {"GET", "/v1/status"}, status_text); });
}

}  // namespace p2pns::cli
