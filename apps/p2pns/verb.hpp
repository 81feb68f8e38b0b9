// Verb: one subcommand of p2pns, each in a file of its own. A verb adds its options to the program and leaves its exit
// code behind when it was the one chosen.
#pragma once

#include <CLI/CLI.hpp>

namespace p2pns::cli {

/// Result codes of the draft, as far as they go.
enum ExitCode : int {
  exit_ok = 0,
  exit_refused = 1,      ///< taken (register), unknown (resolve)
  exit_unavailable = 2,  ///< overlay not available
  exit_error = 3,        ///< usage, no daemon, bad file, ...
};

void add_hit(CLI::App& program, int& exit_code);
void add_key(CLI::App& program, int& exit_code);
void add_keygen(CLI::App& program, int& exit_code);
void add_names(CLI::App& program, int& exit_code);
void add_register(CLI::App& program, int& exit_code);
void add_release(CLI::App& program, int& exit_code);
void add_resolve(CLI::App& program, int& exit_code);
void add_set(CLI::App& program, int& exit_code);
void add_status(CLI::App& program, int& exit_code);
void add_store(CLI::App& program, int& exit_code);
void add_testnet(CLI::App& program, int& exit_code);

/// For options that take a network id: the reason why the text is none, empty when it is one.
std::string check_network_id(const std::string& text);

/// One clear line on standard error; control characters replaced.
int fail(const std::string& line, int code = exit_error);

}  // namespace p2pns::cli
