// Gathering: reads what proves itself: the HIT statement or the weak records at a position. Every record that any
// replica shows counts, because its signature says all there is to say about it; of each owner the newest.
#pragma once

#include "core/dht/tasks.hpp"
#include "core/dht/votes.hpp"

namespace p2pns::dht {

/// The newest record of each owner, oldest first.
std::vector<VerifiedRecord> newest_of_each(const std::vector<Vote>&);

/// References outlive the task.
struct GatheringEnvironment {
  kbr::KeyBasedRouting& routing;
  VoteEnvironment votes;
};

class Gathering final : public TaskOf<GatherResult> {
 public:
  /// One lookup for each of the types, side by side; at least one.
  Gathering(const GatheringEnvironment&, const Key& position, std::vector<RecordType>, std::size_t disjoint_paths,
            Duration time_out, TaskList&, Completion<GatherResult>);
  void start() override;

 private:
  void on_looked_up(RecordType, const kbr::LookupResult&);

  GatheringEnvironment environment_;
  Key position_;
  std::vector<RecordType> types_;
  std::size_t disjoint_paths_;
  Duration time_out_;
  std::size_t open_ = 0;
  std::size_t failed_ = 0;
  GatherResult result_;
  std::vector<Operation> lookups_;
};

}  // namespace p2pns::dht
