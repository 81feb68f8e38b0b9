// Private to core/dht: what verify() must know about a record of one type. A new type of record is a new line in the
// table of record.cpp and a reader like read_binding_form.
#pragma once

#include <string_view>

#include "core/dht/record.hpp"

namespace p2pns::dht {

/// A record that has been read but not checked. Views into the bytes it was read from.
struct RecordForm {
  std::string_view zone;  ///< with the label: whose position 0 is the record's key
  std::string_view label;
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 0;
  UnixTime not_after{};
  std::string_view purpose;  ///< of the signature
  crypto::Algorithm algorithm = crypto::Algorithm::ed25519;
  Bytes signer;   ///< public key that must have signed
  Bytes content;  ///< what is signed
  Bytes signature;
};

Result<RecordForm> read_binding_form(Bytes);
Result<RecordForm> read_withdrawal_form(Bytes);
Result<RecordForm> read_record_set_form(Bytes);

}  // namespace p2pns::dht
