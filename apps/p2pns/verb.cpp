#include "apps/p2pns/verb.hpp"

#include <iostream>

#include "core/base/printable.hpp"
#include "core/crypto/network.hpp"

namespace p2pns::cli {

std::string check_network_id(const std::string& text) {
  return crypto::is_network_id(text) ? std::string{} : std::string{"expected "} + crypto::network_id_form;
}

int fail(const std::string& line, int code) {
  std::cerr << "p2pns: " << printable(line) << std::endl;
  return code;
}

}  // namespace p2pns::cli
