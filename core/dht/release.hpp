// Release: the owner gives its name up. A signed withdrawal of the newest sequence it has used goes to all replicas.
#pragma once

#include "core/dht/tasks.hpp"
#include "core/dht/withdrawal_sender.hpp"

namespace p2pns::dht {

/// References outlive the task.
struct ReleaseEnvironment {
  kbr::KeyBasedRouting& routing;
  WithdrawalSender& withdrawals;
  VoteEnvironment votes;
  const WallClock& wall_clock;
};

class Release final : public TaskOf<Result<Tally>> {
 public:
  Release(const ReleaseEnvironment&, Binding, const crypto::Signer&, std::size_t disjoint_paths, TaskList&,
          Completion<Result<Tally>>);
  void start() override;

 private:
  void on_looked_up(const kbr::LookupResult&);
  SignedRecord withdrawal_above(const std::vector<Vote>&) const;
  void on_told(std::size_t acknowledged);

  ReleaseEnvironment environment_;
  Binding binding_;
  const crypto::Signer& signer_;
  std::size_t disjoint_paths_;
  Key key_;
  Tally tally_;
  Operation lookup_;
  Operation sending_;
};

}  // namespace p2pns::dht
