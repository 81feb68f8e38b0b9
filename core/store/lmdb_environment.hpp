// LmdbEnvironment: one LMDB file with the tables of a store, and its transactions. Only core/store sees LMDB.
//
// LMDB keeps every reader's snapshot until it ends, and grows its file meanwhile: read transactions live as long as one
// call. One thread reads, one thread writes.
#pragma once

#include <lmdb.h>

#include <memory>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/store/store_directory.hpp"
#include "core/store/store_stamp.hpp"

namespace p2pns::store {

/// Numbers of the tables in LMDB; see store_layout.hpp.
struct Tables {
  MDB_dbi meta = 0;
  MDB_dbi records = 0;
  MDB_dbi expiry = 0;
  MDB_dbi state = 0;
};

inline MDB_val to_lmdb(Bytes bytes) noexcept {
  return {bytes.size(), const_cast<std::byte*>(bytes.data())};  // NOLINT: LMDB only reads what it is given
}
inline Bytes from_lmdb(const MDB_val& value) noexcept {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

class LmdbEnvironment {
 public:
  /// Opens data.mdb, which has passed the page audit. `map_bytes` limits the file. Without tables when the file is new.
  static StoreResult<std::unique_ptr<LmdbEnvironment>> open(StoreDirectory&, Access, std::size_t map_bytes);
  LmdbEnvironment(const LmdbEnvironment&) = delete;
  LmdbEnvironment& operator=(const LmdbEnvironment&) = delete;
  ~LmdbEnvironment();

  MDB_env* handle() const noexcept { return environment_; }
  const Tables& tables() const noexcept { return tables_; }
  /// False: there is not even a table in the file.
  bool has_tables() const;
  /// Whose store it is; the first thing to ask. Errors: a sentence without the path: no store of p2pns, another format.
  StoreResult<StoreStamp> read_stamp();
  /// Looks the tables up. Errors: a sentence without the path, when one of them is missing.
  StoreResult<void> find_tables();
  /// Makes the tables in an empty file and puts the stamp into it, in one durable transaction.
  StoreResult<void> make_tables(const StoreStamp&);

 private:
  friend class ReadTransaction;
  LmdbEnvironment() = default;

  MDB_env* environment_ = nullptr;
  mutable MDB_txn* reader_ = nullptr;  // kept between reads: to begin anew costs a search for a free slot
  Tables tables_;
};

/// A snapshot of the last commit; views end with it. On the reading thread. When even this cannot begin, which only a
/// broken environment brings about, there are no entries.
class ReadTransaction {
 public:
  explicit ReadTransaction(const LmdbEnvironment&);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

  MDB_txn* handle() const noexcept { return transaction_; }
  std::optional<Bytes> get(MDB_dbi, Bytes key) const;
  std::size_t entries(MDB_dbi) const;

 private:
  const LmdbEnvironment& environment_;
  MDB_txn* transaction_;  // null: it did not begin
};

/// Walks one table in key order. Ends before its transaction.
class Cursor {
 public:
  Cursor(MDB_txn*, MDB_dbi);
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  /// To the first entry whose key is not less than `key`; false behind the last one.
  bool seek(Bytes key);
  bool next();
  Bytes key() const noexcept { return from_lmdb(key_); }
  Bytes value() const noexcept { return from_lmdb(value_); }

 private:
  bool move(MDB_cursor_op);
  MDB_cursor* cursor_ = nullptr;
  MDB_val key_{};
  MDB_val value_{};
};

/// Changes that become durable together, or not at all: without commit() nothing has happened. Each call gives LMDB's
/// error number, 0 when it went well; after an error only the destructor may follow.
class WriteTransaction {
 public:
  explicit WriteTransaction(const LmdbEnvironment&);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();

  /// What went wrong at the beginning.
  int begun() const noexcept { return begun_; }
  MDB_txn* handle() const noexcept { return transaction_; }
  std::optional<Bytes> get(MDB_dbi, Bytes key) const;
  int put(MDB_dbi, Bytes key, Bytes value);
  /// Nothing to remove is no error.
  int remove(MDB_dbi, Bytes key);
  std::size_t entries(MDB_dbi) const;
  /// What the tables take of the file, free pages left out.
  std::size_t used_bytes(const Tables&) const;
  /// ENOSPC also for a disk that became full in the midst of a write: LMDB itself calls what was cut short EIO.
  int commit();

 private:
  MDB_txn* transaction_ = nullptr;
  int begun_;
};

}  // namespace p2pns::store
