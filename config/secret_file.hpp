// Files with secrets: how they are read and made. What stands in them is other files' matter. Every error is one
// sentence that begins with the path.
#pragma once

#include <optional>
#include <string>

#include "config/secret_text.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::config {

using plugins::ConfigError;
using plugins::ConfigResult;

struct SecretFile {
  SecretText text;
  unsigned open_to = 0;  ///< permission bits (of 0077) that group and others have
};

/// None when there is no such file. Errors: no regular file, larger than the maximum, cannot be read.
ConfigResult<std::optional<SecretFile>> read_secret_file(const std::string& path, std::size_t bytes_maximum);
/// The error for a file that others could use, with the command that mends it.
ConfigError open_to_others(const std::string& path);
/// Whether save_new_secret_file could make a file there now, found out by trying. It comes before work that takes long,
/// and before a passphrase is asked for.
ConfigResult<void> check_key_file_place(const std::string& path);
/// Appears at `path` with mode 0600, complete or not at all. Errors: the file exists already, or cannot be written.
ConfigResult<void> save_new_secret_file(const std::string& path, std::string_view text);

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
