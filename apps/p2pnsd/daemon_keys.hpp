// The keys a daemon runs with: who its node is, and who owns the names registered there. Both may stand under one
// passphrase, which comes from a file or from the service manager; a daemon has nobody to ask.
#pragma once

#include <functional>

#include "config/daemon_config.hpp"
#include "config/key_file.hpp"

namespace p2pns::daemon {

/// Name of the systemd credential with the passphrase (LoadCredential=, LoadCredentialEncrypted=).
inline constexpr std::string_view passphrase_credential = "p2pns-passphrase";

struct DaemonKeys {
  std::optional<crypto::Identity> identity;  ///< none: there is no key file yet
  std::optional<crypto::KeyPair> owner;      ///< none: the node's key owns the names, too
  config::SecretText passphrase;             ///< empty: none is configured
};

/// `credentials_directory` is $CREDENTIALS_DIRECTORY, or null. Errors: one sentence with the path.
config::ConfigResult<DaemonKeys> load_keys(const config::DaemonConfig&, const char* credentials_directory);

/// Makes the node's key and its file, under the passphrase when there is one. `say` hears of the progress. Errors: one
/// sentence with the path.
config::ConfigResult<crypto::Identity> make_node_key(const config::DaemonConfig&, const DaemonKeys&,
                                                     const std::function<void(const std::string&)>& say);

}  // namespace p2pns::daemon
