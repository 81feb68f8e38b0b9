// Weak record: a value that came through HIP's DHT interface (RFC 6537), kept under its 20-byte key for hosts that know
// nothing of P2PNS. Nobody owns such a key; the node that put the value signs for it and answers for it with its
// identity, puzzles included. Weak: an old value can be put again by somebody else, so it never stands in for a HIT
// statement (host_identity.hpp), whose record it cannot replace.
//
// Under a HIT_KEY only a HDRR stands (hdrr.hpp) that the Host Identity has signed and whose HIT is the key's.
//
// How several values stand under one key: it has weak_places places, each a record type of its own, and the node's
// NodeID says which one is its. The newest value has the place, so a node has one value under a key, and one that is
// put by another node at the same place gives way. See docs/decisions/0055.
#pragma once

#include <optional>

#include "core/crypto/hip_digest.hpp"
#include "core/crypto/identity.hpp"
#include "core/dht/host_identity.hpp"

namespace p2pns::dht {

/// Record types of the places: weak_first .. weak_first + weak_places - 1.
inline constexpr std::uint8_t weak_first = 8;
inline constexpr std::size_t weak_places = 4;
/// Type, key, node key, puzzle, application, sequence, not-after, secret hash, length, value, signature.
inline constexpr std::size_t weak_value_maximum_bytes = 1000 - (1 + 20 + 32 + 8 + 1 + 8 + 8 + 1 + 20 + 2 + 64);

/// What the value is for.
enum class WeakApplication : std::uint8_t {
  address = 1,  ///< "hip-addr": under a HIT_KEY, a HDRR
  name = 2,     ///< "hip-name-hit": under the hash of a name; a hint and no more, nobody has signed it
};

struct WeakStatement {
  Key key;
  crypto::PublicKey node_key;
  crypto::PuzzleSolution puzzle;
  std::uint64_t sequence = 1;  ///< milliseconds since 1970 by the node's clock, not ahead of ours; rises with each put
  UnixTime not_after{};        ///< at most hip_lease_maximum after it was put
  std::optional<crypto::Sha1Digest> secret_hash;
  ByteVector value;  ///< empty: the node takes its value back
  WeakApplication application() const noexcept;
};

constexpr bool is_weak(RecordType type) noexcept {
  const auto number = static_cast<std::uint8_t>(type);
  return number >= weak_first && number < weak_first + weak_places;
}
/// Records of no name: no majority says whose they are, and the newest one that anybody shows is the one.
constexpr bool proves_itself(RecordType type) noexcept { return type == RecordType::host_identity || is_weak(type); }
constexpr RecordType weak_type(std::size_t place) noexcept {
  return static_cast<RecordType>(weak_first + static_cast<std::uint8_t>(place));
}
/// The place of this node's value under this key.
RecordType weak_type_of(const Key&, const NodeId&);

/// Signed by the node. Errors: too_large, malformed (not what may stand under this key).
Result<SignedRecord> sign(const WeakStatement&, const crypto::Identity&, const crypto::NetworkParameters&);
/// Reads one without checking a signature. Errors: truncated, trailing_bytes, malformed, too_large.
Result<WeakStatement> decode_weak_statement(Bytes);

}  // namespace p2pns::dht
