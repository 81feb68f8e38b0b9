// DurableStore: a node's records and its own state in one LMDB file. An acknowledged write survives power loss; a
// damaged, foreign or newer file is refused with one line, and nothing in it is changed.
#pragma once

#include <memory>
#include <optional>

#include "core/base/log.hpp"
#include "core/base/state_store.hpp"
#include "core/dht/record_store.hpp"
#include "core/store/store_stamp.hpp"

namespace p2pns::store {

/// Three commits of the largest size need about 30 MiB beside what is stored, because LMDB copies what it changes.
inline constexpr std::size_t reserve_minimum_bytes = 64U << 20U;
/// Of the maximum, for renewals of what is held when the store is full.
inline constexpr std::size_t reserve_share = 8;
/// Smallest useful size: as much again as the reserve.
inline constexpr std::size_t store_minimum_bytes = 2 * reserve_minimum_bytes;
/// A million bindings take about 400 MiB.
inline constexpr std::size_t store_default_bytes = std::size_t{1} << 30U;

struct StoreOptions {
  std::string path;  ///< a directory; made when its parent is there
  std::size_t maximum_bytes = store_default_bytes;
  std::size_t reserve_bytes = 0;  ///< 0: an eighth of the maximum, and not less than reserve_minimum_bytes
  StoreStamp owner;
};

class DurableStore {
 public:
  using Post = Callback<void(Callback<void()> task)>;

  /// `log` outlives the store and is used on the node's thread only. Errors start with the path.
  static StoreResult<std::unique_ptr<DurableStore>> open(const StoreOptions&, Log&);
  DurableStore(const DurableStore&) = delete;
  DurableStore& operator=(const DurableStore&) = delete;
  /// What was handed over becomes durable.
  ~DurableStore();

  /// Begins to write; once, before the first put. `post` runs a task on the node's thread, with the node's clock moved
  /// on before it and its timer armed after it; it is called from the store's own thread.
  void start(Post post);
  /// What was handed over becomes durable before this returns; `post` is not called after it. Writes are refused then
  /// (overloaded), reads go on.
  void stop();
  dht::RecordStore& records();
  StateStore& state();
  /// Records that could not be read since the start.
  std::uint64_t damaged_records() const;

 private:
  struct Parts;
  explicit DurableStore(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;  // keeps LMDB out of the hosts
};

/// Whose store is at `path`; none when nothing has been stored there. Writes nothing. Errors: as of open(), but that it
/// is somebody else's.
StoreResult<std::optional<StoreStamp>> read_stamp(const std::string& path);

}  // namespace p2pns::store
