#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/record_text.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string name;
  std::vector<std::string> records;
  std::string json_file;
  bool publish = false;
  std::string api = default_api;
};

ClientResult<std::string> body_of(const Options& options) {
  if (options.json_file.empty()) return registration_body(options.records, options.publish);
  std::ifstream stream(options.json_file, std::ios::binary);
  if (!stream) return ClientError{options.json_file + ": cannot be read"};
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  return ClientResult<std::string>{boost::system::in_place_value, std::move(text)};
}

int run(const Options& options) {
  const auto daemon = parse_api_url(options.api);
  if (!daemon) return fail(daemon.error().message);
  const auto body = body_of(options);
  if (!body) return fail(body.error().message);
  const auto answer = call_api(*daemon, {"PUT", "/v1/names/" + encode_parameter(options.name), *body});
  if (!answer) return fail(answer.error().message);
  const int code = exit_code_of(*answer);
  if (code != exit_ok) return fail(problem_text(*answer), code);
  std::cout << registration_text(answer->body);
  return exit_ok;
}

}  // namespace

void add_register(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("register", "Claim a name, or change the records of an own one");
  verb->add_option("NAME", options->name, "For example demo.p2p")->required();
  auto* records = verb->add_option("--record", options->records, "[OWNER] [TTL] TYPE DATA, once for each record");
  // One text is one record, however many blanks stand in it.
  records->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  auto* publish = verb->add_flag("--publish", options->publish,
                                 "Leave a copy of the records with the replicas, for when this node is off");
  verb->add_option("--json", options->json_file, "File with the body of the registration")
      ->excludes(records)
      ->excludes(publish);
  verb->add_option("--api", options->api, "The daemon's HTTP interface")->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
