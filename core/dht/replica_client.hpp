// ReplicaClient: asks one replica to store or withdraw: over the channel, or directly when it is this node.
#pragma once

#include "core/dht/votes.hpp"

namespace p2pns::dht {

class ReplicaClient {
 public:
  /// References outlive the client; the client outlives its calls.
  ReplicaClient(rpc::RpcChannel& channel, Replica& replica, TimerQueue& timers)
      : channel_(channel), replica_(replica), timers_(timers) {}

  /// None: no answer, or none that says anything about the record.
  Operation store(const ReplicaTarget&, const SignedRecord&, Callback<void(std::optional<wire::Stored>)>);
  /// True: the replica will not show what was withdrawn.
  Operation withdraw(const ReplicaTarget&, const SignedRecord&, Callback<void(bool)>);

 private:
  rpc::RpcChannel& channel_;
  Replica& replica_;
  TimerQueue& timers_;
};

}  // namespace p2pns::dht
