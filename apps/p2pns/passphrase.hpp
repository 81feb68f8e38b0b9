// The passphrase of a key, from where a person or a program gives it: a file, the terminal (without echo), or standard
// input. Never from the command line, where everybody can read it.
#pragma once

#include "config/passphrase_file.hpp"

namespace p2pns::cli {

/// A new passphrase must have so many bytes: Argon2id makes each guess dear, but cannot save "1234".
inline constexpr std::size_t new_passphrase_bytes_minimum = 8;

enum class PassphraseUse {
  open,  ///< of a key that has one
  make   ///< a new one: a terminal asks twice, and it has a minimum length
};

/// From `file`, unless that is empty; from the terminal, when standard input is one; otherwise the first line of
/// standard input. Errors: one sentence.
config::ConfigResult<config::SecretText> get_passphrase(const std::string& file, PassphraseUse);

}  // namespace p2pns::cli
