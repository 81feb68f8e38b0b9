#include "core/crypto/network.hpp"

#include <algorithm>

#include "core/crypto/digest.hpp"

namespace p2pns::crypto {

bool is_network_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= network_id_maximum_bytes &&
         std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

NetworkFingerprint fingerprint_of(std::string_view network_id) {
  const Digest digest = sha256(as_bytes(network_id));
  NetworkFingerprint fingerprint;
  std::memcpy(fingerprint.value.data(), digest.value.data(), NetworkFingerprint::size_bytes);
  return fingerprint;
}

}  // namespace p2pns::crypto
