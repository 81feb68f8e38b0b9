#include "core/store/durable_store.hpp"

#include <algorithm>
#include <filesystem>

#include "core/store/lmdb_record_store.hpp"
#include "core/store/lmdb_state_store.hpp"

namespace p2pns::store {

struct DurableStore::Parts {
  Parts(StoreDirectory a_directory, std::unique_ptr<LmdbEnvironment> an_environment, const WriteLimits& limits,
        Log& log)
      : directory(std::move(a_directory)),
        environment(std::move(an_environment)),
        writer(*environment, limits, log),
        records(*environment, writer, log),
        state(*environment, writer, log) {}

  StoreDirectory directory;  // held until everything else is closed
  std::unique_ptr<LmdbEnvironment> environment;
  BatchWriter writer;
  LmdbRecordStore records;
  LmdbStateStore state;
};

namespace {

/// Read-only: what turns out to be somebody else's is not even opened for writing.
StoreResult<void> check_existing(StoreDirectory& directory, const StoreStamp& owner) {
  auto environment = LmdbEnvironment::open(directory, Access::read, 0);
  if (!environment) return environment.error();
  if (!(*environment)->has_tables()) return {};  // it was never finished; nothing can be lost
  const auto refuse = [&directory](const StoreError& error) {
    return directory.error(error.message + "; choose another store.path, or move it away");
  };
  const auto stamp = (*environment)->read_stamp();
  if (!stamp) return refuse(stamp.error());
  if (const auto ours = check_owner(*stamp, owner); !ours) return refuse(ours.error());
  if (const auto found = (*environment)->find_tables(); !found) return refuse(found.error());
  return {};
}

StoreResult<void> prepare(StoreDirectory& directory, LmdbEnvironment& environment, const StoreStamp& owner) {
  if (environment.has_tables()) {
    if (const auto found = environment.find_tables(); !found) return directory.error(found.error().message);
    return {};
  }
  if (const auto made = environment.make_tables(owner); !made) return directory.error(made.error().message);
  return directory.sync();
}

WriteLimits limits_of(const StoreOptions& options) {
  const std::size_t reserve = options.reserve_bytes != 0
                                  ? options.reserve_bytes
                                  : std::max(options.maximum_bytes / reserve_share, reserve_minimum_bytes);
  return {options.maximum_bytes, reserve, state_entries_maximum};
}

}  // namespace

StoreResult<std::unique_ptr<DurableStore>> DurableStore::open(const StoreOptions& options, Log& log) {
  auto directory = StoreDirectory::open(options.path, Access::write);
  if (!directory) return directory.error();
  if (!directory->empty())
    if (const auto ours = check_existing(*directory, options.owner); !ours) return ours.error();
  if (const auto reserved = directory->reserve_lock_file(); !reserved) return reserved.error();
  const WriteLimits limits = limits_of(options);
  // A maximum that was lowered must leave room to work in the file as it is.
  const std::size_t map_bytes =
      std::max<std::size_t>(limits.maximum_bytes, directory->data_bytes() + limits.reserve_bytes);
  auto environment = LmdbEnvironment::open(*directory, Access::write, map_bytes);
  if (!environment) return environment.error();
  if (const auto prepared = prepare(*directory, **environment, options.owner); !prepared) return prepared.error();
  return std::unique_ptr<DurableStore>(
      new DurableStore(std::make_unique<Parts>(std::move(*directory), std::move(*environment), limits, log)));
}

StoreResult<std::optional<StoreStamp>> read_stamp(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return std::optional<StoreStamp>{};
  auto directory = StoreDirectory::open(path, Access::read);
  if (!directory) return directory.error();
  if (directory->empty()) return std::optional<StoreStamp>{};
  auto environment = LmdbEnvironment::open(*directory, Access::read, 0);
  if (!environment) return environment.error();
  if (!(*environment)->has_tables()) return std::optional<StoreStamp>{};
  auto stamp = (*environment)->read_stamp();
  if (!stamp) return directory->error(stamp.error().message);
  return std::optional{std::move(*stamp)};
}

DurableStore::DurableStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DurableStore::~DurableStore() = default;

void DurableStore::start(Post post) { parts_->writer.start(std::move(post)); }
void DurableStore::stop() { parts_->writer.stop(); }
dht::RecordStore& DurableStore::records() { return parts_->records; }
StateStore& DurableStore::state() { return parts_->state; }
std::uint64_t DurableStore::damaged_records() const { return parts_->records.damaged(); }

}  // namespace p2pns::store
