#include "apps/p2pnsd/built_ins.hpp"
#include "apps/p2pnsd/daemon_command.hpp"

int main(int argc, char** argv) { return p2pns::daemon::run_command(argc, argv, p2pns::daemon::built_ins()); }
