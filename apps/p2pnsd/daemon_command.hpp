// The command line of p2pnsd, for whatever list of plug-ins is linked in.
#pragma once

#include "plugins/loader/loader.hpp"

namespace p2pns::daemon {

/// Reads the arguments and runs the daemon; the exit code. What is wrong stands on standard error, in one line.
int run_command(int argc, char** argv, plugins::Plugins built_ins);

}  // namespace p2pns::daemon
