// LmdbStateStore: what a node remembers of itself, in the same file as the records and with the same commits.
#pragma once

#include "core/base/state_store.hpp"
#include "core/store/batch_writer.hpp"

namespace p2pns::store {

class LmdbStateStore final : public StateStore {
 public:
  /// References outlive the store.
  LmdbStateStore(const LmdbEnvironment& environment, BatchWriter& writer, Log& log)
      : environment_(environment), writer_(writer), log_(log) {}

  Operation put(StateTable, ByteVector key, ByteVector value, Callback<void(Result<void>)>) override;
  Operation remove(StateTable, ByteVector key, Callback<void(Result<void>)>) override;
  /// Damaged entries are left out, and the log says how many.
  std::vector<StateEntry> load(StateTable) const override;

 private:
  const LmdbEnvironment& environment_;
  BatchWriter& writer_;
  Log& log_;
};

}  // namespace p2pns::store
