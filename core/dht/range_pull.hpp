// RangePull: how a joining node gets the records of its range. The range is cut into lanes; of each, several nodes in
// its middle are read side by side in ascending order, and per name the owner that most of them show wins, with its
// newest binding. (Votes are what there is until certificates exist.) A published set of that owner needs no majority:
// it proves itself, as for readers. Memory is bounded by one page a node.
#pragma once

#include <map>

#include "core/dht/range_reader.hpp"

namespace p2pns::dht {

/// Lanes: 2^2 pieces of the range, read at the same time.
inline constexpr std::size_t pull_lane_bits = 2;
/// Nodes asked for each lane. They are the nearest to its middle, so each stores all of it.
inline constexpr std::size_t pull_nodes_per_lane = 5;
/// Adoptions that the store has not committed yet; reading waits meanwhile.
inline constexpr std::size_t adoptions_at_once_maximum = 128;
/// A neighbour that feeds us one invented record after the other must not keep us out for ever: comparing digests does
/// the rest.
inline constexpr Duration pull_life = std::chrono::minutes{10};

/// The record that most of `asked` nodes hold in one place, given those that hold one: the newest of the owner that
/// more than half of them show. None: there is no such owner.
std::optional<VerifiedRecord> most_held(const std::vector<VerifiedRecord>&, std::size_t asked);

/// Of those published sets the newest that this owner signed. None: there is none of this owner.
std::optional<VerifiedRecord> newest_set(const std::vector<VerifiedRecord>&, const crypto::PublicKey& owner);

class RangePull {
 public:
  /// `done` runs once, never inside the call that started it: every neighbour asked was read out or failed.
  RangePull(const ReplicationContext&, Callback<void()> done);
  RangePull(const RangePull&) = delete;
  RangePull& operator=(const RangePull&) = delete;

  void start();

 private:
  struct Lane {
    std::vector<std::unique_ptr<RangeReader>> readers;
    std::optional<VerifiedRecord> binding;  // last taken: the published set of its name comes right behind it
    bool done = false;
  };

  void start_lane(Lane&, const KeyRange&, const Key& middle);
  void advance(Lane&);
  /// One step of a lane; false when it waits or is done.
  bool step(Lane&);
  void judge(Lane&, const RecordPlace&, std::size_t asked);
  std::optional<VerifiedRecord> choose(Lane&, const RecordPlace&, const std::vector<VerifiedRecord>&,
                                       std::size_t asked) const;
  void adopt(const VerifiedRecord&);
  void on_adopted(const RecordPlace&, const wire::Stored&);
  void end(Lane&);
  void finish_when_done();

  ReplicationContext context_;
  Callback<void()> done_;
  std::vector<Lane> lanes_;
  std::map<RecordPlace, Operation> adopting_;
  Timer limit_;
};

}  // namespace p2pns::dht
