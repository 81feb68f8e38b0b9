// LmdbRecordStore: records that survive the process. Answers come from the last commit, so a record is found when its
// put has completed, not before.
#pragma once

#include "core/dht/record_store.hpp"
#include "core/store/batch_writer.hpp"

namespace p2pns::store {

class LmdbRecordStore final : public dht::RecordStore {
 public:
  /// References outlive the store.
  LmdbRecordStore(const LmdbEnvironment& environment, BatchWriter& writer, Log& log)
      : environment_(environment), writer_(writer), log_(log) {}

  Operation put(dht::VerifiedRecord, Callback<void(Result<void>)>) override;
  std::optional<dht::VerifiedRecord> find(const Key&, dht::RecordType) const override;
  Operation remove(const Key&, dht::RecordType, Callback<void(Result<void>)>) override;
  dht::ScanPage scan(const dht::KeyRange&, const std::optional<dht::RecordPlace>& after,
                     std::size_t maximum) const override;
  void expire(UnixTime now) override { writer_.expire(now); }
  std::size_t size() const override;
  /// Records that could not be read since the start, each time they were met; they count as absent.
  std::uint64_t damaged() const noexcept { return damaged_; }

 private:
  std::optional<dht::VerifiedRecord> decode(Bytes key, Bytes value) const;

  const LmdbEnvironment& environment_;
  BatchWriter& writer_;
  Log& log_;
  mutable std::uint64_t damaged_ = 0;
};

}  // namespace p2pns::store
