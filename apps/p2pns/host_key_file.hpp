// The private key of a HIP host, from the file that its owner names.
#pragma once

#include <string>

#include "apps/p2pns/api_client.hpp"
#include "core/crypto/host_key.hpp"

namespace p2pns::cli {

/// In bytes: that of the longest RSA key has 2.5 kB, and people write notes before and behind it.
inline constexpr std::size_t host_key_file_maximum_bytes = std::size_t{16} * 1024;

/// What was read is wiped. Errors, each one sentence with the path: no such file, others can use it, too large, no
/// private key in PEM form, or one of a kind that is not served.
ClientResult<crypto::HostKey> read_host_key(const std::string& path);

}  // namespace p2pns::cli
