// Dht: what the name service sees. Reads tell what the replicas said; a claim tells who won. How a name gets its one
// owner is hidden behind claim / renew / release.
#pragma once

#include <optional>
#include <vector>

#include "core/dht/binding.hpp"
#include "core/kbr/key_based_routing.hpp"

namespace p2pns::dht {

/// What the replicas of position 0 said.
struct Tally {
  std::size_t replicas = 0;  ///< the siblings of the key, this node included
  std::size_t answered = 0;
  std::size_t agreeing = 0;  ///< show the record that is returned (read), or stored it (put)
  std::size_t empty = 0;     ///< say: no such name
  std::size_t others = 0;    ///< show another owner; contested: any
};

/// How long a read may take unless its caller has less time.
inline constexpr Duration read_time_out = std::chrono::seconds{10};

/// What a read found, and how far it came: one that failed has its tally and hops to show, too.
struct ReadResult {
  boost::system::error_code error;       ///< none: `record` is what the replicas say
  std::optional<VerifiedRecord> record;  ///< newest of the owner accepted; none without error: no such name
  Tally tally;
  std::vector<kbr::LookupHop> hops;
  Duration took{0};
};

/// What a gathering found.
struct GatherResult {
  boost::system::error_code error;      ///< none: without records, nobody has one
  std::vector<VerifiedRecord> records;  ///< the newest of each owner that any replica shows, oldest first
  std::size_t answered = 0;             ///< replicas
};

struct PutReceipt {
  VerifiedRecord record;
  Tally tally;
  Duration took{0};
};

class Dht {
 public:
  /// Ends within the time-out. Errors: contested, no_peers, not_reachable, timed_out (too few answers). "No such name"
  /// is no error.
  virtual Operation get(const Key&, RecordType, Duration time_out, Callback<void(ReadResult)>) = 0;
  /// The copy of its records that the binding's owner has published: the newest one that any replica shows. It is
  /// signed, so it needs no majority. No record without error: nobody has one. Errors: no_peers, not_reachable,
  /// timed_out.
  virtual Operation get_published(const Binding&, Duration time_out, Callback<void(ReadResult)>) = 0;
  /// Records of these types that prove themselves, at a position: no majority is needed. Ends within the time-out.
  /// Errors: no_peers, not_reachable, timed_out, overloaded.
  virtual Operation gather(const Key& position, std::vector<RecordType>, Duration time_out,
                           Callback<void(GatherResult)>) = 0;
  /// A new name. `signer` must outlive the operation. Errors: name_taken, contested (nobody won after all retries),
  /// overloaded (half of the replicas have no room), not_reachable, timed_out, no_peers.
  virtual Operation claim(Binding, const crypto::Signer&, Callback<void(Result<PutReceipt>)>) = 0;
  /// Same owner, higher sequence: longer lease, another node. Errors: as claim, and stale_sequence.
  virtual Operation renew(Binding, const crypto::Signer&, Callback<void(Result<PutReceipt>)>) = 0;
  /// Stores a record that needs no claim, once: a published record set beside the binding of its name, a HIT statement,
  /// a weak record. The tally says where; a replica without that binding takes no set. Errors: those of verify,
  /// no_peers, not_reachable, timed_out; of what proves itself also stale_sequence (too few took it,
  /// and one has something newer) and overloaded (stored nowhere, for want of room).
  virtual Operation publish(SignedRecord, Callback<void(Result<Tally>)>) = 0;
  /// Gives the name up. Errors: not_reachable, timed_out.
  virtual Operation release(Binding, const crypto::Signer&, Callback<void(Result<Tally>)>) = 0;

 protected:
  ~Dht() = default;
};

}  // namespace p2pns::dht
