// Private to core/dht: what verify() must know about a record of one type. A new type of record is a new line in the
// table of record.cpp and a reader like read_binding_form.
#pragma once

#include <optional>
#include <string_view>

#include "core/dht/record.hpp"

namespace p2pns::dht {

/// A record that has been read but not checked. Views into the bytes it was read from.
struct RecordForm {
  std::string_view zone;  ///< with the label: whose position 0 is the record's key
  std::string_view label;
  std::optional<Key> hip_key;  ///< instead of both: of a record that belongs to no name (hip_position)
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 0;
  UnixTime not_after{};
  std::string_view purpose;  ///< of the signature
  crypto::Algorithm algorithm = crypto::Algorithm::ed25519;
  Bytes signer;   ///< public key that must have signed
  Bytes content;  ///< what is signed
  Bytes signature;
  /// What else must be true of the whole record, for types where one signature is not all; null elsewhere.
  Errc (*check_further)(Bytes record, const crypto::Verifier&, const crypto::NetworkParameters&,
                        UnixTime now) = nullptr;
};

/// Where the record would be stored, by what it says: neither signature nor times are checked. Errors: unknown_type,
/// and those of a form that cannot be read.
Result<Key> claimed_position(const SignedRecord&);

Result<RecordForm> read_binding_form(Bytes);
Result<RecordForm> read_withdrawal_form(Bytes);
Result<RecordForm> read_record_set_form(Bytes);
Result<RecordForm> read_hit_form(Bytes);
Result<RecordForm> read_weak_form(Bytes);

}  // namespace p2pns::dht
