// Publication: brings a record that needs no claim to its replicas: a published record set to those that keep the
// binding of its name, a HIT statement, a weak record. One round; whoever wants more tries again later, which writes
// nothing where the record has arrived.
#pragma once

#include "core/dht/replica_client.hpp"
#include "core/dht/tasks.hpp"

namespace p2pns::dht {

/// References outlive the task.
struct PublicationEnvironment {
  kbr::KeyBasedRouting& routing;
  ReplicaClient& replicas;
  TimerQueue& timers;
};

class Publication final : public TaskOf<Result<Tally>> {
 public:
  /// `key`: the record's.
  Publication(const PublicationEnvironment&, const Key&, SignedRecord, std::size_t disjoint_paths, TaskList&,
              Completion<Result<Tally>>);
  void start() override;

 private:
  void on_looked_up(const kbr::LookupResult&);
  void on_stored(const std::optional<wire::Stored>&);
  Result<Tally> outcome() const;

  PublicationEnvironment environment_;
  Key key_;
  SignedRecord record_;
  std::size_t disjoint_paths_;
  Tally tally_;
  std::size_t open_ = 0;
  std::size_t stale_ = 0;
  std::size_t full_ = 0;
  Operation lookup_;
  std::vector<Operation> stores_;
  Timer patience_;
};

}  // namespace p2pns::dht
