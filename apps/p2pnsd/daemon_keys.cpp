#include "apps/p2pnsd/daemon_keys.hpp"

#include <filesystem>

#include "apps/common/make_identity.hpp"
#include "config/owner_key_file.hpp"
#include "config/sealed_key.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::daemon {

namespace {

config::ConfigResult<config::SecretText> load_passphrase(const config::DaemonConfig& config,
                                                         const char* credentials_directory) {
  if (!config.passphrase_file.empty()) return config::read_passphrase_file(config.passphrase_file);
  if (!credentials_directory) return config::SecretText{};
  const auto path = std::filesystem::path{credentials_directory} / passphrase_credential;
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return config::SecretText{};
  return config::read_passphrase_file(path.string(), config::PassphraseAccess::credential);
}

config::Passphrase view_of(const config::SecretText& passphrase) {
  return passphrase.empty() ? config::Passphrase{} : config::Passphrase{passphrase.view()};
}

}  // namespace

config::ConfigResult<DaemonKeys> load_keys(const config::DaemonConfig& config, const char* credentials_directory) {
  DaemonKeys keys;
  auto passphrase = load_passphrase(config, credentials_directory);
  if (!passphrase) return passphrase.error();
  keys.passphrase = std::move(*passphrase);
  const auto identity = config::load_key_file(config.key_file, config.node.network, view_of(keys.passphrase));
  if (!identity) return identity.error();
  keys.identity = *identity;
  if (config.owner_key_file.empty()) return keys;
  const auto owner = config::load_owner_key_file(config.owner_key_file, config.node.network, view_of(keys.passphrase));
  if (!owner) return owner.error();
  keys.owner = *owner;
  return keys;
}

config::ConfigResult<crypto::Identity> make_node_key(const config::DaemonConfig& config, const DaemonKeys& keys,
                                                     const std::function<void(const std::string&)>& say) {
  const auto& network = config.node.network;
  const auto identity = apps::make_identity(network.puzzles, say);
  config::SecretText text = config::encode_key_file(identity, network);
  if (!keys.passphrase.empty()) {
    host::SystemRandom random;
    auto sealed = config::seal_key(text.view(), keys.passphrase.view(), random);
    if (!sealed) return config::ConfigError{config.key_file + ": " + sealed.error().message};
    text = std::move(*sealed);
  }
  if (const auto saved = plugins::create_private_file(config.key_file, text.view()); !saved) return saved.error();
  return identity;
}

}  // namespace p2pns::daemon
