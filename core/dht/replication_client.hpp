// ReplicationClient: asks other replicas about ranges, offers and hands over records. Typed calls over the channel;
// what the answers mean is decided by those who call.
#pragma once

#include "core/dht/replication_counters.hpp"
#include "core/rpc/rpc_channel.hpp"
#include "core/wire/replication_message.hpp"

namespace p2pns::dht {

class ReplicationClient {
 public:
  /// References outlive the client.
  ReplicationClient(rpc::RpcChannel& channel, ReplicationCounters& counters) : channel_(channel), counters_(counters) {}

  /// Errors of all: those of RpcChannel::call; overloaded (the other side asks for patience); refused (any other
  /// refusal, or not ready); malformed (counted as a lie).
  Operation pull(const wire::NodeHandle&, const wire::PullRange&, Callback<void(Result<wire::RangePage>)>);
  Operation compare(const wire::NodeHandle&, const wire::CompareRanges&, Callback<void(Result<wire::Compared>)>);
  /// An answer with another number of items than were asked about is malformed.
  Operation offer(const wire::NodeHandle&, const wire::Offer&, Callback<void(Result<wire::Offered>)>);
  Operation hand_over(const wire::NodeHandle&, const wire::HandOver&, Callback<void(Result<wire::HandedOver>)>);

 private:
  template <class T, class Decode>
  Operation ask(const wire::NodeHandle&, wire::MessageType, ByteVector body, std::size_t answer_bytes, Decode,
                Callback<void(Result<T>)>);

  rpc::RpcChannel& channel_;
  ReplicationCounters& counters_;
};

/// What a message with a body of this size takes as a datagram. A request has its minimum.
constexpr std::size_t answer_datagram_bytes(std::size_t body) noexcept { return wire::overhead_bytes + 2 + body; }
constexpr std::size_t request_datagram_bytes(std::size_t body) noexcept {
  return answer_datagram_bytes(std::max(body, wire::request_body_minimum_bytes));
}

}  // namespace p2pns::dht
