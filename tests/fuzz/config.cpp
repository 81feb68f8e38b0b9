// The configuration file with the sections of the front ends: every error is one line that begins with its place, and
// what is accepted is within its limits.
#include <algorithm>
#include <array>
#include <filesystem>

#include "config/daemon_config.hpp"
#include "frontends/dns/dns_settings.hpp"
#include "frontends/hip/hip_settings.hpp"
#include "frontends/http/http_settings.hpp"
#include "frontends/sip/sip_settings.hpp"
#include "frontends/xmpp/xmpp_settings.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace config;

void require_placed_line(const std::string& error) {
  require(error.starts_with("p2pns.yaml:"), "an error begins with its place");
  require(is_one_line(error), "an error is one line");
}

void check_dns(const plugins::ConfigNode& section) {
  const auto settings = dns::read_dns_settings(section);
  if (!settings) return require_placed_line(settings.error().message);
  const auto& upstreams = settings->upstreams;
  require(upstreams.size() <= dns::upstreams_maximum, "there are not too many upstreams");
  require(std::ranges::find(upstreams, settings->listen) == upstreams.end(), "no server forwards to itself");
}

void check_http(const plugins::ConfigNode& section) {
  const auto settings = http::read_http_settings(section, "/var/lib/p2pns");
  if (!settings) return require_placed_line(settings.error().message);
  require(settings->allow_remote || settings->server.listen.address.is_loopback(), "other machines must be let in");
  require(settings->server.connections_maximum >= 1 && settings->lookups_maximum >= 1, "there is room for a client");
  require(settings->token_file.starts_with('/'), "the token has a place of its own");
}

void check_hip(const plugins::ConfigNode& section) {
  const auto settings = hip::read_hip_settings(section, "/var/lib/p2pns");
  if (!settings) return require_placed_line(settings.error().message);
  require(settings->allow_remote || settings->server.listen.address.is_loopback(), "other machines must be let in");
  require(settings->server.connections_maximum >= 1 && settings->lookups_maximum >= 1, "there is room for a client");
  require(settings->token_file.starts_with('/'), "the token has a place of its own");
}

void check_sip(const plugins::ConfigNode& section, const names::Zones& zones) {
  const auto settings = sip::read_sip_settings(section, "/var/lib/p2pns", zones);
  if (!settings) return require_placed_line(settings.error().message);
  require(settings->allow_remote || settings->listen.address.is_loopback(), "other machines must be let in");
  require(settings->users_file.starts_with('/'), "the users have a place of their own");
  require(settings->digest.realm.find('"') == std::string::npos, "the realm can be quoted");
  const auto& expiry = settings->registrar.expiry;
  require(expiry.minimum_s <= expiry.default_s && expiry.default_s <= expiry.maximum_s,
          "a phone gets what it may have");
}

void check_xmpp(const plugins::ConfigNode& section) {
  const auto settings = xmpp::read_xmpp_settings(section, "/var/lib/p2pns");
  if (!settings) return require_placed_line(settings.error().message);
  require(settings->allow_remote || settings->server.address.is_loopback(), "the secret stays on this machine");
  require(settings->secret_file.starts_with('/'), "the secret has a place of its own");
}

void check_seeds(const DaemonConfig& config) {
  for (const SeedName& name : config.seed_names) {
    const auto again = parse_seed_name(to_string(name));
    require(again && *again == name, "a seed's name is canonical");
  }
  require(std::ranges::find(config.node.seeds, config.listen) == config.node.seeds.end(), "no node is its own seed");
}

void check_accepted(const DaemonConfig& config) {
  const auto& zones = config.node.zones.names;
  require(!zones.empty() && zones.size() <= names::zones_maximum, "there is a zone, and not too many");
  for (const std::string& zone : zones)
    require(names::is_canonical({names::NameKind::label, zone, "alice"}), "names in a configured zone are canonical");
  require(config.node.disjoint_paths >= 1 && config.node.disjoint_paths <= 16, "paths are within their limits");
  require(!config.listen.address.is_multicast(), "the node listens on no multicast address");
  require(!config.key_file.empty(), "there is a key file");
  require(config.key_file != config.owner_key_file && config.key_file != config.passphrase_file,
          "the key file is nothing else");
  if (config.store)
    require(!config.store->path.empty() && config.store->maximum_mib >= 128, "a store has a place and room");
  check_seeds(config);
  const auto& limits = config.node.names;
  require(limits.renew_every < limits.lease, "names are renewed before they run out");
  require(limits.stage1_life <= limits.stage1_life_maximum, "a node does not cache longer than its network allows");
  require(limits.address_life <= limits.stage1_life, "an address does not outlive its binding");
  require(limits.cache_entries_maximum >= 16 && limits.owned_names_maximum >= 1, "tables have room");
  for (const FrontEndSection& section : config.front_ends) {
    if (section.name == "dns") check_dns(*section.keys);
    if (section.name == "http") check_http(*section.keys);
    if (section.name == "sip") check_sip(*section.keys, config.node.zones);
    if (section.name == "xmpp") check_xmpp(*section.keys);
    if (section.name == "hip") check_hip(*section.keys);
  }
}

/// A plug-in for every path that looks like one; its name is that of the file.
ConfigResult<std::string> open_plugin(const std::string& path) {
  const std::filesystem::path file{path};
  if (file.extension() != ".so") return ConfigError{path + ": is no shared object"};
  return {boost::system::in_place_value, file.stem().string()};
}

}  // namespace

void run(Bytes input) {
  constexpr std::array<std::string_view, 5> front_ends{"dns", "hip", "http", "sip", "xmpp"};
  const ConfigReading reading = read_config("p2pns.yaml", as_text(input), front_ends, open_plugin);
  for (const std::string& error : reading.errors) require_placed_line(error);
  if (reading.errors.empty()) check_accepted(reading.config);
}

}  // namespace p2pns::fuzz
