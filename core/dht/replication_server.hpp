// ReplicationServer: the asked side of replication: PULL_RANGE, OFFER, HAND_OVER and COMPARE_RANGES. Everything here is
// bounded per request, and per address block and second. PULL_RANGE is served even while this node is not ready, so
// that an overlay that restarts as a whole comes back.
#pragma once

#include <list>

#include "core/dht/replication_context.hpp"

namespace p2pns::dht {

/// Of one address block. A node that joins reads 5 records a page, a few hundred records in all, in 4 lanes at once.
inline constexpr BlockRate pull_rate{200, 400};
/// A binding costs a signature check (60 us): 1.5 % of one core. What a node hands over when it leaves fits the burst.
/// Records that prove themselves cost up to four checks, and nothing to make: who is not near their position hands over
/// no more of them than it may store (weak_rate).
inline constexpr BlockRate hand_over_rate{256, 2048};
/// 32 look-ups each.
inline constexpr BlockRate offer_rate{50, 400};
/// Up to records_compared_maximum each, 4 ms: a sibling begins one a minute and asks some tens when much differs.
inline constexpr BlockRate compare_rate{5, 100};
/// Records looked at for one COMPARE_RANGES; ranges behind that count as differing, and are asked for in parts.
inline constexpr std::size_t records_compared_maximum = 4096;
/// Nodes see their neighbourhood a bit differently: who is not far from storing a record may read it.
inline constexpr std::size_t pulling_rank_maximum = storing_nodes + 8;

/// Registers its handlers with the channel: it lives as long as the channel delivers datagrams.
class ReplicationServer {
 public:
  ReplicationServer(rpc::RpcChannel&, const ReplicationContext&, bool exempt_private_blocks);
  ReplicationServer(const ReplicationServer&) = delete;
  ReplicationServer& operator=(const ReplicationServer&) = delete;

 private:
  /// The answer's body. no_peers: not ready; too_large: it fits into no answer.
  using Answer = Result<ByteVector>;

  template <class Body>
  void serve(rpc::RpcChannel&, wire::MessageType, Result<Body> (*decode)(Bytes), WriteLimits&,
             Answer (ReplicationServer::*)(const rpc::Request&, const Body&));
  bool admit(WriteLimits&, const rpc::Request&);
  void send(const rpc::Responder&, wire::MessageType, ByteVector body);
  void refuse(const rpc::Responder&, wire::RefusalReason);
  void say_not_ready(const rpc::Responder&);

  Answer on_pull(const rpc::Request&, const wire::PullRange&);
  Answer on_offer(const rpc::Request&, const wire::Offer&);
  Answer on_compare(const rpc::Request&, const wire::CompareRanges&);
  void on_hand_over(const rpc::Request&, wire::HandOver, rpc::Responder);
  bool admit_records(const rpc::Request&, const std::vector<SignedRecord>&);
  /// One HAND_OVER whose records are being written.
  struct Job {
    rpc::Responder respond;
    std::size_t answer_maximum_bytes = 0;
    wire::HandedOver answer;
    std::size_t open = 0;
    std::vector<Operation> writes;
  };
  void on_written(std::list<Job>::iterator, std::size_t index, wire::Stored);

  ReplicationContext context_;
  WriteLimits pulls_;
  WriteLimits offers_;
  WriteLimits hand_overs_;
  WriteLimits comparisons_;
  std::list<Job> jobs_;
};

}  // namespace p2pns::dht
