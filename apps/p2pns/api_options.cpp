#include "apps/p2pns/api_options.hpp"

#include <boost/json/serialize.hpp>
#include <iostream>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/token_choice.hpp"
#include "apps/p2pns/verb.hpp"

namespace p2pns::cli {

void add_api_options(CLI::App& verb, ApiOptions& options, VerbKind kind) {
  verb.add_option("--api", options.api, "The daemon's HTTP interface: http://ADDRESS:PORT or unix:/PATH")
      ->capture_default_str();
  verb.add_flag("--json", options.json, "Print the answer as one line of JSON");
  if (kind == VerbKind::changes)
    verb.add_option("--token-file", options.token_file,
                    std::string{"The daemon's token, if it is not in "} + usual_token_file)
        ->envname("P2PNS_TOKEN_FILE");
}

int ask_daemon(const ApiOptions& options, ApiCall call, ApiAnswer& answer, TextOf always) {
  const auto daemon = parse_api_address(options.api);
  if (!daemon) return fail(daemon.error().message);
  TokenChoice token;
  if (call.method != "GET") {
    auto chosen = choose_token(options.token_file);
    if (!chosen) return fail(chosen.error().message);
    token = std::move(*chosen);
    call.token = token.token;
  }
  auto result = call_api(*daemon, call);
  if (!result) return fail(result.error().message);
  answer = std::move(*result);
  if (always && !options.json) std::cout << always(answer.body) << std::flush;
  const int code = exit_code_of(answer);
  if (code == exit_ok) return exit_ok;
  if (options.json) print_json(answer.body);
  constexpr unsigned unauthorized = 401;
  return fail(problem_text(answer) + (answer.status == unauthorized ? token_hint(token) : ""), code);
}

int show_answer(const ApiOptions& options, ApiCall call, TextOf text, TextOf always) {
  ApiAnswer answer;
  const int code = ask_daemon(options, std::move(call), answer, always);
  if (code != exit_ok) return code;
  if (options.json)
    print_json(answer.body);
  else
    std::cout << text(answer.body);
  return exit_ok;
}

void print_json(const boost::json::value& value) { std::cout << boost::json::serialize(value) << std::endl; }

}  // namespace p2pns::cli
