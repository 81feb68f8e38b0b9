#include "apps/p2pnsd/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "apps/p2pnsd/daemon.hpp"

namespace p2pns::daemon {

int run_command(int argc, char** argv, plugins::Plugins built_ins) {
  CLI::App app{"A node of P2PNS, the name service without servers", "p2pnsd"};
  DaemonOptions options;
  app.add_option("--config", options.config_file, "Configuration; config/p2pns.yaml shows every key")->required();
  app.add_flag("--check-config", options.check_only, "Only say whether the configuration can be used");
  app.set_version_flag("--version", P2PNS_VERSION);
  std::string front_ends = "Front ends:";
  for (const auto* each : built_ins) front_ends += std::string{"\n  "} + each->name + "  " + each->summary;
  app.footer(front_ends);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string{"p2pnsd: "} + error.what() + "; see p2pnsd --help\n";
  });
  try {
    app.parse(argc, argv);
    return run(options, built_ins);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "p2pnsd: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace p2pns::daemon
