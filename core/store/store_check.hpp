// Store check: reads a whole store that nobody uses, and tells what is wrong with it: every checksum, every signature,
// and the tables against each other. Changes nothing. Also lists what is in it.
#pragma once

#include "core/base/callback.hpp"
#include "core/dht/record.hpp"
#include "core/store/store_stamp.hpp"

namespace p2pns::store {

struct CheckReport {
  StoreStamp owner;
  std::size_t records = 0;  ///< sound ones
  std::size_t record_bytes = 0;
  std::size_t expiry_entries = 0;
  std::size_t state_entries = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t faults = 0;
};

struct CheckCallbacks {
  Callback<void(const std::string& line)> fault;
  /// Often; `total` entries will be looked at.
  Callback<void(std::size_t done, std::size_t total)> progress;
};

/// Errors: the store cannot be read at all; starts with the path.
StoreResult<CheckReport> check_store(const std::string& path, const crypto::Verifier&, const CheckCallbacks&);
/// Hands out each sound record, in the order of positions. Errors: as above.
StoreResult<void> list_store(const std::string& path, const Callback<void(const dht::VerifiedRecord&)>& take);

}  // namespace p2pns::store
