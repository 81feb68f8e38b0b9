// WriteBatch: what one durable transaction does, on whatever thread calls it: writes in key order, the expiry table
// kept in step, the rule for a full store, and a bounded share of what has expired.
//
// The rule: once the tables take more than maximum - reserve, a record under a new name is refused. What is held can
// still be renewed, replaced and removed, and the node can still note what is its own: the reserve is for them, and for
// the copies LMDB makes of every page it changes.
#pragma once

#include <span>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/lmdb_environment.hpp"

namespace p2pns::store {

/// Records dropped by one transaction, beside its writes: some milliseconds' work.
inline constexpr std::size_t expired_per_commit_maximum = 256;

struct Write {
  enum class Table { records, state };
  Table table = Table::records;
  ByteVector key;
  std::optional<ByteVector> value;  ///< none: remove
};

struct WriteLimits {
  std::size_t maximum_bytes;
  std::size_t reserve_bytes;  ///< less than maximum_bytes
  std::size_t state_entries;
};

struct Committed {
  std::vector<Errc> results;  ///< one for each write, in their order: ok, overloaded, io_error
  std::string trouble;        ///< why nothing at all was written; empty when it was
  bool took_new = false;      ///< a record under a new name went in
  bool refused_new = false;   ///< the store is full: a new name was refused
  bool more_expired = false;  ///< there was more to drop than one transaction may
};

/// Everything of `writes` that is not refused is durable when this returns without trouble.
Committed commit(const LmdbEnvironment&, const WriteLimits&, std::span<const Write> writes,
                 std::optional<UnixTime> expired_before);

}  // namespace p2pns::store
