// SeedName: a node to join through that is known by its host name. It is resolved at run time, by the daemon.
#pragma once

#include <compare>
#include <string>

#include "core/base/result.hpp"

namespace p2pns::config {

struct SeedName {
  std::string host;  ///< lower case, no dot at the end
  std::uint16_t port = 0;
  friend auto operator<=>(const SeedName&, const SeedName&) = default;
};

/// "seed.example:4222". Errors: malformed; so is what looks like an IPv4 address.
Result<SeedName> parse_seed_name(std::string_view text);
std::string to_string(const SeedName&);

}  // namespace p2pns::config
