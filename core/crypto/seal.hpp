// Sealed messages without a handshake (docs/protocol.md, "Seal"): two pair keys, one per direction, derived from the
// static-static X25519 secret of both nodes, the network id and the UTC day; XChaCha20-Poly1305 with a random nonce.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/crypto/digest.hpp"
#include "core/crypto/signature.hpp"

namespace p2pns::crypto {

using SharedSecret = FixedBytes<32, struct SharedSecretTag>;
using SealKey = FixedBytes<32, struct SealKeyTag>;
using Nonce = FixedBytes<24, struct NonceTag>;
inline constexpr std::size_t seal_tag_bytes = 16;

/// A seam, because a simulator with 10,000 nodes replaces the arithmetic by a counted stand-in.
class Sealer {
 public:
  /// X25519 of the two Ed25519 keys' Montgomery forms. Errors: bad_key (not on the curve, not canonical, of small or
  /// mixed order, all-zero secret).
  virtual Result<SharedSecret> agree(const KeyPair& own, const PublicKey& peer) = 0;
  /// Appends ciphertext and tag to `out`. `clear_header` is authenticated, not encrypted; it may be a view of `out`
  /// from its first byte on, so that a datagram can be sealed in place. `plain` must not be part of `out`.
  virtual void seal(const SealKey&, const Nonce&, Bytes clear_header, Bytes plain, ByteVector& out) = 0;
  /// Errors: bad_seal, truncated.
  virtual Result<ByteVector> open(const SealKey&, const Nonce&, Bytes clear_header, Bytes sealed) = 0;

 protected:
  ~Sealer() = default;
};

/// The real one (libsodium).
class SodiumSealer final : public Sealer {
 public:
  Result<SharedSecret> agree(const KeyPair& own, const PublicKey& peer) override;
  void seal(const SealKey&, const Nonce&, Bytes clear_header, Bytes plain, ByteVector& out) override;
  Result<ByteVector> open(const SealKey&, const Nonce&, Bytes clear_header, Bytes sealed) override;
};

/// Days since 1970 UTC, modulo 65,536.
using UtcDay = std::uint16_t;

/// HKDF(secret; "p2pns seal v1" ‖ network id ‖ sender key ‖ receiver key ‖ UTC day): the key of one direction on one
/// day.
SealKey derive_seal_key(const SharedSecret&, std::string_view network_id, const PublicKey& sender,
                        const PublicKey& receiver, UtcDay day);

}  // namespace p2pns::crypto
