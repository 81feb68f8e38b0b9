// Votes: what the replicas of a key said in answer to GET. Only what is proven counts: a record that does not verify,
// or that belongs elsewhere, is a lie and no vote.
#pragma once

#include <optional>
#include <vector>

#include "core/dht/dht.hpp"
#include "core/dht/replica.hpp"

namespace p2pns::dht {

/// Where a request goes: another node, or this one.
struct ReplicaTarget {
  wire::NodeHandle node;
  bool self = false;
};

struct Vote {
  bool counts = false;                   ///< false: not ready, refused, or a lie
  std::optional<VerifiedRecord> record;  ///< none: this replica knows no such name
};

struct DhtCounters {
  std::uint64_t lies = 0;  ///< answers whose record does not verify or belongs to another key
};

/// References outlive what is made with them.
struct VoteEnvironment {
  Replica& replica;  ///< of this node, for its own vote
  RecordVerifier& records;
  const crypto::NetworkParameters& network;
  DhtCounters& counters;
};

/// One vote for each answer of the lookup, in its order.
std::vector<Vote> collect_votes(const kbr::LookupResult&, const Key&, RecordType, const VoteEnvironment&);
std::vector<ReplicaTarget> targets_of(const kbr::LookupResult&);

/// How many votes show which owner, most first.
struct OwnerCount {
  crypto::PublicKey owner;
  std::size_t votes = 0;
};
std::vector<OwnerCount> count_owners(const std::vector<Vote>&);
/// The newest record of this owner, if any vote shows one. Of two with one sequence always the same.
std::optional<VerifiedRecord> newest_of(const std::vector<Vote>&, const crypto::PublicKey& owner);

/// The lookup that asks for a record and finds the replicas in one round.
kbr::LookupOptions get_options(const Key&, RecordType, std::size_t disjoint_paths);

}  // namespace p2pns::dht
