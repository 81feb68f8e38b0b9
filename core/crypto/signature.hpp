// Ed25519 keys and signatures (RFC 8032, libsodium), and the two seams around them: who signs, and who checks.
#pragma once

#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/random.hpp"

namespace p2pns::crypto {

using PublicKey = FixedBytes<32, struct PublicKeyTag>;
using Signature = FixedBytes<64, struct SignatureTag>;
using Seed = FixedBytes<32, struct SeedTag>;

/// An Ed25519 key pair. The secret part is wiped when the object dies and never leaves core/crypto but as a seed.
class KeyPair {
 public:
  static KeyPair from_seed(const Seed&);
  static KeyPair generate(Random&);
  KeyPair(const KeyPair&) = default;
  KeyPair& operator=(const KeyPair&) = default;
  ~KeyPair();

  const PublicKey& public_key() const noexcept { return public_key_; }
  /// The 32 secret bytes a key file keeps. The caller wipes them (wipe.hpp).
  Seed seed() const;
  Signature sign(Bytes message) const;
  /// libsodium's 64-byte secret key; only for core/crypto.
  Bytes secret_bytes() const noexcept { return secret_; }
  /// The same secret as X25519 scalar, converted once because every new peer needs it; only for core/crypto.
  Bytes exchange_secret_bytes() const noexcept { return exchange_secret_; }

 private:
  KeyPair() = default;
  PublicKey public_key_;
  std::array<std::byte, 64> secret_{};
  std::array<std::byte, 32> exchange_secret_{};
};

/// Signs as the owner of names. The key may live elsewhere than the node's key.
class Signer {
 public:
  virtual const PublicKey& public_key() const = 0;
  virtual Signature sign(Bytes message) const = 0;

 protected:
  ~Signer() = default;
};

class KeyPairSigner final : public Signer {
 public:
  explicit KeyPairSigner(const KeyPair& keys) : keys_(keys) {}
  const PublicKey& public_key() const override { return keys_.public_key(); }
  Signature sign(Bytes message) const override { return keys_.sign(message); }

 private:
  KeyPair keys_;
};

/// Algorithms a record may be signed with. Ed25519 is the only one for bindings; HIP host identities bring the others.
/// Of them the public key is a Host Identity as in host_identity.hpp: RSA with PKCS #1 v1.5 padding, ECDSA with r and s
/// of full length behind each other (RFC 7401, 5.2.14).
enum class Algorithm : std::uint8_t {
  ed25519 = 1,
  rsa_sha256 = 2,
  ecdsa_p256_sha256 = 3,
  ecdsa_p384_sha384 = 4,
  rsa_sha1 = 5,     ///< HDRRs of hosts with a HIPv1 HIT, nothing else
  rsa_openhip = 6,  ///< HDRRs as OpenHIP's second version makes them: SHA-256 called SHA-1 (host_signature.cpp)
};

/// Checks signatures. A seam, because a simulator with 10,000 nodes replaces the arithmetic by a counted stand-in.
class Verifier {
 public:
  virtual bool check(Algorithm, Bytes public_key, Bytes message, Bytes signature) const = 0;

 protected:
  ~Verifier() = default;
};

/// The real one: libsodium for Ed25519, OpenSSL for the others.
class SodiumVerifier final : public Verifier {
 public:
  bool check(Algorithm, Bytes public_key, Bytes message, Bytes signature) const override;
};

/// What is really signed: "p2pns" ‖ 0 ‖ purpose ‖ 0 ‖ u8 length ‖ network id ‖ content. Nothing signed for one purpose
/// or in one network is valid for another. `purpose` has no zero byte, `network_id` at most 255 bytes (asserted).
ByteVector signing_input(std::string_view purpose, std::string_view network_id, Bytes content);

}  // namespace p2pns::crypto
