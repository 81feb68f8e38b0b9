// What the command line reads: records and addresses as people type them, and what whoever answers at the address says.
#include <boost/json/parse.hpp>

#include "apps/p2pns/answer_text.hpp"
#include "apps/p2pns/record_text.hpp"
#include "frontends/http/registration_api.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace cli;

void check_record(std::string_view text) {
  if (!parse_record_text(text)) return;
  const auto body = registration_body({std::string{text}}, true);
  require(body.has_value(), "a record can be sent");
  const auto registration = http::parse_registration("alice.p2p", *body, names::Zones{});
  if (!registration) return;  // whether the data fits its type is for the daemon to say
  require(registration->publish && registration->records.size() == 1, "what was typed is what is registered");
}

void check_address(std::string_view text) {
  const auto address = parse_api_address(text);
  if (!address) return require(is_one_line(address.error().message), "an error is one line");
  require(address->tcp ? address->tcp->address.is_loopback() : address->unix_path.starts_with('/'),
          "nothing leaves the machine");
  const auto again = parse_api_address(to_string(*address));
  require(again && again->tcp == address->tcp && again->unix_path == address->unix_path,
          "an address is read as it was written");
}

void require_plain(std::string text) {
  std::erase(text, '\n');
  std::erase(text, '\t');
  require(is_one_line(text), "an answer does not steer the terminal");
}

void check_answer(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value body = boost::json::parse(text, error);
  if (error) return;
  for (const auto shown : {registration_text, release_text, names_text, resolution_text, trace_text, status_text})
    require_plain(shown(body));
  const ApiAnswer refusal{400, body};
  require(is_one_line(problem_text(refusal)), "a problem is one line");
  const int code = exit_code_of(refusal);
  require(code >= 1 && code <= 3, "a refusal is no success");
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = as_text(input);
  check_record(text);
  check_address(text);
  check_answer(text);
}

}  // namespace p2pns::fuzz
