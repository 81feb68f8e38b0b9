#include "config/daemon_config.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace p2pns::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array<std::string_view, 5> front_ends{"dns", "hip", "http", "sip", "xmpp"};

ConfigReading read(std::string_view text) { return read_config("/etc/p2pns/p2pns.yaml", text, front_ends); }

std::filesystem::path shipped(std::string_view name) { return std::filesystem::path{P2PNS_CONFIGS} / name; }

TEST(DaemonConfig, AnEmptyFileGivesTheDesignsDefaults) {
  const auto reading = read("");
  EXPECT_THAT(reading.errors, IsEmpty());
  EXPECT_EQ(reading.config.node.network.network_id, "p2pns");
  EXPECT_EQ(reading.config.node.network.puzzles.static_bits, 20);
  EXPECT_THAT(reading.config.node.zones.names, ElementsAre("p2p"));
  EXPECT_EQ(to_string(reading.config.listen), "0.0.0.0:4222");
  EXPECT_THAT(reading.config.front_ends, IsEmpty());
}

TEST(DaemonConfig, TheShippedFileSaysExactlyTheDefaults) {
  const auto shipped_file = load_config(shipped("p2pns.yaml").string(), front_ends);
  EXPECT_THAT(shipped_file.errors, IsEmpty());
  const auto& read_values = shipped_file.config;
  const auto defaults = read("").config;
  EXPECT_EQ(read_values.node.network.network_id, defaults.node.network.network_id);
  EXPECT_EQ(read_values.node.network.puzzles.static_bits, defaults.node.network.puzzles.static_bits);
  EXPECT_EQ(read_values.node.network.puzzles.dynamic_bits, defaults.node.network.puzzles.dynamic_bits);
  EXPECT_EQ(read_values.node.network.exempt_private_blocks, defaults.node.network.exempt_private_blocks);
  EXPECT_EQ(read_values.node.zones.names, defaults.node.zones.names);
  EXPECT_EQ(read_values.listen, defaults.listen);
  EXPECT_EQ(read_values.key_file, defaults.key_file);
  EXPECT_EQ(read_values.node.seeds, defaults.node.seeds);
  EXPECT_EQ(read_values.seed_names, defaults.seed_names);
  EXPECT_EQ(read_values.bootstrap_resolvers, defaults.bootstrap_resolvers);
  EXPECT_EQ(read_values.node.disjoint_paths, defaults.node.disjoint_paths);
  EXPECT_EQ(read_values.owner_key_file, defaults.owner_key_file);
  EXPECT_EQ(read_values.passphrase_file, defaults.passphrase_file);
  EXPECT_EQ(read_values.node.names.stage1_life_maximum, defaults.node.names.stage1_life_maximum);
  EXPECT_EQ(read_values.node.names.stage1_life, defaults.node.names.stage1_life);
  EXPECT_EQ(read_values.node.names.address_life, defaults.node.names.address_life);
  EXPECT_EQ(read_values.node.names.negative_life, defaults.node.names.negative_life);
  EXPECT_EQ(read_values.node.names.resolution_time_out, defaults.node.names.resolution_time_out);
  EXPECT_EQ(read_values.node.names.cache_entries_maximum, defaults.node.names.cache_entries_maximum);
  EXPECT_EQ(read_values.node.names.owned_names_maximum, defaults.node.names.owned_names_maximum);
  EXPECT_EQ(read_values.node.names.lease, defaults.node.names.lease);
  EXPECT_EQ(read_values.node.names.renew_every, defaults.node.names.renew_every);
  EXPECT_EQ(read_values.log_level, defaults.log_level);
  ASSERT_TRUE(read_values.store);
  EXPECT_EQ(read_values.store->path, StoreSection{}.path);
  EXPECT_EQ(read_values.store->maximum_mib, StoreSection{}.maximum_mib);
}

/// The name of each plug-in is that of its file; those that begin with "bad" cannot be opened.
ConfigReading read_with_plugins(std::string_view text, std::vector<std::string>& opened) {
  return read_config("/etc/p2pns/p2pns.yaml", text, front_ends,
                     [&opened](const std::string& path) -> ConfigResult<std::string> {
                       opened.push_back(path);
                       const std::string name = std::filesystem::path{path}.stem();
                       if (name.starts_with("bad")) return ConfigError{path + ": is no plug-in"};
                       return {boost::system::in_place_value, name};
                     });
}

TEST(DaemonConfig, OpensPluginsBesideTheFileAndKnowsTheirSections) {
  std::vector<std::string> opened;
  const auto reading =
      read_with_plugins("frontends: {whois: {listen: x}, dns: {}}\nplugins: [whois.so, /srv/sip.so]\n", opened);
  EXPECT_THAT(reading.errors, IsEmpty());
  EXPECT_THAT(opened, ElementsAre("/etc/p2pns/whois.so", "/srv/sip.so"));
  EXPECT_EQ(reading.config.plugin_files, opened);
  ASSERT_EQ(reading.config.front_ends.size(), 2U) << "a plug-in without a section does not run";
  EXPECT_EQ(reading.config.front_ends[0].name, "whois");
}

TEST(DaemonConfig, NamesPluginsInOneLineWhateverTheyAreCalled) {
  std::vector<std::string> opened;
  EXPECT_THAT(read_with_plugins("plugins: [\"wh\\nois.so\"]\nfrontends: {dsn: {}}\n", opened).errors,
              ElementsAre(HasSubstr("wh?ois")));
}

TEST(DaemonConfig, TellsThePlaceOfEachPluginThatCannotBeUsed) {
  std::vector<std::string> opened;
  EXPECT_THAT(read_with_plugins("plugins:\n- bad.so\n- ''\n- /bad.so\n", opened).errors,
              ElementsAre("/etc/p2pns/p2pns.yaml:2:3: plugins[0]: /etc/p2pns/bad.so: is no plug-in",
                          "/etc/p2pns/p2pns.yaml:3:3: plugins[1]: expected the path of a shared object",
                          "/etc/p2pns/p2pns.yaml:4:3: plugins[2]: /bad.so: is no plug-in"));
  EXPECT_THAT(read("plugins: [x.so]").errors, ElementsAre(HasSubstr("plugins[0]: this program takes no plug-ins")));
}

TEST(DaemonConfig, BlamesNoSectionForAPluginThatCannotBeUsed) {
  std::vector<std::string> opened;
  const std::string text = "frontends: {whois: {}, dsn: {}}\n";
  EXPECT_THAT(read_with_plugins(text + "plugins: [bad.so]", opened).errors, ElementsAre(HasSubstr("is no plug-in")));
  EXPECT_THAT(read_with_plugins(text + "plugins: [whois.so]", opened).errors,
              ElementsAre(HasSubstr(
                  "frontends.'dsn': no such key, did you mean 'dns'? (front ends here: dns, hip, http, sip, xmpp, "
                  "whois; others come from files, named under 'plugins')")));
}

TEST(DaemonConfig, TakesNoMorePluginsThanTheMaximum) {
  std::vector<std::string> opened;
  std::string text = "plugins: [a0";
  for (std::size_t i = 1; i < plugin_files_maximum; ++i) text += ", a" + std::to_string(i);
  EXPECT_THAT(read_with_plugins(text + "]", opened).errors, IsEmpty());
  EXPECT_EQ(opened.size(), plugin_files_maximum);
  opened.clear();
  EXPECT_THAT(read_with_plugins(text + ", more]", opened).errors, ElementsAre(HasSubstr("plugins: has more than 16")));
  EXPECT_THAT(opened, IsEmpty());
}

TEST(DaemonConfig, KeepsNothingWithoutASectionForTheStore) {
  EXPECT_FALSE(read("").config.store);
  EXPECT_EQ(read("store: {}").config.store->path, "/var/lib/p2pns/store");
}

TEST(DaemonConfig, LooksForARelativeStoreBesideTheFile) {
  EXPECT_EQ(read("store: {path: names}").config.store->path, "/etc/p2pns/names");
  EXPECT_EQ(read("store: {path: /srv/names}").config.store->path, "/srv/names");
  EXPECT_THAT(read("store: {path: ''}").errors, ElementsAre(HasSubstr("store.path: expected the path")));
}

TEST(DaemonConfig, LimitsTheSizeOfTheStore) {
  EXPECT_THAT(read("store: {maximum_mib: 127}").errors, ElementsAre(HasSubstr("store.maximum_mib")));
  EXPECT_EQ(read("store: {maximum_mib: 128}").config.store->maximum_mib, 128U);
  EXPECT_EQ(read("store: {maximum_mib: 1048576}").config.store->maximum_mib, 1048576U);
  EXPECT_THAT(read("store: {maximum_mib: 1048577}").errors, ElementsAre(HasSubstr("store.maximum_mib")));
}

TEST(DaemonConfig, TheDemoIsATestNetworkOnLoopback) {
  const auto demo = load_config(shipped("demo.yaml").string(), front_ends);
  EXPECT_THAT(demo.errors, IsEmpty());
  EXPECT_EQ(demo.config.node.network.network_id, "p2pns-test");
  EXPECT_EQ(demo.config.node.network.puzzles.static_bits, 6);
  EXPECT_TRUE(demo.config.node.network.exempt_private_blocks);
  EXPECT_EQ(to_string(demo.config.listen), "127.0.0.1:4222");
  ASSERT_EQ(demo.config.front_ends.size(), 4U);
  EXPECT_EQ(demo.config.front_ends[0].name, "dns");
  EXPECT_EQ(to_string(*demo.config.front_ends[0].keys->endpoint("listen", {})), "127.0.0.1:5300");
  EXPECT_EQ(to_string(*demo.config.front_ends[1].keys->endpoint("listen", {})), "127.0.0.1:8053");
}

TEST(DaemonConfig, ReadsEveryKey) {
  const auto reading = read(
      "network: {id: lab, puzzle: {static_bits: 1, dynamic_bits: 2}, stage1_life_s: 200, exempt_private_blocks: true}\n"
      "zones: [lab, p2p]\n"
      "node: {listen: '[::1]:99', key_file: k, owner_key_file: o, passphrase_file: /p, seeds: ['127.0.0.1:1', "
      "'[::1]:2'], disjoint_paths: 8}\n"
      "store: {path: s, maximum_mib: 200}\n"
      "limits: {stage1_life_s: 100, address_life_s: 50, negative_life_s: 3, resolution_time_out_ms: 400,\n"
      "  cache_entries: 500, owned_names: 6, lease_days: 20, renew_every_days: 10}\n"
      "frontends: {http: }\n"
      "log: {level: warning}\n");
  ASSERT_THAT(reading.errors, IsEmpty());
  const auto& [node, listen, seed_names, resolvers, key_file, owner_key_file, passphrase_file, store, log_level,
               plugin_files, sections] = reading.config;
  EXPECT_THAT(seed_names, IsEmpty());
  EXPECT_THAT(plugin_files, IsEmpty());
  EXPECT_THAT(resolvers, IsEmpty());
  EXPECT_EQ(node.network.puzzles.dynamic_bits, 2);
  EXPECT_THAT(node.zones.names, ElementsAre("lab", "p2p"));
  EXPECT_EQ(to_string(listen), "[::1]:99");
  EXPECT_EQ(key_file, "/etc/p2pns/k");
  EXPECT_EQ(owner_key_file, "/etc/p2pns/o");
  EXPECT_EQ(passphrase_file, "/p");
  ASSERT_TRUE(store);
  EXPECT_EQ(store->path, "/etc/p2pns/s");
  EXPECT_EQ(store->maximum_mib, 200U);
  ASSERT_EQ(node.seeds.size(), 2U);
  EXPECT_EQ(to_string(node.seeds[1]), "[::1]:2");
  EXPECT_EQ(node.disjoint_paths, 8U);
  EXPECT_EQ(node.names.stage1_life_maximum, std::chrono::seconds{200});
  EXPECT_EQ(node.names.stage1_life, std::chrono::seconds{100});
  EXPECT_EQ(node.names.address_life, std::chrono::seconds{50});
  EXPECT_EQ(node.names.negative_life, std::chrono::seconds{3});
  EXPECT_EQ(node.names.resolution_time_out, std::chrono::milliseconds{400});
  EXPECT_EQ(node.names.cache_entries_maximum, 500U);
  EXPECT_EQ(node.names.owned_names_maximum, 6U);
  EXPECT_EQ(node.names.lease, std::chrono::days{20});
  EXPECT_EQ(node.names.renew_every, std::chrono::days{10});
  EXPECT_EQ(log_level, Severity::warning);
  ASSERT_EQ(sections.size(), 1U);
  EXPECT_EQ(sections[0].name, "http");
}

TEST(DaemonConfig, ANetworkWithShortLivesMakesTheOthersShorterByItself) {
  const auto reading = read("network: {stage1_life_s: 3}");
  ASSERT_THAT(reading.errors, IsEmpty());
  EXPECT_EQ(reading.config.node.names.stage1_life, std::chrono::seconds{3});
  EXPECT_EQ(reading.config.node.names.address_life, std::chrono::seconds{3});
}

TEST(DaemonConfig, ReportsAllErrorsOfAFileAtOnce) {
  const auto reading = read("network: {id: 'a b'}\nnode: {disjoint_paths: 17}\nzonse: [p2p]\nfrontends: {dsn: {}}\n");
  EXPECT_THAT(
      reading.errors,
      ElementsAre("/etc/p2pns/p2pns.yaml:1:15: network.id: expected 1 to 63 visible characters without spaces",
                  "/etc/p2pns/p2pns.yaml:2:24: node.disjoint_paths: 17 is outside of 1 to 16",
                  "/etc/p2pns/p2pns.yaml:4:13: frontends.'dsn': no such key, did you mean 'dns'? (front ends here: "
                  "dns, hip, http, sip, xmpp; others come from files, named under 'plugins')",
                  "/etc/p2pns/p2pns.yaml:3:1: 'zonse': no such key, did you mean 'zones'?"));
}

TEST(DaemonConfig, RefusesValuesThatContradictEachOther) {
  EXPECT_THAT(read("limits: {lease_days: 7, renew_every_days: 7}").errors,
              ElementsAre(HasSubstr("limits.renew_every_days: 7 must be less than limits.lease_days, which is 7")));
  EXPECT_THAT(read("limits: {stage1_life_s: 10, address_life_s: 11}").errors,
              ElementsAre(HasSubstr("limits.address_life_s: must not be more than limits.stage1_life_s")));
  EXPECT_THAT(read("network: {stage1_life_s: 99}\nlimits: {stage1_life_s: 100}").errors,
              ElementsAre(HasSubstr("limits.stage1_life_s: must not be more than network.stage1_life_s")));
  EXPECT_THAT(read("node: {key_file: /k, owner_key_file: /k}").errors,
              ElementsAre(HasSubstr("node.owner_key_file: is node.key_file; leave it out")));
  EXPECT_THAT(read("node: {key_file: /k, passphrase_file: /k}").errors,
              ElementsAre(HasSubstr("node.passphrase_file: is the key file")));
  EXPECT_THAT(read("node: {listen: 127.0.0.1:1, seeds: [127.0.0.1:1]}").errors,
              ElementsAre(HasSubstr("node.seeds[0]: 127.0.0.1:1 is this node itself")));
  EXPECT_THAT(read("zones: [p2p, P2P.]").errors, ElementsAre(HasSubstr("'p2p' stands here twice")));
}

TEST(DaemonConfig, RefusesValuesThatCannotWork) {
  EXPECT_THAT(read("node: {seeds: [0.0.0.0:99]}").errors, ElementsAre(HasSubstr("is not the address of a node")));
  EXPECT_THAT(read("node: {seeds: [127.0.0.1:0]}").errors, ElementsAre(HasSubstr("is not the address of a node")));
  EXPECT_THAT(read("node: {key_file: ''}").errors, ElementsAre(HasSubstr("expected the path of a file")));
  EXPECT_THAT(read("zones: []").errors, ElementsAre(HasSubstr("expected 1 to 16 zones")));
  for (const std::string& zone : {std::string{"-p2p"}, std::string{"p..p"}, std::string{"p2p.-x"}, std::string{"zo ne"},
                                  std::string{"ab--c"}, std::string{"_p2p"}, std::string(64, 'z')})
    EXPECT_THAT(read("zones: ['" + zone + "']").errors, ElementsAre(HasSubstr("' is no zone: "))) << zone;
  EXPECT_THAT(read("log: {level: loud}").errors, ElementsAre(HasSubstr("expected debug, info, warning or error")));
  EXPECT_THAT(read("network: {puzzle: {static_bits: 41}}").errors, ElementsAre(HasSubstr("outside of 0 to 40")));
}

TEST(DaemonConfig, AZoneIsTakenInItsCanonicalForm) {
  const auto reading = read("zones: [P2P., Büro.example]");
  EXPECT_THAT(reading.errors, IsEmpty());
  EXPECT_THAT(reading.config.node.zones.names, ElementsAre("p2p", "xn--bro-hoa.example"));
}

TEST(DaemonConfig, AnAliasIsNoZoneEvenAlone) {
  EXPECT_THAT(read("zones: [p2p.alt]").errors, ElementsAre(HasSubstr("'p2p.alt' is no zone: \"p2p.alt\" is an alias")));
  EXPECT_THAT(read("zones: [p2p, P2P.ALT.]").errors, ElementsAre(HasSubstr("is an alias")));
}

TEST(DaemonConfig, AFileThatCannotBeReadIsOneClearError) {
  EXPECT_THAT(load_config("/nowhere/p2pns.yaml", front_ends).errors,
              ElementsAre("/nowhere/p2pns.yaml: cannot be read: No such file or directory"));
  EXPECT_THAT(load_config("/", front_ends).errors, ElementsAre(HasSubstr("is a directory")));
}

TEST(DaemonConfig, AFileWithoutAnEndIsRefusedAtTheMaximumSize) {
  EXPECT_THAT(load_config("/dev/zero", front_ends).errors, ElementsAre(HasSubstr("larger than 64 KiB")));
}

TEST(DaemonConfig, TakesSeedsByNameBesideAddresses) {
  const auto reading = read("node: {seeds: ['Seed.Example:4222', '192.0.2.1:4222', 'a-b.c9.:1']}");
  EXPECT_THAT(reading.errors, IsEmpty());
  EXPECT_THAT(reading.config.seed_names, ElementsAre(SeedName{"seed.example", 4222}, SeedName{"a-b.c9", 1}));
  EXPECT_EQ(reading.config.node.seeds.size(), 1U);
  EXPECT_TRUE(reading.config.node.seeds_to_come);
  EXPECT_FALSE(read("node: {seeds: ['192.0.2.1:4222']}").config.node.seeds_to_come);
}

TEST(DaemonConfig, RefusesSeedsThatAreNeitherAndSaysWhere) {
  for (const char* seed : {"seed.example", "seed.example:0", "seed.example:70000", "seed example:1", "-a.example:1",
                           "a-.example:1", "a..example:1", ".example:1", ":1", "192.0.2.300:4222", "a_b.example:1"})
    EXPECT_THAT(read("node: {seeds: ['" + std::string{seed} + "']}").errors,
                ElementsAre(HasSubstr("p2pns.yaml:1:16: node.seeds[0]: expected an address or a host name")))
        << seed;
  const std::string label(63, 'a');
  EXPECT_THAT(read("node: {seeds: ['" + label + ".example:1']}").errors, IsEmpty());
  EXPECT_THAT(read("node: {seeds: ['" + label + "a.example:1']}").errors, testing::SizeIs(1));
}

TEST(DaemonConfig, RefusesASeedThatOnlyThisNodeCouldFind) {
  EXPECT_THAT(read("node: {seeds: ['seed.alice.p2p:4222']}").errors,
              ElementsAre(HasSubstr("node.seeds[0]: 'seed.alice.p2p' lies in zone 'p2p' of this node")));
  EXPECT_THAT(read("node: {seeds: ['p2p.alt:4222']}").errors, ElementsAre(HasSubstr("lies in zone 'p2p.alt'")));
  EXPECT_THAT(read("zones: [lan]\nnode: {seeds: ['seed.p2p:1']}").errors, IsEmpty());
}

TEST(DaemonConfig, TakesResolversForThem) {
  const auto reading = read("node: {bootstrap_resolvers: [192.0.2.1, '[2001:db8::1]:5353', '2001:db8::2']}");
  EXPECT_THAT(reading.errors, IsEmpty());
  EXPECT_THAT(reading.config.bootstrap_resolvers,
              ElementsAre(*parse_endpoint("192.0.2.1:53"), *parse_endpoint("[2001:db8::1]:5353"),
                          *parse_endpoint("[2001:db8::2]:53")));
}

TEST(DaemonConfig, RefusesResolversThatCannotBeOrAreThisNode) {
  const std::string own = "frontends: {dns: {listen: '127.0.0.1:53'}}\n";
  EXPECT_THAT(read(own + "node: {bootstrap_resolvers: [192.0.2.1, 127.0.0.1]}").errors,
              ElementsAre(HasSubstr("p2pns.yaml:2:41: node.bootstrap_resolvers[1]: 127.0.0.1:53 is a front end")));
  EXPECT_THAT(read(own + "node: {bootstrap_resolvers: [0.0.0.0]}").errors,
              ElementsAre(HasSubstr("is not the address of a resolver")));
  EXPECT_THAT(read("node: {bootstrap_resolvers: [dns.example]}").errors, ElementsAre(HasSubstr("expected an address")));
  EXPECT_THAT(
      read("node: {bootstrap_resolvers: [1.0.0.1,1.0.0.2,1.0.0.3,1.0.0.4,1.0.0.5,1.0.0.6,1.0.0.7,1.0.0.8]}").errors,
      IsEmpty());
  EXPECT_THAT(
      read("node: {bootstrap_resolvers: [1.0.0.1,1.0.0.2,1.0.0.3,1.0.0.4,1.0.0.5,1.0.0.6,1.0.0.7,1.0.0.8,1.0.0.9]}")
          .errors,
      ElementsAre(HasSubstr("more than 8")));
}

}  // namespace
}  // namespace p2pns::config
