// StoreStamp: whose store this is. Stands in the meta table from the first transaction on, and is read before anything
// else. Content: "p2pns store" ‖ u16 schema ‖ NodeID (20) ‖ u8 length ‖ network id. What stands up to and including the
// schema stays where it is for ever, so that every version can name a version it does not know.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/key.hpp"
#include "core/store/store_error.hpp"

namespace p2pns::store {

/// Rises with every change of the tables that an older program would misread.
inline constexpr std::uint16_t schema_version = 1;

struct StoreStamp {
  NodeId node;
  std::string network;
  friend bool operator==(const StoreStamp&, const StoreStamp&) = default;
};

ByteVector encode(const StoreStamp&, std::uint16_t schema = schema_version);
/// Errors: sentences without the path.
StoreResult<StoreStamp> decode_stamp(Bytes);
/// Errors: a sentence without the path that says whose store it is instead.
StoreResult<void> check_owner(const StoreStamp& found, const StoreStamp& wanted);

}  // namespace p2pns::store
