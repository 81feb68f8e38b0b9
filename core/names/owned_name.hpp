// OwnedName: what a node knows of one name it owns, and the form in which that survives a restart (table owned_names of
// the StateStore; docs/protocol.md, "What a node stores"). The stored value is signed by the owner: what is damaged, or
// was written with another key or for another network, is told from what is ours.
#pragma once

#include "core/dht/binding.hpp"
#include "core/names/record_set.hpp"

namespace p2pns::names {

/// Whether the replicas have a copy of the records. The numbers stand on disk.
enum class Copy : std::uint8_t {
  none = 0,
  published = 1,   ///< the owner wants one: it is renewed with every change and with the lease
  taken_back = 2,  ///< there was one: an empty set takes its place until the next renewal
};

struct OwnedName {
  dht::Binding binding;
  std::vector<ResourceRecord> records;  ///< canonical order
  std::uint64_t record_sequence = 1;    ///< of the record set; rises with every change of the records or the copy
  Copy copy = Copy::none;
};

P2PName name_of(const OwnedName&);

/// Key of an own name in the table: "label.zone".
ByteVector state_key_of(const P2PName&);
/// The signer is the name's owner (asserted).
ByteVector encode_owned_name(const OwnedName&, const crypto::Signer&, const crypto::NetworkParameters&);
/// Errors: wrong_version (of a later program), wrong_network, not_owner (saved with another owner key), bad_signature
/// and those of the form (damaged), malformed (also: the key is another name's).
Result<OwnedName> decode_owned_name(Bytes key, Bytes value, const crypto::PublicKey& owner, const crypto::Verifier&,
                                    const crypto::NetworkParameters&);

}  // namespace p2pns::names
