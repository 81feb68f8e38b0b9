// p2pns: the command line. It speaks to a daemon through its HTTP interface, and makes keys.
#include <iostream>

#include "apps/p2pns/verb.hpp"

int main(int argc, char** argv) {
  using namespace p2pns::cli;
  CLI::App program{"Registers and resolves names without servers", "p2pns"};
  program.require_subcommand(1);
  program.set_version_flag("--version", P2PNS_VERSION);
  program.footer("Exit codes: 0 ok, 1 taken, unknown or not owned, 2 overlay not available, 3 other errors");
  program.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string{"p2pns: "} + error.what() + "; see p2pns --help\n";
  });
  int exit_code = exit_ok;
  add_register(program, exit_code);
  add_set(program, exit_code);
  add_release(program, exit_code);
  add_names(program, exit_code);
  add_resolve(program, exit_code);
  add_status(program, exit_code);
  add_hit(program, exit_code);
  add_key(program, exit_code);
  add_keygen(program, exit_code);
  add_store(program, exit_code);
  add_testnet(program, exit_code);
  try {
    program.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? exit_ok : exit_error;
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
