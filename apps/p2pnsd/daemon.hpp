// Daemon: wires configuration, key, node and front ends together and runs until a signal. No logic of its own.
#pragma once

#include <string>

#include "plugins/loader/loader.hpp"

namespace p2pns::daemon {

struct DaemonOptions {
  std::string config_file;
  bool check_only = false;  ///< read everything, open nothing, write no file
};

/// Exit code: 0 after a stop by SIGINT or SIGTERM, or when the check found nothing; 1 otherwise, and also when a
/// configured front end was missing: at once when none could start, else at the stop. What went wrong stands on
/// standard error, one line for each error.
int run(const DaemonOptions&, plugins::Plugins built_ins);

}  // namespace p2pns::daemon
