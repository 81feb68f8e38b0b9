#include "core/crypto/hip_words.hpp"

namespace p2pns::crypto {

std::string_view kind_word(const Hit& hit) noexcept {
  switch (kind_of(hit).value_or(HitKind::hip_v2)) {
    case HitKind::hip_v1:
      return "HIPv1";
    case HitKind::det:
      return "DET";
    case HitKind::hip_v2:
      break;
  }
  return "HIPv2";
}

std::string_view word_of(HostAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case HostAlgorithm::rsa:
      return "RSA";
    case HostAlgorithm::ecdsa:
      return "ECDSA";
    case HostAlgorithm::eddsa:
      return "EdDSA";
  }
  return "unknown";
}

}  // namespace p2pns::crypto
