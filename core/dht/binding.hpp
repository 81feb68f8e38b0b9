// Binding: P2PName -> owner key and NodeID. Static: it does not change when an address changes. Signed by the owner for
// one network, one zone and one format version.
#pragma once

#include <string>

#include "core/dht/record.hpp"

namespace p2pns::dht {

inline constexpr std::size_t zone_maximum_bytes = 63;
inline constexpr std::size_t label_maximum_bytes = 63;
/// Longest lease a replica accepts.
inline constexpr std::chrono::days lease_maximum{60};

struct Binding {
  std::string zone;   ///< canonical, e.g. "p2p" (an alias zone is replaced by what it stands for)
  std::string label;  ///< canonical
  crypto::PublicKey owner;
  NodeId node;                   ///< where the name lives
  std::uint32_t generation = 0;  ///< rises when the name changes hands
  std::uint64_t sequence = 1;    ///< rises with every change by the same owner
  UnixTime not_after{};
};

/// Signed by the owner: replicas forget this binding up to and including `sequence`.
struct Withdrawal {
  std::string zone;
  std::string label;
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 1;
  UnixTime not_after{};  ///< after this the withdrawal itself means nothing
};

/// Position `index` of a name: first 160 bits of SHA-256("p2pns name" ‖ index ‖ zone ‖ label), length-prefixed.
Key name_position(std::string_view zone, std::string_view label, std::uint8_t index);

SignedRecord sign(const Binding&, const crypto::Signer&, const crypto::NetworkParameters&);
SignedRecord sign(const Withdrawal&, const crypto::Signer&, const crypto::NetworkParameters&);
/// Reads a record of this type without checking its signature; for VerifiedRecords, and for showing what a liar said.
/// Errors: truncated, trailing_bytes, malformed, too_large.
Result<Binding> decode_binding(Bytes);
Result<Withdrawal> decode_withdrawal(Bytes);

}  // namespace p2pns::dht
