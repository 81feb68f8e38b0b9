// Binding: P2PName -> owner key and NodeID. Static: it does not change when an address changes. Signed by the owner for
// one network, one zone and one format version.
#pragma once

#include <string>

#include "core/dht/name_form.hpp"
#include "core/dht/record.hpp"

namespace p2pns::dht {

/// Type, zone, label, owner, node, generation, sequence, not-after, signature.
inline constexpr std::size_t binding_maximum_bytes =
    1 + (1 + zone_maximum_bytes) + (1 + label_maximum_bytes) + 32 + 20 + 4 + 8 + 8 + 64;

struct Binding {
  std::string zone;   ///< canonical, e.g. "p2p" (an alias zone is replaced by what it stands for)
  std::string label;  ///< canonical
  crypto::PublicKey owner;
  NodeId node;                   ///< where the name lives
  std::uint32_t generation = 0;  ///< rises when the name changes hands
  std::uint64_t sequence = 1;    ///< rises with every change by the same owner; never 0
  UnixTime not_after{};          ///< not before 1970
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

/// ok when zone, label, sequence and not-after can stand in a record; malformed or too_large otherwise.
Errc check_form(const Binding&) noexcept;
/// The value has passed check_form and `signer` is the owner (both asserted).
SignedRecord sign(const Binding&, const crypto::Signer&, const crypto::NetworkParameters&);
SignedRecord sign(const Withdrawal&, const crypto::Signer&, const crypto::NetworkParameters&);
/// Reads a record of this type without checking its signature; for VerifiedRecords, and for showing what a liar said.
/// There is one encoding of each value; zone and label are canonical (name_form.hpp).
/// Errors: truncated, trailing_bytes, malformed, too_large.
Result<Binding> decode_binding(Bytes);
Result<Withdrawal> decode_withdrawal(Bytes);

}  // namespace p2pns::dht
