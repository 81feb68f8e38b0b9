// Digests of records and sums of them over ranges: how two replicas find out what differs without sending it.
#pragma once

#include <functional>

#include "core/dht/record_store.hpp"
#include "core/wire/replication_message.hpp"

namespace p2pns::dht {

/// Records looked at in one go before others get their turn: a millisecond's work.
inline constexpr std::size_t records_per_turn = 256;

wire::RecordDigest digest_of(const VerifiedRecord&);
inline RecordPlace place_of(const VerifiedRecord& record) { return {record.key(), record.type()}; }

struct RangeSum {
  std::uint64_t digest = 0;  ///< sum modulo 2^64
  std::size_t records = 0;
};
/// Over those records of the range that pass `counts`. `budget`: records that may still be looked at; it is lowered by
/// those that were. None when it runs out.
std::optional<RangeSum> sum_of(const RecordStore&, const KeyRange&,
                               const std::function<bool(const VerifiedRecord&)>& counts, std::size_t& budget);

}  // namespace p2pns::dht
