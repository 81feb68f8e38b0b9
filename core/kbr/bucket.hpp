// Bucket: k contacts of one distance range, oldest proven first, with a replacement cache for newcomers (Kademlia 2002,
// section 2.2 and 4.1). Long-lived contacts are kept: what has been up long will likely stay up.
#pragma once

#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/kbr/block_rule.hpp"
#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/round_trip.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t bucket_size = 16;                // k
inline constexpr std::size_t replacements_maximum = 16;       // as many as the bucket itself
inline constexpr std::size_t contacts_per_block_maximum = 2;  // of one /24 or /48 in one bucket
/// Calls in a row without an answer until a contact is dropped (each call is already sent twice).
inline constexpr int silences_until_dropped = 2;

struct Contact {
  NodeHandle node;
  TimePoint last_answer{};
  rpc::RoundTripEstimate round_trip;
  int silences = 0;        ///< calls in a row without an answer; above 0 it is a suspect
  TimePoint last_check{};  ///< last liveness ping
  bool suspect() const noexcept { return silences > 0; }
};

/// It answered from `node`'s front endpoint.
void note_answer(Contact&, const NodeHandle& node, Duration round_trip, TimePoint now);

enum class Admission { added, updated, cached, refused };

class Bucket {
 public:
  /// A contact that answered us. Full, or its block is full: it waits in the replacement cache.
  Admission add(const Contact&, const BlockRule&);
  /// Null when it is not in the bucket (the cache does not count).
  Contact* find(const NodeId&) noexcept;
  const Contact* find(const NodeId&) const noexcept;
  /// True when add() would put it into the bucket proper.
  bool has_room_for(const NodeHandle&, const BlockRule&) const noexcept;
  /// Removes a contact, or forgets a replacement. Gives the replacement that moved up: it has not been heard of lately.
  std::optional<NodeHandle> remove(const NodeId&, const BlockRule&);

  const std::vector<Contact>& contacts() const noexcept { return contacts_; }
  std::size_t replacements() const noexcept { return replacements_.size(); }
  bool full() const noexcept { return contacts_.size() >= bucket_size; }
  TimePoint last_used() const noexcept { return last_used_; }
  void mark_used(TimePoint now) noexcept { last_used_ = now; }

 private:
  void cache(const Contact&);

  std::vector<Contact> contacts_;      // oldest first
  std::vector<Contact> replacements_;  // most recently heard last
  TimePoint last_used_{};
};

}  // namespace p2pns::kbr
