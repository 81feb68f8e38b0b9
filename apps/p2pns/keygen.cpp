#include <iostream>
#include <memory>

#include "apps/common/make_identity.hpp"
#include "apps/p2pns/passphrase.hpp"
#include "apps/p2pns/verb.hpp"
#include "config/key_text.hpp"
#include "config/owner_key_file.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string file;
  crypto::NetworkParameters network;
  bool owner = false;
  std::string from;  ///< a node's key file, whose key becomes the owner key
  std::string passphrase_file;
};

/// A new owner key, or that of a node.
config::ConfigResult<config::OwnerKey> make_owner_key(const Options& options) {
  if (options.from.empty()) {
    host::SystemRandom random;
    return config::OwnerKey{options.network.network_id, crypto::KeyPair::generate(random)};
  }
  const auto file = config::read_key_file(options.from);
  if (!file) return file.error();
  if (!*file) return config::ConfigError{options.from + ": does not exist"};
  config::SecretText passphrase;
  if (config::kind_of((*file)->view()) == config::KeyKind::sealed) {
    auto given = get_passphrase(options.passphrase_file, PassphraseUse::open);
    if (!given) return given.error();
    passphrase = std::move(*given);
  }
  const auto text = config::load_key_text(options.from, passphrase.view());
  if (!text) return text.error();
  const auto key = config::parse_node_key((*text)->view());
  if (!key) return config::ConfigError{options.from + ": " + key.error().message};
  return config::OwnerKey{key->network, key->identity.keys()};
}

int run_owner(const Options& options) {
  if (const auto place = plugins::check_private_file_place(options.file); !place) return fail(place.error().message);
  const auto key = make_owner_key(options);
  if (!key) return fail(key.error().message);
  const auto text = config::encode_owner_key(key->keys, key->network);
  if (const auto saved = plugins::create_private_file(options.file, text.view()); !saved)
    return fail(saved.error().message);
  std::cout << "owner  " << to_hex(key->keys.public_key().view()) << "\nfile   " << options.file << " (network "
            << key->network << ")\nback it up: whoever loses it loses the names, and nobody can help\n";
  return exit_ok;
}

int run(const Options& options) {
  if (options.owner) return run_owner(options);
  // Known before the work; the save itself checks again.
  if (const auto place = plugins::check_private_file_place(options.file); !place) return fail(place.error().message);
  const auto identity = apps::make_identity(
      options.network.puzzles, [](const std::string& line) { std::cerr << "p2pns: " << line << std::endl; });
  if (const auto saved = config::save_key_file(options.file, identity, options.network); !saved)
    return fail(saved.error().message);
  std::cout << "node   " << to_hex(identity.node_id().view()) << "\nkey    " << to_hex(identity.public_key().view())
            << "\nfile   " << options.file << " (network " << options.network.network_id << ")\n";
  return exit_ok;
}

}  // namespace

void add_keygen(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  auto& network = options->network;
  CLI::App* verb = program.add_subcommand("keygen", "Make a node's key and solve its puzzles, or an owner key");
  verb->add_option("--out", options->file, "Where the key goes; never overwritten")->required();
  auto* network_option = verb->add_option("--network", network.network_id, "The overlay it is for")
                             ->check(check_network_id)
                             ->capture_default_str();
  auto* static_bits = verb->add_option("--static-bits", network.puzzles.static_bits, "Difficulty of the static puzzle")
                          ->check(CLI::Range(0, crypto::puzzle_bits_maximum))
                          ->capture_default_str();
  auto* dynamic_bits =
      verb->add_option("--dynamic-bits", network.puzzles.dynamic_bits, "Difficulty of the dynamic puzzle")
          ->check(CLI::Range(0, crypto::puzzle_bits_maximum))
          ->capture_default_str();
  auto* owner =
      verb->add_flag("--owner", options->owner, "Make an owner key: it signs for names, and needs no puzzles");
  auto* from = verb->add_option("--from", options->from, "A node's key file, whose names the owner key is to own")
                   ->needs(owner)
                   ->excludes(network_option);
  verb->add_option("--passphrase-file", options->passphrase_file, "Of the key given with --from")->needs(from);
  for (CLI::Option* bits : {static_bits, dynamic_bits}) bits->excludes(owner);
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
