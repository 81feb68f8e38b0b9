#include "core/crypto/network.hpp"

#include "core/crypto/digest.hpp"

namespace p2pns::crypto {

NetworkFingerprint fingerprint_of(std::string_view network_id) {
  const Digest digest = sha256(as_bytes(network_id));
  NetworkFingerprint fingerprint;
  std::memcpy(fingerprint.value.data(), digest.value.data(), NetworkFingerprint::size_bytes);
  return fingerprint;
}

}  // namespace p2pns::crypto
