// StateStore: what a node remembers of itself over a restart, in small tables: its own names, peers that worked.
// Records of other people's names stand in dht::RecordStore; one file on disk may serve both. An unreadable value is
// for its owner to judge: the store keeps bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/operation.hpp"

namespace p2pns {

/// The numbers stand on disk: none is used for anything else again.
enum class StateTable : std::uint8_t {
  owned_names = 1,  ///< core/names: key "label.zone"
  peers = 2,        ///< core/kbr: key NodeID
};

/// A canonical name fits.
inline constexpr std::size_t state_key_maximum_bytes = 255;
/// A name with its records takes 1.3 kB at most.
inline constexpr std::size_t state_value_maximum_bytes = 4096;
/// Names owned and peers kept are bounded by those who keep them; this bounds a fault.
inline constexpr std::size_t state_entries_maximum = 2'000'000;

struct StateEntry {
  ByteVector key;
  ByteVector value;
};

class StateStore {
 public:
  /// Adds or replaces; durable when the completion runs. Errors: too_large (key or value; key empty counts too),
  /// overloaded (full), io_error.
  virtual Operation put(StateTable, ByteVector key, ByteVector value, Callback<void(Result<void>)>) = 0;
  /// No error when there is no such key. Errors: io_error.
  virtual Operation remove(StateTable, ByteVector key, Callback<void(Result<void>)>) = 0;
  /// All of a table in key order, as of the last commit: meant for the start.
  virtual std::vector<StateEntry> load(StateTable) const = 0;

 protected:
  ~StateStore() = default;
};

}  // namespace p2pns
