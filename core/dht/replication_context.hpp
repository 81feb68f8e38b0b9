// What every part of the replication works with; all references outlive the parts.
#pragma once

#include "core/base/random.hpp"
#include "core/dht/record_digest.hpp"
#include "core/dht/replica.hpp"
#include "core/dht/replication_client.hpp"

namespace p2pns::dht {

struct ReplicationContext {
  kbr::KeyBasedRouting& routing;
  RecordStore& store;
  Replica& replica;
  RecordVerifier& records;
  ReplicationClient& client;
  ReplicationCounters& counters;
  TimerQueue& timers;
  const WallClock& wall_clock;
  Random& random;
};

inline constexpr KeyRange all_positions{};

/// True while the record, which is stored here, counts: what has expired, or lost its binding, is neither compared nor
/// handed over. A lease that only a doubtful clock calls ended still runs.
inline bool counts(const ReplicationContext& context, const VerifiedRecord& record) {
  return context.replica.shows(record, context.wall_clock.earliest());
}
inline wire::WirePlace to_wire(const RecordPlace& place) { return {place.key, static_cast<std::uint8_t>(place.type)}; }
inline RecordPlace from_wire(const wire::WirePlace& place) {
  return {place.key, static_cast<RecordType>(place.record_type)};
}
inline wire::TypedRecord to_wire(const VerifiedRecord& record) {
  return {static_cast<std::uint8_t>(record.type()), record.bytes()};
}
inline SignedRecord from_wire(wire::TypedRecord record) {
  return {static_cast<RecordType>(record.record_type), std::move(record.record)};
}

}  // namespace p2pns::dht
