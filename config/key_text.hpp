// The text of a key file of either kind, whether it stands in the file as it is or under a passphrase.
#pragma once

#include "config/key_file.hpp"
#include "config/sealed_key.hpp"

namespace p2pns::config {

/// The bytes of a key file as they are. Others may read one under a passphrase (a backup on a memory stick has no
/// permissions); a plain one must be the user's alone. None when there is no such file. Errors: with the path.
ConfigResult<std::optional<SecretText>> read_key_file(const std::string& path);
/// The same, opened. Errors, with the path: those of read_key_file and open_sealed_key; the passphrase is missing.
ConfigResult<std::optional<SecretText>> load_key_text(const std::string& path, const Passphrase&);

}  // namespace p2pns::config
