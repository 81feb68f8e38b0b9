// HostIdentity: the public key of a HIP host as RFC 7401 (5.2.9) writes it, and its Host Identity Tags. A HIT proves
// itself: whoever has the key can recompute it.
#pragma once

#include "core/crypto/hit.hpp"
#include "core/crypto/signature.hpp"

namespace p2pns::crypto {

/// Numbers of RFC 7401, 5.2.9, and RFC 9374, 3.4.1.
enum class HostAlgorithm : std::uint16_t { rsa = 5, ecdsa = 7, eddsa = 13 };

/// Bytes of one key:
///   rsa    RFC 3110: length of the exponent, exponent, modulus
///   ecdsa  curve (u16: P-256 is 1, P-384 is 2), 04, X, Y
///   eddsa  curve (u16: Ed25519 is 1), key
struct HostIdentity {
  HostAlgorithm algorithm = HostAlgorithm::eddsa;
  ByteVector bytes;
  friend bool operator==(const HostIdentity&, const HostIdentity&) = default;
};

/// RSA keys that are read, and what a new one should have at least.
inline constexpr std::size_t rsa_bits_minimum = 1024;
inline constexpr std::size_t rsa_new_bits_minimum = 2048;
/// Larger ones do not fit into a record with their signature (docs/protocol.md).
inline constexpr std::size_t rsa_bits_maximum = 3072;

/// How its signatures are made, and how long they are: what a Verifier must be asked. The one place where the bytes of
/// a key are looked at. Errors: malformed (wrong length, or not the only encoding), unsupported (algorithm or curve not
/// known here), too_large (RSA beyond rsa_bits_maximum), bad_key (RSA below rsa_bits_minimum).
struct SignatureForm {
  Algorithm algorithm = Algorithm::ed25519;
  std::size_t signature_bytes = 0;
};
Result<SignatureForm> signature_form(HostAlgorithm, Bytes identity);

/// Bits of its modulus; 0 for other keys.
std::size_t rsa_bits(const HostIdentity&) noexcept;

/// The HIPv2 HIT: suite 1 (RSA, SHA-256), 2 (ECDSA, SHA-384) or 5 (EdDSA, cSHAKE128; one known implementation, see
/// decision 0054). Errors: those of signature_form.
Result<Hit> hit_of(HostAlgorithm, Bytes identity);
/// The HIT of the first version (SHA-1, RFC 4843). Errors: those of signature_form.
Result<Hit> hit_v1_of(HostAlgorithm, Bytes identity);

/// Registries of a DRIP entity tag; 14 bits each.
struct DetRegistries {
  std::uint16_t raa = 0;
  std::uint16_t hda = 0;
};
inline constexpr std::uint16_t registry_maximum = (1U << 14U) - 1;
/// The DRIP entity tag of an Ed25519 key under these registries (RFC 9374, 3.5). Errors: those of signature_form,
/// unsupported (another key), too_large (registry_maximum).
Result<Hit> det_of(HostAlgorithm, Bytes identity, DetRegistries);

/// True when the HIT, of whatever kind, is this key's.
bool belongs_to(const Hit&, HostAlgorithm, Bytes identity);

}  // namespace p2pns::crypto
