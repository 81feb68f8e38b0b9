// Claim: the owner's side of "first come, first served". Look, store at all replicas of position 0, count. More than
// half stored it: the name is ours. More than half show one other owner: it is taken. Anything else: take it back with
// a signed withdrawal, wait a random time, look again. The replica's side is replica_rule.hpp; no other file knows the
// rule, and lock, confirm and certificate will replace both.
//
// A renewal is the same without taking anything back: the owner already holds the name.
#pragma once

#include "core/dht/tasks.hpp"
#include "core/dht/withdrawal_sender.hpp"

namespace p2pns::dht {

/// After so long nobody has won; the caller is told so.
inline constexpr Duration claim_life = std::chrono::seconds{45};
/// Waiting between rounds: the fixed part lets withdrawals arrive, the random one (up to 2^round seconds, at most the
/// ceiling) keeps rivals from meeting again.
inline constexpr Duration back_off_fixed = std::chrono::milliseconds{500};
inline constexpr Duration back_off_ceiling = std::chrono::seconds{8};
/// Once a majority has stored it: how long the other replicas are waited for. Whoever has not spoken to a replica
/// before needs two round trips, and what is cut off here is stored at one replica less.
inline constexpr Duration store_patience = std::chrono::seconds{1};
/// Times a claim may find that its owner has already used a higher sequence, without waiting in between. Each is
/// proven by the owner's own signature, so this only ends a loop of old records shown one by one.
inline constexpr int sequence_raises_maximum = 4;
/// A claim raises its sequence by itself, and it must not run over: above this it asks for a renewal.
inline constexpr std::uint64_t claim_sequence_maximum = UINT64_MAX / 2;

/// Rounds in a row in which so many replicas had no room that nobody could win: a queue is short, a full disk is not.
inline constexpr int full_rounds_maximum = 2;

/// What the replicas answered to one round of STORE.
struct StoreCount {
  std::size_t replicas = 0;
  std::size_t open = 0;  ///< not answered yet
  std::size_t answered = 0;
  std::size_t stored = 0;
  std::size_t full = 0;
  std::vector<OwnerCount> rivals;  ///< proven by their records
  std::size_t taken() const noexcept;
};
enum class StoreOutcome { waiting, won, lost, undecided };
/// won: more than half of the replicas stored it. lost: more than half show one other owner. undecided: neither can
/// happen any more. The live replicas count, whether they answer or not.
StoreOutcome judge_store(const StoreCount&) noexcept;

enum class ClaimKind : bool { claim, renewal };

/// References outlive the task.
struct ClaimEnvironment {
  kbr::KeyBasedRouting& routing;
  ReplicaClient& replicas;
  WithdrawalSender& withdrawals;
  VoteEnvironment votes;
  TimerQueue& timers;
  Random& random;
};

class Claim final : public TaskOf<Result<PutReceipt>> {
 public:
  Claim(const ClaimEnvironment&, ClaimKind, Binding, const crypto::Signer&, std::size_t disjoint_paths, TaskList&,
        Completion<Result<PutReceipt>>);
  void start() override;
  /// Takes back what is on its way.
  void on_cancel() override;

 private:
  void look();
  void on_looked_up(const kbr::LookupResult&);
  /// The binding with its signature, checked by ourselves. Errors: those of verify.
  Result<VerifiedRecord> make_record();
  /// Rises above what this owner has already signed. False: it must not, or cannot.
  bool rise_above(const VerifiedRecord& own);
  void store();
  void on_stored(std::optional<wire::Stored>);
  void count_taken(const wire::Stored&);
  void count_stale(const wire::Stored&);
  void judge();
  void succeed();
  void lose();
  void try_again();
  void back_off();
  void take_back();
  Errc failure() const noexcept;

  ClaimEnvironment environment_;
  ClaimKind kind_;
  Binding binding_;
  const crypto::Signer& signer_;
  std::size_t disjoint_paths_;
  Key key_;
  TimePoint started_;
  int round_ = 0;
  int raises_ = 0;
  int full_rounds_ = 0;
  bool last_look_ = false;
  bool holds_name_;             // before this claim; then nothing is taken back
  bool rival_seen_ = false;     // in the last round
  bool may_be_stored_ = false;  // this round's record may lie at a replica
  std::vector<ReplicaTarget> targets_;
  StoreCount count_;
  std::optional<VerifiedRecord> record_;      // what this round stores
  std::optional<VerifiedRecord> newest_own_;  // proof that this owner has signed something newer
  Operation lookup_;
  std::vector<Operation> stores_;
  Timer timer_;
};

}  // namespace p2pns::dht
