#include "core/store/lmdb_environment.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include "core/store/store_layout.hpp"

namespace p2pns::store {

namespace {

constexpr MDB_dbi tables_maximum = 8;  // four, and room for certificates and what else may come
constexpr MDB_dbi free_table = 0;      // LMDB's own two
constexpr MDB_dbi main_table = 1;
constexpr mdb_mode_t file_mode = 0600;

struct NamedTable {
  const char* name;
  MDB_dbi Tables::*table;
};
constexpr const char* meta_table = "meta";
constexpr NamedTable named_tables[] = {
    {meta_table, &Tables::meta}, {"records", &Tables::records}, {"expiry", &Tables::expiry}, {"state", &Tables::state}};

Bytes stamp_key() { return as_bytes("stamp"); }

/// Less than this is no room: a transaction may write a hundred pages and more.
constexpr std::uint64_t room_minimum_bytes = std::uint64_t{1} << 20U;

bool disk_is_full(MDB_env* environment) {
  const char* path = nullptr;
  if (mdb_env_get_path(environment, &path) != 0) return false;
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  return !error && space.available < room_minimum_bytes;
}

MDB_stat stat_of(MDB_txn* transaction, MDB_dbi table) {
  MDB_stat stat{};
  if (mdb_stat(transaction, table, &stat) != 0) return {};
  return stat;
}

int open_table(MDB_env* environment, const char* name, MDB_dbi& table) {
  MDB_txn* transaction = nullptr;
  int failed = mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction);
  if (failed != 0) return failed;
  failed = mdb_dbi_open(transaction, name, 0, &table);
  mdb_txn_commit(transaction);  // an abort would forget the table's number
  return failed;
}

std::optional<Bytes> get_value(MDB_txn* transaction, MDB_dbi table, Bytes key) {
  MDB_val name = to_lmdb(key);
  MDB_val value{};
  if (mdb_get(transaction, table, &name, &value) != 0) return std::nullopt;
  return from_lmdb(value);
}

}  // namespace

StoreResult<std::unique_ptr<LmdbEnvironment>> LmdbEnvironment::open(StoreDirectory& directory, Access access,
                                                                    std::size_t map_bytes) {
  std::unique_ptr<LmdbEnvironment> opened(new LmdbEnvironment);
  unsigned flags = MDB_NOTLS;  // a transaction belongs to whoever holds it, not to a thread
  // Readers of their own write nothing, not even into lock.mdb: StoreDirectory keeps writers away.
  if (access == Access::read) flags |= MDB_RDONLY | MDB_NOLOCK;
  int failed = mdb_env_create(&opened->environment_);
  if (failed == 0) failed = mdb_env_set_maxdbs(opened->environment_, tables_maximum);
  if (failed == 0) failed = mdb_env_set_mapsize(opened->environment_, map_bytes);
  if (failed == 0) failed = mdb_env_open(opened->environment_, directory.path().c_str(), flags, file_mode);
  if (failed != 0) return directory.error(std::string{"data.mdb cannot be opened: "} + mdb_strerror(failed));
  return opened;
}

LmdbEnvironment::~LmdbEnvironment() {
  if (reader_ != nullptr) mdb_txn_abort(reader_);
  if (environment_ != nullptr) mdb_env_close(environment_);
}

bool LmdbEnvironment::has_tables() const { return ReadTransaction(*this).entries(main_table) > 0; }

StoreResult<StoreStamp> LmdbEnvironment::read_stamp() {
  if (open_table(environment_, meta_table, tables_.meta) != 0) return StoreError{"is no store of p2pns"};
  const ReadTransaction transaction(*this);
  const auto value = transaction.get(tables_.meta, stamp_key());
  if (!value) return StoreError{"is no store of p2pns"};
  const auto stamp = checked(stamp_key(), *value);
  if (!stamp) return StoreError{"is damaged: its stamp cannot be read"};
  return decode_stamp(*stamp);
}

StoreResult<void> LmdbEnvironment::find_tables() {
  for (const auto& [name, table] : named_tables)
    if (open_table(environment_, name, tables_.*table) != 0)
      return StoreError{std::string{"is damaged: its table "} + name + " is missing"};
  return {};
}

StoreResult<void> LmdbEnvironment::make_tables(const StoreStamp& stamp) {
  WriteTransaction transaction(*this);
  int failed = transaction.begun();
  for (const auto& [name, table] : named_tables)
    if (failed == 0) failed = mdb_dbi_open(transaction.handle(), name, MDB_CREATE, &(tables_.*table));
  if (failed == 0) failed = transaction.put(tables_.meta, stamp_key(), with_checksum(stamp_key(), encode(stamp)));
  if (failed == 0) failed = transaction.commit();
  if (failed != 0) return StoreError{std::string{"cannot be written: "} + mdb_strerror(failed)};
  return {};
}

ReadTransaction::ReadTransaction(const LmdbEnvironment& environment)
    : environment_(environment), transaction_(std::exchange(environment.reader_, nullptr)) {
  const int failed = transaction_ != nullptr
                         ? mdb_txn_renew(transaction_)
                         : mdb_txn_begin(environment.environment_, nullptr, MDB_RDONLY, &transaction_);
  if (failed == 0) return;
  if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  transaction_ = nullptr;
}

ReadTransaction::~ReadTransaction() {
  if (transaction_ == nullptr) return;
  if (environment_.reader_ == nullptr) {
    mdb_txn_reset(transaction_);
    environment_.reader_ = transaction_;
  } else {
    mdb_txn_abort(transaction_);
  }
}

std::optional<Bytes> ReadTransaction::get(MDB_dbi table, Bytes key) const {
  if (transaction_ == nullptr) return std::nullopt;
  return get_value(transaction_, table, key);
}

std::size_t ReadTransaction::entries(MDB_dbi table) const {
  return transaction_ == nullptr ? 0 : stat_of(transaction_, table).ms_entries;
}

Cursor::Cursor(MDB_txn* transaction, MDB_dbi table) {
  if (transaction == nullptr || mdb_cursor_open(transaction, table, &cursor_) != 0) cursor_ = nullptr;
}

Cursor::~Cursor() {
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
}

bool Cursor::seek(Bytes key) {
  key_ = to_lmdb(key);
  return move(key.empty() ? MDB_FIRST : MDB_SET_RANGE);
}

bool Cursor::next() { return move(MDB_NEXT); }

bool Cursor::move(MDB_cursor_op operation) {
  return cursor_ != nullptr && mdb_cursor_get(cursor_, &key_, &value_, operation) == 0;
}

WriteTransaction::WriteTransaction(const LmdbEnvironment& environment)
    : begun_(mdb_txn_begin(environment.handle(), nullptr, 0, &transaction_)) {
  if (begun_ != 0) transaction_ = nullptr;
}

WriteTransaction::~WriteTransaction() {
  if (transaction_ != nullptr) mdb_txn_abort(transaction_);
}

std::optional<Bytes> WriteTransaction::get(MDB_dbi table, Bytes key) const {
  return get_value(transaction_, table, key);
}

int WriteTransaction::put(MDB_dbi table, Bytes key, Bytes value) {
  MDB_val name = to_lmdb(key);
  MDB_val content = to_lmdb(value);
  return mdb_put(transaction_, table, &name, &content, 0);
}

int WriteTransaction::remove(MDB_dbi table, Bytes key) {
  MDB_val name = to_lmdb(key);
  const int failed = mdb_del(transaction_, table, &name, nullptr);
  return failed == MDB_NOTFOUND ? 0 : failed;
}

std::size_t WriteTransaction::entries(MDB_dbi table) const { return stat_of(transaction_, table).ms_entries; }

std::size_t WriteTransaction::used_bytes(const Tables& tables) const {
  std::size_t pages = 2;  // meta pages
  std::size_t page_bytes = 0;
  for (const MDB_dbi table : {free_table, main_table, tables.meta, tables.records, tables.expiry, tables.state}) {
    const MDB_stat stat = stat_of(transaction_, table);
    pages += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
    page_bytes = stat.ms_psize;
  }
  return pages * page_bytes;
}

int WriteTransaction::commit() {
  MDB_env* const environment = mdb_txn_env(transaction_);
  const int failed = mdb_txn_commit(std::exchange(transaction_, nullptr));
  return failed == EIO && disk_is_full(environment) ? ENOSPC : failed;
}

}  // namespace p2pns::store
