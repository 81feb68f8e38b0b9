// HIT statement: a host says where it can be reached, signed by its Host Identity. The HIT is the hash of that key, so
// the record proves itself: no majority decides, of one HIT only the sequence does. (HITs of two kinds whose last 100
// bits are equal share a position; there the first one stays.) Every replica that takes it and every reader checks it
// again. See docs/protocol.md, "HIT statement", and docs/decisions/0054.
#pragma once

#include <vector>

#include "core/base/endpoint.hpp"
#include "core/crypto/host_identity.hpp"
#include "core/dht/record.hpp"

namespace p2pns::dht {

/// Longest life of a statement, and of what is put through HIP's DHT interface. A lost key is a lost HIT; a short life
/// is what limits the harm.
inline constexpr std::chrono::days hip_lease_maximum{7};
inline constexpr std::size_t locators_maximum = 8;
/// A statement with this sequence revokes the HIT: nothing of this key is believed while it lasts.
inline constexpr std::uint64_t revoking_sequence = UINT64_MAX;

struct HitStatement {
  crypto::Hit hit;
  crypto::HostIdentity identity;
  std::uint64_t sequence = 1;       ///< strictly rising; never 0
  UnixTime not_after{};             ///< at most hip_lease_maximum from now
  NodeId node;                      ///< where the host's own node is found (stage 2); all zero: it runs none
  std::vector<IpAddress> locators;  ///< in the order of preference; at most locators_maximum
  bool revoked() const noexcept { return sequence == revoking_sequence; }
  bool has_node() const noexcept { return node != NodeId{}; }
};

/// Where statements about HITs and the values of HIP's DHT interface are stored: first 160 bits of
/// SHA-256("p2pns hip" ‖ key). `key` is the interface's, of a HIT its HIT_KEY (crypto::hit_key_of).
Key hip_position(const Key& key);

/// ok, malformed (a locator that can be no host's: unspecified, multicast, broadcast, a HIT, or an IPv4 address in the
/// form of IPv6; or the HIT is not the key's), too_large (locators; an RSA key beyond rsa_bits_maximum), and those of
/// crypto::signature_form.
Errc check_form(const HitStatement&);

/// The bytes a host's key signs are signing_input of these; the record is them and the signature. The value has passed
/// check_form (asserted).
ByteVector hit_content(const HitStatement&);
/// What is to be signed: purpose "hit v1" and the network's name stand before the content.
ByteVector hit_signing_input(Bytes content, const crypto::NetworkParameters&);
SignedRecord hit_record(Bytes content, Bytes signature);

/// Reads a statement without checking its signature; the HIT is recomputed from the key. Loopback locators pass here:
/// verify() refuses them, but in overlays that live on loopback (exempt_private_blocks). There is one encoding of each
/// value, and one of each signature (an ECDSA one has the low s). Errors: truncated, trailing_bytes, malformed,
/// too_large, unsupported, bad_key.
Result<HitStatement> decode_hit_statement(Bytes);

}  // namespace p2pns::dht
