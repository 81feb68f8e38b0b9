#include <iostream>
#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

int run(const std::string& api) {
  const auto daemon = parse_api_url(api);
  if (!daemon) return fail(daemon.error().message);
  const auto answer = call_api(*daemon, {"GET", "/v1/status"});
  if (!answer) return fail(answer.error().message);
  const int code = exit_code_of(*answer);
  if (code != exit_ok) return fail(problem_text(*answer), code);
  std::cout << status_text(answer->body);
  return exit_ok;
}

}  // namespace

void add_status(CLI::App& program, int& exit_code) {
  auto api = std::make_shared<std::string>(default_api);  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("status", "What a node knows about itself");
  verb->add_option("--api", *api, "The daemon's HTTP interface")->capture_default_str();
  verb->callback([api, &exit_code] { exit_code = run(*api); });
}

}  // namespace p2pns::cli
