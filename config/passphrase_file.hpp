// Passphrase file: one line that opens a sealed key.
#pragma once

#include "plugins/api/private_file.hpp"

namespace p2pns::config {

using crypto::SecretText;
using plugins::ConfigError;
using plugins::ConfigResult;

/// Longest passphrase, in bytes: far more than anybody types, and enough for one made by a program.
inline constexpr std::size_t passphrase_bytes_maximum = 1024;
/// What a passphrase file may be readable for.
enum class PassphraseAccess {
  owner_only,  ///< a file of the operator: mode 0600 or less
  credential,  ///< a systemd credential: the service manager gives it to the service's group too
};
/// The one line of the file, without its end. Errors: no such file, others can use it, empty, more than one line, too
/// long.
ConfigResult<SecretText> read_passphrase_file(const std::string& path,
                                              PassphraseAccess access = PassphraseAccess::owner_only);

}  // namespace p2pns::config
