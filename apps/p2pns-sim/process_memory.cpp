#include "apps/p2pns-sim/process_memory.hpp"

#include <unistd.h>

#include <fstream>

namespace p2pns::sim {

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace p2pns::sim
