#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/record_text.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string name;
  std::vector<std::string> records;
  std::string body_file;
  bool publish = false;
  ApiOptions api;
};

ClientResult<std::string> body_of(const Options& options) {
  if (options.body_file.empty()) return registration_body(options.records, options.publish);
  std::ifstream stream(options.body_file, std::ios::binary);
  if (!stream) return ClientError{options.body_file + ": cannot be read"};
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  return ClientResult<std::string>{boost::system::in_place_value, std::move(text)};
}

/// PUT claims a name or changes it, PATCH only changes an own one.
int write_name(const Options& options, const char* method) {
  const auto body = body_of(options);
  if (!body) return fail(body.error().message);
  return show_answer(options.api, {method, "/v1/names/" + encode_parameter(options.name), *body}, registration_text);
}

int set(const Options& options) {
  if (options.records.empty() && options.body_file.empty())
    return fail("set: say what the name is to have, with --record or --body; p2pns release gives it up");
  return write_name(options, "PATCH");
}

void add_name_options(CLI::App& verb, Options& options) {
  verb.add_option("NAME", options.name, "For example demo.p2p")->required();
  auto* records = verb.add_option("--record", options.records, "[OWNER] [TTL] TYPE DATA, once for each record");
  // One text is one record, however many blanks stand in it.
  records->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  auto* publish = verb.add_flag("--publish", options.publish,
                                "Leave a copy of the records with the replicas, for when this node is off");
  verb.add_option("--body", options.body_file, "File with the records as JSON: {\"records\": [...]}")
      ->excludes(records)
      ->excludes(publish);
  add_api_options(verb, options.api, VerbKind::changes);
}

}  // namespace

void add_register(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("register", "Claim a name, or change the records of an own one");
  add_name_options(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = write_name(*options, "PUT"); });
}

void add_set(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = program.add_subcommand("set", "Give an own name other records, all of them; claims nothing");
  add_name_options(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = set(*options); });
}

}  // namespace p2pns::cli
