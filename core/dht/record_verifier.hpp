// RecordVerifier: verify() with a memory. All replicas of a name show the same bytes, and a signature costs 59 us to
// check against 0.5 us for a hash: each distinct record is checked once, the times in it every time.
#pragma once

#include <list>
#include <unordered_map>

#include "core/base/wall_clock.hpp"
#include "core/dht/record.hpp"

namespace p2pns::dht {

/// A few thousand names in use; about 600 bytes each. The least recently used one is forgotten first.
inline constexpr std::size_t remembered_records_maximum = 4096;

class RecordVerifier {
 public:
  /// References outlive the object.
  RecordVerifier(const crypto::Verifier& verifier, const crypto::NetworkParameters& network,
                 const WallClock& wall_clock, std::size_t maximum = remembered_records_maximum)
      : verifier_(verifier), network_(network), wall_clock_(wall_clock), maximum_(maximum) {}

  /// As dht::verify at the node's wall time. Failures are not remembered: a liar has endless variations of them.
  Result<VerifiedRecord> verify(SignedRecord);
  std::size_t size() const noexcept { return index_.size(); }

 private:
  using Entries = std::list<std::pair<crypto::Digest, VerifiedRecord>>;

  const crypto::Verifier& verifier_;
  const crypto::NetworkParameters& network_;
  const WallClock& wall_clock_;
  std::size_t maximum_;
  Entries entries_;  // most recently used first
  std::unordered_map<crypto::Digest, Entries::iterator> index_;
};

}  // namespace p2pns::dht
