// RecordStore: where a replica keeps verified records. The memory store serves simulator and tests; the durable one
// (core/store/durable_store.hpp) stands behind the same interface, hence the completions: an acknowledgement may leave
// only after the commit.
#pragma once

#include <optional>
#include <vector>

#include "core/base/operation.hpp"
#include "core/dht/key_range.hpp"
#include "core/dht/record.hpp"

namespace p2pns::dht {

/// The place of a record: a scan goes on behind it.
struct RecordPlace {
  Key key;
  RecordType type = RecordType::binding;
  friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

struct ScanPage {
  std::vector<VerifiedRecord> records;  ///< in the order of key and type, from the range's beginning on
  std::optional<RecordPlace> last;      ///< set when there may be more: give it to the next call
};

class RecordStore {
 public:
  /// Stores or replaces the record of this (key, type). The rule who may replace whom is not here (replica.hpp).
  /// Errors: overloaded (full), io_error.
  virtual Operation put(VerifiedRecord, Callback<void(Result<void>)>) = 0;
  virtual std::optional<VerifiedRecord> find(const Key&, RecordType) const = 0;
  virtual Operation remove(const Key&, RecordType, Callback<void(Result<void>)>) = 0;
  /// Up to `maximum` records of the range, those behind `after` (of the page before; none: from the beginning). What
  /// is written between two pages may or may not be seen.
  virtual ScanPage scan(const KeyRange&, const std::optional<RecordPlace>& after, std::size_t maximum) const = 0;
  /// Drops what expired before `now`. May go on in the background: what is due can still be found for a while.
  virtual void expire(UnixTime now) = 0;
  virtual std::size_t size() const = 0;

 protected:
  ~RecordStore() = default;
};

}  // namespace p2pns::dht
