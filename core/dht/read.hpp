// Read: asks the replicas of a key and decides what is true. The decision is a pure function of the votes; it never
// guesses: what cannot be decided is "contested".
#pragma once

#include "core/dht/tasks.hpp"
#include "core/dht/votes.hpp"

namespace p2pns::dht {

/// Votes a read needs of so many live replicas: more than half.
constexpr std::size_t votes_needed(std::size_t live) noexcept { return std::min(live, kbr::siblings_per_key) / 2 + 1; }

/// What the votes of all live replicas say, one entry for each.
///   one owner shown, by at least half of the votes: that owner's newest record
///   nobody shown, or fewer than half: no record ("no such name")
///   several owners: the one with more than half of the votes, otherwise contested
/// Errors: contested; not_reachable (no vote at all); timed_out (fewer than votes_needed).
ReadResult judge_read(const std::vector<Vote>&);
/// The same for a lookup that was cut off: some replicas are missing, and nodes that are none may be among the voters.
/// One owner shown by a majority of a full set of replicas: that owner's newest record. Otherwise timed_out.
ReadResult judge_cut_off_read(const std::vector<Vote>&);

/// The newest published set of this owner that anybody shows, also of a lookup that was cut off. Errors: not_reachable
/// (no vote at all).
ReadResult judge_published(const std::vector<Vote>&, const crypto::PublicKey& owner);

/// References outlive the task.
struct ReadEnvironment {
  kbr::KeyBasedRouting& routing;
  VoteEnvironment votes;
};

class Read final : public TaskOf<ReadResult> {
 public:
  /// Of a published set, `published_by` is the owner of its name; otherwise none.
  Read(const ReadEnvironment&, const Key&, RecordType, std::optional<crypto::PublicKey> published_by,
       kbr::LookupOptions, TaskList&, Completion<ReadResult>);
  void start() override;

 private:
  void on_looked_up(kbr::LookupResult);
  ReadResult judge(const kbr::LookupResult&) const;

  ReadEnvironment environment_;
  Key key_;
  RecordType type_;
  std::optional<crypto::PublicKey> published_by_;
  kbr::LookupOptions options_;
  Operation lookup_;
};

}  // namespace p2pns::dht
