// Surplus: records at positions that others are nearer to by now. They are kept until enough of those who should have
// them say that they do; nothing gets lost by a newcomer who only seems to be there.
#pragma once

#include <map>
#include <set>

#include "core/dht/offers.hpp"
#include "core/dht/store_walk.hpp"

namespace p2pns::dht {

/// Of the siblings_per_key nodes nearest to the record.
inline constexpr std::size_t acknowledgements_needed = 12;
/// Being in no hurry costs disk space only, and a sibling that comes back finds its records.
inline constexpr Duration surplus_interval_minimum = std::chrono::minutes{5};
inline constexpr Duration surplus_interval_maximum = std::chrono::minutes{10};
/// Records on offer at a time: 16 offers of 29 bytes each, 1.5 kB a second at most.
inline constexpr std::size_t surplus_at_once_maximum = 1024;

class Surplus {
 public:
  /// `offers` outlives the object, and calls on_outcome().
  Surplus(const ReplicationContext& context, Offers& offers) : context_(context), offers_(offers), walk_(context) {}

  void start() { arm(); }
  void stop();
  /// What a node said about a record offered to it.
  void on_outcome(const RecordPlace&, const NodeId& target, bool holds);

 private:
  struct Entry {
    VerifiedRecord record;
    std::set<NodeId> asked;
    std::set<NodeId> acknowledged;
  };

  void arm();
  void begin();
  void visit(const std::vector<VerifiedRecord>&);

  ReplicationContext context_;
  Offers& offers_;
  StoreWalk walk_;
  std::map<RecordPlace, Entry> entries_;
  Timer timer_;
};

}  // namespace p2pns::dht
