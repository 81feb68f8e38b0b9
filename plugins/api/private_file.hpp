// private_file: files that only their owner may use: keys, passphrases, tokens, passwords, accounts. How they are read
// and made; what stands in them is other files' matter. Every error is one sentence that begins with the path.
#pragma once

#include <optional>
#include <string>

#include "core/crypto/secret_text.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::plugins {

/// What group and others may do with a file that is read, as permission bits.
enum class OthersMay : unsigned {
  do_nothing = 0,       ///< mode 0600 or less
  read_as_group = 040,  ///< a systemd credential: the service manager gives it to the service's group too
  use_it = 077,         ///< a file that may hold no secret: who reads it decides by PrivateFile::open_to
};

struct PrivateFile {
  crypto::SecretText text;
  unsigned open_to = 0;  ///< permission bits (of 0077) that group and others have
};

/// None when there is no such file. Errors: others may do more than is allowed, it is no regular file, larger than the
/// maximum, cannot be read.
ConfigResult<std::optional<PrivateFile>> read_private_file(const std::string& path, std::size_t bytes_maximum,
                                                           OthersMay allowed = OthersMay::do_nothing);
/// The error for a file that others could use, with the command that mends it.
ConfigError open_to_others(const std::string& path);

/// Of a file with one line: the longest end of that line, in bytes, which counts into the maximum.
inline constexpr std::size_t line_end_maximum = 2;
/// The text without one line end ("\n" or "\r\n").
std::string_view without_line_end(std::string_view text) noexcept;

/// Whether create_private_file could make a file there now, found out by trying. It comes before work that takes long,
/// and before a passphrase is asked for.
ConfigResult<void> check_private_file_place(const std::string& path);
/// Appears at `path` with mode 0600, complete and on disk, or not at all. Errors: the file exists already, or cannot be
/// written.
ConfigResult<void> create_private_file(const std::string& path, std::string_view text);
/// Replaces what stands there, if anything, as a whole: mode 0600, on disk when it returns. Errors: it cannot be
/// written; what stood there is as it was.
ConfigResult<void> replace_private_file(const std::string& path, std::string_view text);

}  // namespace p2pns::plugins
