// ApiOptions: what all verbs that speak to a daemon have in common: where it is, the token, text or JSON, and what an
// answer means for the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json/value.hpp>

#include "apps/p2pns/api_client.hpp"

namespace p2pns::cli {

struct ApiOptions {
  std::string api = "http://127.0.0.1:8053";
  std::string token_file;  ///< empty: the usual one
  bool json = false;
};

enum class VerbKind { reads, changes };  ///< what changes something takes --token-file too

/// `options` outlives the parsing.
void add_api_options(CLI::App& verb, ApiOptions& options, VerbKind);

using TextOf = std::string (*)(const boost::json::value&);

/// Makes one call and leaves its answer in `answer`. The exit code; unless that is exit_ok, one line on standard error
/// says why, and with --json the problem stands on standard output. Without --json, `always` of the answer is printed
/// first, whatever it is.
int ask_daemon(const ApiOptions&, ApiCall, ApiAnswer& answer, TextOf always = nullptr);
/// ask_daemon, and prints the answer: as JSON, or `text` of it.
int show_answer(const ApiOptions&, ApiCall, TextOf text, TextOf always = nullptr);
/// One line of JSON on standard output.
void print_json(const boost::json::value&);

}  // namespace p2pns::cli
