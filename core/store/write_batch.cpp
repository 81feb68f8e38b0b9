#include "core/store/write_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "core/store/store_layout.hpp"

namespace p2pns::store {

namespace {

Errc errc_of(int failed) {
  const bool no_room = failed == MDB_MAP_FULL || failed == MDB_TXN_FULL || failed == ENOSPC || failed == EDQUOT;
  return no_room ? Errc::overloaded : Errc::io_error;
}

/// One transaction being filled. The first error of LMDB sticks and ends it.
class Batch {
 public:
  Batch(const LmdbEnvironment& environment, const WriteLimits& limits)
      : tables_(environment.tables()), limits_(limits), transaction_(environment), failed_(transaction_.begun()) {}

  int failed() const { return failed_; }
  Errc apply(const Write& write) { return write.table == Write::Table::records ? record(write) : state(write); }
  bool drop_expired(UnixTime before);
  bool took_new() const { return took_new_; }
  bool refused_new() const { return refused_new_; }
  int commit() { return failed_ != 0 ? failed_ : failed_ = transaction_.commit(); }

 private:
  Errc record(const Write&);
  Errc state(const Write&);
  bool full() const { return transaction_.used_bytes(tables_) + limits_.reserve_bytes > limits_.maximum_bytes; }
  void put(MDB_dbi table, Bytes key, Bytes value) {
    if (failed_ == 0) failed_ = transaction_.put(table, key, value);
  }
  void remove(MDB_dbi table, Bytes key) {
    if (failed_ == 0) failed_ = transaction_.remove(table, key);
  }
  std::optional<UnixTime> end_of_record(Bytes key) const {
    const auto value = transaction_.get(tables_.records, key);
    return value ? std::optional{claimed_end(*value)} : std::nullopt;
  }

  const Tables& tables_;
  const WriteLimits& limits_;
  WriteTransaction transaction_;
  int failed_;
  bool took_new_ = false;
  bool refused_new_ = false;
};

Errc Batch::record(const Write& write) {
  const auto old_end = end_of_record(write.key);
  if (write.value && !old_end) {
    refused_new_ = refused_new_ || full();
    if (refused_new_) return Errc::overloaded;
    took_new_ = true;
  }
  const auto place = *RecordPlaceKey::from(write.key);
  if (old_end) remove(tables_.expiry, encode_expiry(*old_end, place).view());
  if (write.value) {
    put(tables_.records, write.key, *write.value);
    put(tables_.expiry, encode_expiry(claimed_end(*write.value), place).view(), {});
  } else {
    remove(tables_.records, write.key);
  }
  return Errc::ok;
}

Errc Batch::state(const Write& write) {
  if (!write.value) {
    remove(tables_.state, write.key);
    return Errc::ok;
  }
  const bool is_new = !transaction_.get(tables_.state, write.key);
  if (is_new && transaction_.entries(tables_.state) >= limits_.state_entries) return Errc::overloaded;
  put(tables_.state, write.key, *write.value);
  return Errc::ok;
}

bool Batch::drop_expired(UnixTime before) {
  std::vector<ByteVector> due;
  {
    Cursor cursor(transaction_.handle(), tables_.expiry);
    for (bool more = cursor.seek({}); more && due.size() < expired_per_commit_maximum; more = cursor.next()) {
      const auto entry = decode_expiry(cursor.key());
      if (entry && entry->first >= before) break;
      due.push_back(copy_of(cursor.key()));
    }
  }
  for (const ByteVector& key : due) {
    remove(tables_.expiry, key);
    const auto entry = decode_expiry(key);
    // An entry that lost its record, or names another end than it, says nothing about the record.
    if (entry && end_of_record(entry->second.view()) == entry->first) remove(tables_.records, entry->second.view());
  }
  return due.size() == expired_per_commit_maximum;
}

std::vector<std::size_t> in_key_order(std::span<const Write> writes) {
  std::vector<std::size_t> order(writes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [writes](std::size_t left, std::size_t right) {
    return std::tie(writes[left].table, writes[left].key) < std::tie(writes[right].table, writes[right].key);
  });
  return order;
}

}  // namespace

Committed commit(const LmdbEnvironment& environment, const WriteLimits& limits, std::span<const Write> writes,
                 std::optional<UnixTime> expired_before) {
  Committed committed;
  committed.results.resize(writes.size());
  Batch batch(environment, limits);
  for (const std::size_t i : in_key_order(writes)) {
    if (batch.failed() != 0) break;
    committed.results[i] = batch.apply(writes[i]);
  }
  if (expired_before && batch.failed() == 0) committed.more_expired = batch.drop_expired(*expired_before);
  committed.took_new = batch.took_new();
  committed.refused_new = batch.refused_new();
  if (const int failed = batch.commit(); failed != 0) {
    std::ranges::fill(committed.results, errc_of(failed));
    committed.trouble = failed == MDB_MAP_FULL ? "its maximum size is reached" : mdb_strerror(failed);
    committed.more_expired = false;
  }
  return committed;
}

}  // namespace p2pns::store
