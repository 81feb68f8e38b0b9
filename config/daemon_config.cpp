#include "config/daemon_config.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config/yaml_config_node.hpp"
#include "core/base/printable.hpp"

namespace p2pns::config {

namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t day_s = 24 * 3600;
constexpr std::size_t seeds_maximum = 64;               // one answers is enough; more only slow a start down
constexpr std::size_t bootstrap_resolvers_maximum = 8;  // as many as upstreams of the DNS front end
constexpr std::uint16_t dns_port = 53;
constexpr std::int64_t store_mib_minimum = 128;      // half of it is the reserve (core/store/durable_store.hpp)
constexpr std::int64_t store_mib_maximum = 1 << 20;  // a TiB; all of it is address space

/// Reads all sections and collects what is wrong, so that one look at the output mends the whole file.
class Reader {
 public:
  Reader(std::shared_ptr<const YamlDocument> document, std::span<const std::string_view> known_front_ends,
         const PluginOpener& open_plugin, ConfigReading& out)
      : root_(std::move(document)),
        known_front_ends_(known_front_ends.begin(), known_front_ends.end()),
        open_plugin_(open_plugin),
        out_(out) {}

  void read_all() {
    read_network();
    read_zones();
    read_node();
    read_store();
    read_limits();
    read_log();
    read_plugins();
    read_front_ends();
    check(root_.finish());
  }

 private:
  /// False, and the error is kept, when the key cannot be used.
  template <class T>
  bool check(const ConfigResult<T>& result) {
    if (!result) out_.errors.push_back(result.error().message);
    return static_cast<bool>(result);
  }
  template <class T, class Target>
  bool take(const ConfigResult<T>& result, Target& target) {
    if (!check(result)) return false;
    target = static_cast<Target>(*result);
    return true;
  }
  void blame(const YamlConfigNode& section, std::string_view key, std::string_view sentence) {
    out_.errors.push_back(section.error_at(key, sentence).message);
  }
  template <class Unit, class Target>
  void take_time(const YamlConfigNode& section, std::string_view key, Target& target, std::int64_t minimum,
                 std::int64_t maximum) {
    const auto value = section.integer(key, std::chrono::duration_cast<Unit>(target).count(), minimum, maximum);
    if (check(value)) target = Unit{*value};
  }

  void read_network() {
    const auto section = root_.section("network");
    if (!check(section)) return;
    auto& network = out_.config.node.network;
    if (take(section->text("id", network.network_id), network.network_id) && !crypto::is_network_id(network.network_id))
      blame(*section, "id", std::string{"expected "} + crypto::network_id_form);
    take_time<seconds>(*section, "stage1_life_s", out_.config.node.names.stage1_life_maximum, 1, day_s);
    take(section->boolean("exempt_private_blocks", network.exempt_private_blocks), network.exempt_private_blocks);
    const auto puzzle = section->section("puzzle");
    if (check(puzzle)) {
      auto& bits = network.puzzles;
      take(puzzle->integer("static_bits", bits.static_bits, 0, crypto::puzzle_bits_maximum), bits.static_bits);
      take(puzzle->integer("dynamic_bits", bits.dynamic_bits, 0, crypto::puzzle_bits_maximum), bits.dynamic_bits);
      check(puzzle->finish());
    }
    check(section->finish());
  }

  void read_zones() {
    const auto zones = root_.texts("zones");
    if (!check(zones) || !root_.has("zones")) return;
    if (zones->empty() || zones->size() > names::zones_maximum)
      return blame(root_, "zones", "expected 1 to " + std::to_string(names::zones_maximum) + " zones");
    std::vector<std::string> names;
    for (const std::string& typed : *zones) {
      // Above all no alias: names of the zone "p2p.alt" would hash apart from those of "p2p", so that one name could
      // have two owners.
      auto zone = names::parse_zone(typed);
      if (!zone)
        blame(root_, "zones", "'" + typed.substr(0, 63) + "' is no zone: " + zone.error().message);
      else if (std::ranges::count(names, *zone) > 0)
        blame(root_, "zones", "'" + *zone + "' stands here twice");
      else
        names.push_back(std::move(*zone));
    }
    out_.config.node.zones.names = std::move(names);
  }

  void read_node() {
    const auto section = root_.section("node");
    if (!check(section)) return;
    auto& config = out_.config;
    take(section->endpoint("listen", *parse_endpoint("0.0.0.0:4222")), config.listen);
    if (config.listen.address.is_multicast()) blame(*section, "listen", "a multicast address cannot be listened on");
    if (take(section->text("key_file", "/var/lib/p2pns/node.key"), config.key_file)) {
      if (config.key_file.empty()) blame(*section, "key_file", "expected the path of a file");
    }
    take(section->text("owner_key_file", ""), config.owner_key_file);
    take(section->text("passphrase_file", ""), config.passphrase_file);
    for (std::string* path : {&config.key_file, &config.owner_key_file, &config.passphrase_file}) place_beside(*path);
    check_key_files(*section);
    read_seeds(*section);
    read_bootstrap_resolvers(*section);
    take(section->integer("disjoint_paths", static_cast<std::int64_t>(config.node.disjoint_paths), 1, 16),
         config.node.disjoint_paths);
    check(section->finish());
  }

  void read_seeds(const YamlConfigNode& section) {
    const auto texts = section.texts("seeds");
    if (!check(texts)) return;
    if (texts->size() > seeds_maximum)
      return blame(section, "seeds", "has more than " + std::to_string(seeds_maximum) + " items");
    auto& config = out_.config;
    for (std::size_t i = 0; i < texts->size(); ++i) {
      const std::string& text = (*texts)[i];
      std::string objection;
      if (const auto endpoint = parse_endpoint(text)) {
        objection = objection_to_seed(*endpoint);
        config.node.seeds.push_back(*endpoint);
      } else if (auto name = parse_seed_name(text)) {
        objection = objection_to_seed(*name);
        config.seed_names.push_back(std::move(*name));
      } else {
        objection = "expected an address or a host name, with port, like 192.0.2.1:4222 or seed.example:4222, found '" +
                    text.substr(0, 60) + "'";
      }
      if (!objection.empty()) out_.errors.push_back(section.error_at_item("seeds", i, objection).message);
    }
    config.node.seeds_to_come = !config.seed_names.empty();
  }

  // Empty when it can be used.
  std::string objection_to_seed(const Endpoint& seed) const {
    if (seed == out_.config.listen) return to_string(seed) + " is this node itself (node.listen)";
    const bool usable = seed.port != 0 && !seed.address.is_unspecified() && !seed.address.is_multicast();
    return usable ? std::string{} : to_string(seed) + " is not the address of a node";
  }
  std::string objection_to_seed(const SeedName& seed) const {
    std::string_view suffix = seed.host;
    for (;;) {
      if (out_.config.node.zones.contains(suffix))
        return "'" + seed.host + "' lies in zone '" + std::string{suffix} +
               "' of this node, which cannot be asked before the node has joined";
      const auto dot = suffix.find('.');
      if (dot == std::string_view::npos) return {};
      suffix.remove_prefix(dot + 1);
    }
  }

  void read_bootstrap_resolvers(const YamlConfigNode& section) {
    constexpr std::string_view key = "bootstrap_resolvers";
    const auto texts = section.texts(key);
    if (!check(texts)) return;
    if (texts->size() > bootstrap_resolvers_maximum)
      return blame(section, key, "has more than " + std::to_string(bootstrap_resolvers_maximum) + " items");
    for (std::size_t i = 0; i < texts->size(); ++i) {
      const auto resolver = parse_endpoint((*texts)[i], dns_port);
      std::string objection;
      if (!resolver) {
        objection = "expected an address like 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53, found '" +
                    (*texts)[i].substr(0, 60) + "'";
      } else if (resolver->port == 0 || resolver->address.is_unspecified() || resolver->address.is_multicast()) {
        objection = to_string(*resolver) + " is not the address of a resolver";
      } else if (listens_at(*resolver)) {
        objection = to_string(*resolver) + " is a front end of this node, which must not depend on itself";
      } else {
        out_.config.bootstrap_resolvers.push_back(*resolver);
      }
      if (!objection.empty()) out_.errors.push_back(section.error_at_item(key, i, objection).message);
    }
  }

  /// Every front end that listens calls its key `listen`. What it defaults to is the front end's secret.
  bool listens_at(const Endpoint& endpoint) const {
    const auto front_ends = root_.section("frontends");
    if (!front_ends) return false;
    for (const std::string& name : front_ends->keys()) {
      const auto section = front_ends->section(name);
      if (!section) continue;
      const auto listen = section->endpoint("listen", {});
      if (listen && *listen == endpoint) return true;
    }
    return false;
  }

  /// A relative path starts at the folder of the configuration.
  void place_beside(std::string& path) const {
    if (path.empty() || path.front() == '/') return;
    path = (std::filesystem::path{root_.document().file}.parent_path() / path).string();
  }

  void check_key_files(const YamlConfigNode& section) {
    const auto& config = out_.config;
    if (!config.owner_key_file.empty() && config.owner_key_file == config.key_file)
      blame(section, "owner_key_file", "is node.key_file; leave it out, and the node's key owns the names");
    for (const std::string* key : {&config.key_file, &config.owner_key_file})
      if (!key->empty() && *key == config.passphrase_file)
        blame(section, "passphrase_file", "is the key file; a passphrase beside its key protects nothing");
  }

  void read_store() {
    if (!root_.has("store")) return;
    const auto section = root_.section("store");
    if (!check(section)) return;
    StoreSection store;
    if (take(section->text("path", store.path), store.path) && store.path.empty())
      blame(*section, "path", "expected the path of a directory");
    place_beside(store.path);
    take(section->integer("maximum_mib", static_cast<std::int64_t>(store.maximum_mib), store_mib_minimum,
                          store_mib_maximum),
         store.maximum_mib);
    check(section->finish());
    out_.config.store = store;
  }

  void read_limits() {
    const auto section = root_.section("limits");
    if (!check(section)) return;
    auto& limits = out_.config.node.names;
    limits.stage1_life = std::min(limits.stage1_life, limits.stage1_life_maximum);
    take_time<seconds>(*section, "stage1_life_s", limits.stage1_life, 1, day_s);
    if (limits.stage1_life > limits.stage1_life_maximum)
      blame(*section, "stage1_life_s",
            "must not be more than network.stage1_life_s: names that move would be found late");
    limits.address_life = std::min(limits.address_life, limits.stage1_life);
    take_time<seconds>(*section, "address_life_s", limits.address_life, 1, day_s);
    take_time<seconds>(*section, "negative_life_s", limits.negative_life, 1, 3600);
    take_time<milliseconds>(*section, "resolution_time_out_ms", limits.resolution_time_out, 100, 60'000);
    take(section->integer("cache_entries", static_cast<std::int64_t>(limits.cache_entries_maximum), 16, 10'000'000),
         limits.cache_entries_maximum);
    take(section->integer("owned_names", static_cast<std::int64_t>(limits.owned_names_maximum), 1, 1'000'000),
         limits.owned_names_maximum);
    take_time<days>(*section, "lease_days", limits.lease, 2, 60);
    take_time<days>(*section, "renew_every_days", limits.renew_every, 1, 59);
    if (limits.renew_every >= limits.lease)
      blame(*section, "renew_every_days",
            std::to_string(limits.renew_every.count()) + " must be less than limits.lease_days, which is " +
                std::to_string(limits.lease.count()) + ": names would run out before they are renewed");
    if (limits.address_life > limits.stage1_life)
      blame(*section, "address_life_s", "must not be more than limits.stage1_life_s: an address hangs on its binding");
    check(section->finish());
  }

  void read_log() {
    const auto section = root_.section("log");
    if (!check(section)) return;
    std::string level;
    if (take(section->text("level", "info"), level)) {
      constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
      const auto found = std::ranges::find(levels, level);
      if (found == levels.end())
        blame(*section, "level", "expected debug, info, warning or error");
      else
        out_.config.log_level = static_cast<Severity>(found - levels.begin());
    }
    check(section->finish());
  }

  void read_plugins() {
    const auto texts = root_.texts("plugins");
    if (!check(texts)) return;
    if (texts->size() > plugin_files_maximum)
      return blame(root_, "plugins", "has more than " + std::to_string(plugin_files_maximum) + " items");
    for (std::size_t i = 0; i < texts->size(); ++i) {
      std::string path = (*texts)[i];
      place_beside(path);
      ConfigResult<std::string> name = ConfigError{"this program takes no plug-ins from files"};
      if (path.empty())
        name = ConfigError{"expected the path of a shared object"};
      else if (open_plugin_)
        name = open_plugin_(path);
      if (!name) {
        out_.errors.push_back(root_.error_at_item("plugins", i, name.error().message).message);
        plugins_missing_ = true;
        continue;
      }
      known_front_ends_.push_back(std::move(*name));
      out_.config.plugin_files.push_back(std::move(path));
    }
  }

  void read_front_ends() {
    const auto section = root_.section("frontends");
    if (!check(section)) return;
    // Asking for all known names first makes each of them a suggestion for one that is mistyped.
    for (const std::string& known : known_front_ends_) static_cast<void>(section->has(known));
    for (const std::string& name : section->keys()) {
      if (std::ranges::find(known_front_ends_, name) == known_front_ends_.end()) continue;
      auto keys = section->section(name);
      if (check(keys)) out_.config.front_ends.push_back({name, std::make_unique<YamlConfigNode>(std::move(*keys))});
    }
    // It may be the section of a plug-in that could not be loaded, which has been told.
    if (plugins_missing_) return;
    if (const auto finished = section->finish(); !finished)
      out_.errors.push_back(finished.error().message + " (" + front_ends_there_are() + ")");
  }

  std::string front_ends_there_are() const {
    std::string names;
    for (const std::string& known : known_front_ends_) names += (names.empty() ? "" : ", ") + known;
    return "front ends here: " + (names.empty() ? "none" : printable(names)) +
           "; others come from files, named under 'plugins'";
  }

  YamlConfigNode root_;
  std::vector<std::string> known_front_ends_;
  const PluginOpener& open_plugin_;
  ConfigReading& out_;
  bool plugins_missing_ = false;
};

}  // namespace

ConfigReading read_config(const std::string& file, std::string_view text,
                          std::span<const std::string_view> known_front_ends, const PluginOpener& open_plugin) {
  ConfigReading reading;
  const auto document = parse_yaml(file, text);
  if (!document) {
    reading.errors.push_back(document.error().message);
    return reading;
  }
  Reader(*document, known_front_ends, open_plugin, reading).read_all();
  return reading;
}

ConfigReading load_config(const std::string& file, std::span<const std::string_view> known_front_ends,
                          const PluginOpener& open_plugin) {
  ConfigReading reading;
  std::error_code status;
  const bool directory = std::filesystem::is_directory(file, status);
  std::ifstream stream(file, std::ios::binary);
  if (!stream || directory) {
    const std::string reason = directory ? "is a directory" : std::strerror(errno);
    reading.errors.push_back(file + ": cannot be read: " + reason);
    return reading;
  }
  // One byte more than allowed is enough to know that the file is too large, however large it is.
  std::string text(yaml_bytes_maximum + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_config(file, text, known_front_ends, open_plugin);
}

}  // namespace p2pns::config
