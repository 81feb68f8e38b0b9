// The configuration file: every error is one line that begins with its place, and what is accepted is within its
// limits.
#include <algorithm>
#include <array>

#include "config/daemon_config.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace config;

void check_accepted(const DaemonConfig& config) {
  const auto& zones = config.node.zones.names;
  require(!zones.empty() && zones.size() <= names::zones_maximum, "there is a zone, and not too many");
  for (const std::string& zone : zones)
    require(names::is_canonical({names::NameKind::label, zone, "alice"}), "names in a configured zone are canonical");
  require(config.node.disjoint_paths >= 1 && config.node.disjoint_paths <= 16, "paths are within their limits");
  require(!config.listen.address.is_multicast(), "the node listens on no multicast address");
  require(!config.key_file.empty(), "there is a key file");
  const auto& limits = config.node.names;
  require(limits.renew_every < limits.lease, "names are renewed before they run out");
  require(limits.address_life <= limits.stage1_life, "an address does not outlive its binding");
  require(limits.cache_entries_maximum >= 16 && limits.owned_names_maximum >= 1, "tables have room");
}

}  // namespace

void run(Bytes input) {
  constexpr std::array<std::string_view, 2> front_ends{"dns", "http"};
  const ConfigReading reading = read_config("p2pns.yaml", as_text(input), front_ends);
  for (const std::string& error : reading.errors) {
    require(error.starts_with("p2pns.yaml:"), "an error begins with its place");
    require(is_one_line(error), "an error is one line");
  }
  if (reading.errors.empty()) check_accepted(reading.config);
}

}  // namespace p2pns::fuzz
