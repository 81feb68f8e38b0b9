#include "core/store/store_check.hpp"

#include "core/store/lmdb_environment.hpp"
#include "core/store/store_layout.hpp"

namespace p2pns::store {

namespace {

constexpr std::size_t entries_per_progress = 1000;

struct OpenStore {
  StoreDirectory directory;
  std::unique_ptr<LmdbEnvironment> environment;
  StoreStamp owner;
};

StoreResult<OpenStore> open_to_read(const std::string& path) {
  auto directory = StoreDirectory::open(path, Access::read);
  if (!directory) return directory.error();
  if (directory->empty()) return directory->error("no store is here (data.mdb is missing or empty)");
  auto environment = LmdbEnvironment::open(*directory, Access::read, 0);
  if (!environment) return environment.error();
  auto stamp = (*environment)->read_stamp();
  if (!stamp) return directory->error(stamp.error().message);
  if (const auto found = (*environment)->find_tables(); !found) return directory->error(found.error().message);
  return OpenStore{std::move(*directory), std::move(*environment), std::move(*stamp)};
}

class Check {
 public:
  Check(const OpenStore& store, const crypto::Verifier& verifier, const CheckCallbacks& callbacks)
      : tables_(store.environment->tables()),
        transaction_(*store.environment),
        verifier_(verifier),
        callbacks_(callbacks),
        network_{store.owner.network, {0, 0}, false},
        total_(transaction_.entries(tables_.records) + transaction_.entries(tables_.expiry) +
               transaction_.entries(tables_.state)) {}

  void run(CheckReport& report) {
    report_ = &report;
    walk(tables_.records, "records", [this](Bytes key, Bytes value) { check_record(key, value); });
    walk(tables_.expiry, "expiry", [this](Bytes key, Bytes) { check_expiry(key); });
    walk(tables_.state, "state", [this](Bytes key, Bytes value) {
      if (!checked(key, value)) return fault("state", key, "the value is damaged (checksum)");
      ++report_->state_entries;
    });
  }

 private:
  template <class Visit>
  void walk(MDB_dbi table, const char* name, Visit visit) {
    Cursor cursor(transaction_.handle(), table);
    ByteVector before;
    std::size_t found = 0;
    for (bool more = cursor.seek({}); more; more = cursor.next()) {
      if (found++ > 0 && !(as_text(before) < as_text(cursor.key()))) fault(name, cursor.key(), "stands out of order");
      before.assign(cursor.key().begin(), cursor.key().end());
      visit(cursor.key(), cursor.value());
      if (++done_ % entries_per_progress == 0 && callbacks_.progress) callbacks_.progress(done_, total_);
    }
    if (const std::size_t told = transaction_.entries(table); told != found)
      fault(name, {}, "has " + std::to_string(found) + " entries, and says it has " + std::to_string(told));
  }

  void check_record(Bytes key, Bytes value) {
    const auto record = RecordCodec::decode(key, value);
    if (!record) return fault("records", key, "the value is damaged (checksum)");
    // At its own end, because old is not wrong.
    const auto verified = dht::verify({record->type(), record->bytes()}, verifier_, network_, record->not_after());
    if (!verified) return fault("records", key, verified.error().message());
    if (verified->key() != record->key()) return fault("records", key, "the record belongs to another position");
    if (claimed_end(value) != record->not_after()) return fault("records", key, "the end beside the record is wrong");
    if (!transaction_.get(tables_.expiry, encode_expiry(record->not_after(), *RecordPlaceKey::from(key)).view()))
      return fault("records", key, "the record would never expire (no entry in the table expiry)");
    ++report_->records;
    report_->record_bytes += record->bytes().size();
  }

  void check_expiry(Bytes key) {
    const auto entry = decode_expiry(key);
    if (!entry) return fault("expiry", key, "the key is damaged");
    const auto record = transaction_.get(tables_.records, entry->second.view());
    if (!record) return fault("expiry", key, "there is no such record");
    if (claimed_end(*record) != entry->first) return fault("expiry", key, "the record ends at another time");
    ++report_->expiry_entries;
  }

  void fault(const char* table, Bytes key, const std::string& what) {
    ++report_->faults;
    if (callbacks_.fault) callbacks_.fault(std::string{table} + " " + to_hex(key) + ": " + what);
  }

  const Tables& tables_;
  ReadTransaction transaction_;
  const crypto::Verifier& verifier_;
  const CheckCallbacks& callbacks_;
  const crypto::NetworkParameters network_;  // without puzzles: the store does not know its network's, nor ask for them
  std::size_t total_;
  std::size_t done_ = 0;
  CheckReport* report_ = nullptr;
};

}  // namespace

StoreResult<CheckReport> check_store(const std::string& path, const crypto::Verifier& verifier,
                                     const CheckCallbacks& callbacks) {
  const auto store = open_to_read(path);
  if (!store) return store.error();
  CheckReport report;
  report.owner = store->owner;
  report.file_bytes = store->directory.data_bytes();
  Check(*store, verifier, callbacks).run(report);
  return report;
}

StoreResult<void> list_store(const std::string& path, const Callback<void(const dht::VerifiedRecord&)>& take) {
  const auto store = open_to_read(path);
  if (!store) return store.error();
  const ReadTransaction transaction(*store->environment);
  Cursor cursor(transaction.handle(), store->environment->tables().records);
  for (bool more = cursor.seek({}); more; more = cursor.next())
    if (const auto record = RecordCodec::decode(cursor.key(), cursor.value())) take(*record);
  return {};
}

}  // namespace p2pns::store
