#include <iostream>
#include <memory>

#include "apps/common/make_identity.hpp"
#include "apps/p2pns/verb.hpp"
#include "config/key_file.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string file;
  crypto::NetworkParameters network;
};

int run(const Options& options) {
  // Known before the work; the save itself checks again.
  if (const auto place = config::check_key_file_place(options.file); !place) return fail(place.error().message);
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
  CLI::App* verb = program.add_subcommand("keygen", "Make a node's key and solve its puzzles");
  verb->add_option("--out", options->file, "Where the key goes; never overwritten")->required();
  verb->add_option("--network", network.network_id, "The overlay it is for")
      ->check(check_network_id)
      ->capture_default_str();
  verb->add_option("--static-bits", network.puzzles.static_bits, "Difficulty of the static puzzle")
      ->check(CLI::Range(0, crypto::puzzle_bits_maximum))
      ->capture_default_str();
  verb->add_option("--dynamic-bits", network.puzzles.dynamic_bits, "Difficulty of the dynamic puzzle")
      ->check(CLI::Range(0, crypto::puzzle_bits_maximum))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace p2pns::cli
