// What stands in the tables of a store on disk: keys, values and their checksums. LMDB has no checksums of its own, so
// each value carries the first 8 bytes of SHA-256(key ‖ rest of the value): a flipped bit, or a value that strayed
// under another key, is seen when it is read.
//
//   table    key                                value behind the checksum
//   meta     "stamp"                            whose store this is (store_stamp.hpp)
//   records  position (20) ‖ u8 type            u64 end in ms since 1970 ‖ the record
//   expiry   u64 end ‖ position ‖ u8 type       (empty, and without a checksum)
//   state    u8 table ‖ key                     the value
//
// Numbers are big-endian, so that the order of the keys is the order of positions, and of ends.
#pragma once

#include <optional>

#include "core/base/state_store.hpp"
#include "core/dht/record_store.hpp"

namespace p2pns::store {

inline constexpr std::size_t checksum_bytes = 8;

using RecordPlaceKey = FixedBytes<Key::size_bytes + 1, struct RecordPlaceKeyTag>;
using ExpiryKey = FixedBytes<8 + RecordPlaceKey::size_bytes, struct ExpiryKeyTag>;

RecordPlaceKey encode_place(const dht::RecordPlace&);
/// None when these are no 21 bytes.
std::optional<dht::RecordPlace> decode_place(Bytes);
ExpiryKey encode_expiry(UnixTime end, const RecordPlaceKey&);
/// None when these are no 29 bytes.
std::optional<std::pair<UnixTime, RecordPlaceKey>> decode_expiry(Bytes);
ByteVector encode_state_key(StateTable, Bytes key);

/// Checksum ‖ content.
ByteVector with_checksum(Bytes key, Bytes content);
/// The content, a view; none when the checksum does not match.
std::optional<Bytes> checked(Bytes key, Bytes value);
/// The end that a value of the records table claims, unchecked; the epoch when it is too short to have one.
UnixTime claimed_end(Bytes value);

/// The only door from disk to a VerifiedRecord: after the checksum, not after a signature.
class RecordCodec {
 public:
  static ByteVector encode(const RecordPlaceKey&, const dht::VerifiedRecord&);
  /// None when the value is damaged.
  static std::optional<dht::VerifiedRecord> decode(Bytes key, Bytes value);
};

}  // namespace p2pns::store
