// What `p2pns testnet` does: start the nodes, serve the first one's HTTP interface, put the overlay to the proof when
// asked, and stay until a signal comes.
#pragma once

#include <optional>

#include "apps/testnet/testnet.hpp"

namespace p2pns::testnet {

struct TestnetOptions {
  TestnetConfig testnet;
  std::optional<Endpoint> http;   ///< of the first node
  std::string token_file;         ///< its token for changes; empty: one for this run, in a folder that goes with it
  std::size_t checked_names = 0;  ///< > 0: register and resolve so many, print the figures, end
  std::size_t sampled_lookups = 200;
  std::chrono::seconds join_limit{120};
};

/// Exit code: 0 all well, 1 the check failed, 3 it could not start. Lines for a person go to standard output.
int run_testnet(const TestnetOptions&);

}  // namespace p2pns::testnet
