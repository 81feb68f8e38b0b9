#include <iostream>
#include <memory>

#include "apps/p2pns/passphrase.hpp"
#include "apps/p2pns/verb.hpp"
#include "config/key_text.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::cli {

namespace {

struct Options {
  std::string file;
  std::string out;
  std::string passphrase_file;
};

std::string text_of(const config::KeyDescription& key) {
  std::string text = "kind     " + std::string{config::describe(key.kind)} + "\nnetwork  " + key.network +
                     "\nkey      " + to_hex(key.public_key.view()) + "\n";
  if (key.kind == config::KeyKind::node) text += "node     " + to_hex(crypto::node_id_of(key.public_key).view()) + "\n";
  return text;
}

config::ConfigResult<config::SecretText> read(const std::string& path) {
  auto text = config::read_key_file(path);
  if (!text) return text.error();
  if (!*text) return config::ConfigError{path + ": does not exist"};
  return std::move(**text);
}

int show(const Options& options) {
  const auto text = read(options.file);
  if (!text) return fail(text.error().message);
  const auto key = config::describe_key(text->view());
  if (!key) return fail(options.file + ": " + key.error().message);
  const bool sealed = config::kind_of(text->view()) == config::KeyKind::sealed;
  std::cout << text_of(*key) << "secret   " << (sealed ? "under a passphrase" : "readable by whoever can read the file")
            << "\n";
  return exit_ok;
}

int back_up(const Options& options) {
  const auto text = read(options.file);
  if (!text) return fail(text.error().message);
  if (config::kind_of(text->view()) == config::KeyKind::sealed)
    return fail(options.file + ": is under a passphrase already; copy it as it is");
  const auto key = config::describe_key(text->view());
  if (!key) return fail(options.file + ": " + key.error().message);
  if (const auto place = plugins::check_private_file_place(options.out); !place) return fail(place.error().message);
  const auto passphrase = get_passphrase(options.passphrase_file, PassphraseUse::make);
  if (!passphrase) return fail(passphrase.error().message);
  host::SystemRandom random;
  const auto sealed = config::seal_key(text->view(), passphrase->view(), random);
  if (!sealed) return fail(options.file + ": " + sealed.error().message);
  if (const auto saved = plugins::create_private_file(options.out, sealed->view()); !saved)
    return fail(saved.error().message);
  std::cout << text_of(*key) << "backup   " << options.out << "\n";
  return exit_ok;
}

int restore(const Options& options) {
  const auto text = read(options.file);
  if (!text) return fail(text.error().message);
  const auto key = config::describe_key(text->view());
  if (!key) return fail(options.file + ": " + key.error().message);
  if (config::kind_of(text->view()) != config::KeyKind::sealed)
    return fail(options.file + ": is " + std::string{config::describe(key->kind)} +
                " as it is, and not under a passphrase; copy it");
  if (const auto place = plugins::check_private_file_place(options.out); !place) return fail(place.error().message);
  const auto passphrase = get_passphrase(options.passphrase_file, PassphraseUse::open);
  if (!passphrase) return fail(passphrase.error().message);
  const auto opened = config::open_sealed_key(text->view(), passphrase->view());
  if (!opened) return fail(options.file + ": " + opened.error().message);
  if (const auto saved = plugins::create_private_file(options.out, opened->view()); !saved)
    return fail(saved.error().message);
  std::cout << text_of(*key) << "file     " << options.out << "\n";
  return exit_ok;
}

void add_out(CLI::App& verb, Options& options) {
  verb.add_option("--out", options.out, "Where it goes; never overwritten")->required();
  verb.add_option(
      "--passphrase-file", options.passphrase_file,
      "Holds the passphrase in one line, mode 0600; otherwise it is asked for, or read from standard input");
}

}  // namespace

void add_key(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("key", "Back up, restore and show keys");
  verb->require_subcommand(1);
  CLI::App* backup_verb = verb->add_subcommand("backup", "Copy a key, under a passphrase");
  backup_verb->add_option("FILE", options->file, "A node's or an owner's key file")->required();
  add_out(*backup_verb, *options);
  backup_verb->callback([options, &exit_code] { exit_code = back_up(*options); });
  CLI::App* restore_verb = verb->add_subcommand("restore", "Get a key back from its backup");
  restore_verb->add_option("BACKUP", options->file, "What p2pns key backup has made")->required();
  add_out(*restore_verb, *options);
  restore_verb->callback([options, &exit_code] { exit_code = restore(*options); });
  CLI::App* show_verb = verb->add_subcommand("show", "What a key file or a backup holds, without its secret");
  show_verb->add_option("FILE", options->file, "A key file or a backup")->required();
  show_verb->callback([options, &exit_code] { exit_code = show(*options); });
}

}  // namespace p2pns::cli
