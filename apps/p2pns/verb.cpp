#include "apps/p2pns/verb.hpp"

#include <iostream>

namespace p2pns::cli {

int fail(const std::string& line, int code) {
  std::string harmless = line;
  for (char& c : harmless)
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) c = '?';
  std::cerr << "p2pns: " << harmless << std::endl;
  return code;
}

}  // namespace p2pns::cli
