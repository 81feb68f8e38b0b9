// p2pnsd without built-in front ends, so that tests can run them from files.
#include "apps/p2pnsd/daemon_command.hpp"

int main(int argc, char** argv) { return p2pns::daemon::run_command(argc, argv, {}); }
