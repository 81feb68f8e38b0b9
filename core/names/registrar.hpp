// Registrar: claims names for this node's owner, changes their records, renews their leases, gives them up. A change of
// records is no DHT write: the records are handed out by this node itself (stage 3). How a claim gets through is the
// DHT's matter.
//
// A registration is acknowledged after its name is on disk, and not before its published copy, if the owner wants one,
// was offered to the replicas. After a restart the leases of stored names go on. A node that lost its store still comes
// after itself: a claim rises above what the owner stored before, and the sequences of record sets start at the wall
// time in milliseconds.
#pragma once

#include <unordered_map>

#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/names/name_cache.hpp"
#include "core/names/publisher.hpp"

namespace p2pns::names {

/// Names spread their renewals by this share of renew_every, so that those registered together part.
inline constexpr double renewal_jitter = 0.1;
/// After a renewal that failed. The lease has weeks left at the first failure.
inline constexpr Duration renewal_retry = std::chrono::hours{1};
/// Registrations and releases under way: each is a claim with some hundred messages.
inline constexpr std::size_t writes_maximum = 64;
/// Changes of records under way: each waits for the disk, and for a publication when there is a copy.
inline constexpr std::size_t changes_maximum = 1024;
/// After a restart: time to join before the first renewal, and what lies between two on the average when many are
/// overdue. Replicas take two writes a second from one address block.
inline constexpr Duration restart_pause = std::chrono::minutes{1};
inline constexpr Duration restart_spacing = std::chrono::milliseconds{500};

/// What the registrar works with; every reference outlives it.
struct RegistrarEnvironment {
  dht::Dht& dht;
  const crypto::Signer& owner;
  const crypto::NetworkParameters& network;
  NodeId node;  ///< where the names will live: this node
  const Zones& zones;
  TimerQueue& timers;
  const WallClock& wall_clock;
  Random& random;
  Log& log;
  NameCache& cache;
  OwnedNames& owned;
  NameLimits limits;
};

class Registrar {
 public:
  /// Takes up the renewals of the names that are owned already.
  explicit Registrar(const RegistrarEnvironment&);
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  /// As NameService::register_name. An own name whose lease is not due gets its records without a DHT write.
  Operation register_name(Registration, Callback<void(Result<Receipt>)>);
  /// As NameService::release_name.
  Operation release_name(const P2PName&, Callback<void(Result<void>)>);
  /// Somebody read this binding of an own name. When its owner has moved the name to another node since, this node
  /// stops serving and renewing it; it never takes it back by itself.
  void on_seen(const P2PName&, const dht::Binding&);
  /// When the name's lease will be renewed; none when it is not owned.
  std::optional<TimePoint> next_renewal(const P2PName&) const;

 private:
  /// A registration that waits for the DHT.
  struct Claim {
    Registration registration;
    dht::Binding binding;
    bool owned = false;   ///< already, when the registration came
    bool renews = false;  ///< asks for a renewal; otherwise for a claim
    TimePoint started{};
    std::optional<Receipt> receipt;  // set when the claim is won: then it is being written
    Completion<Result<Receipt>> completion;
    Operation operation;
  };
  /// New records for an own name whose lease is not due: no claim.
  struct Change {
    Receipt receipt;
    TimePoint started{};
    Completion<Result<Receipt>> completion;
  };
  struct Release {
    Completion<Result<void>> completion;
    Operation operation;
  };
  struct Renewal {
    Timer timer;
    TimePoint due{};
    Operation operation;
  };

  Result<void> check(const Registration&) const;
  bool busy(const P2PName&) const;
  bool lease_is_due(const OwnedName&) const;
  std::uint64_t next_record_sequence(std::uint64_t previous) const;
  dht::Binding next_binding(const P2PName&, const dht::Binding* previous) const;
  /// What the name becomes with this registration, under this binding.
  OwnedName next_owned(const Registration&, const dht::Binding&) const;
  Receipt receipt_of(const OwnedName&) const;
  /// Told after the commit, and after the replicas were offered the copy, if there is one.
  using Saved = Callback<void(Result<void>, std::optional<dht::Tally> copy)>;
  /// Writes the name among the own ones, and takes it out of the cache.
  void save(const P2PName&, OwnedName, Saved);
  void resume();

  Operation start_change(const Registration&, const OwnedName&, Callback<void(Result<Receipt>)>);
  void on_changed(std::uint64_t change, const Result<void>&, const std::optional<dht::Tally>& copy);
  Operation start_claim(const Registration&, const OwnedName* owned, Callback<void(Result<Receipt>)>);
  void send_claim(const P2PName&);
  void on_claimed(const P2PName&, Result<dht::PutReceipt>);
  void on_saved(const P2PName&, const Result<void>&, const std::optional<dht::Tally>& copy);
  void end_claim(const P2PName&, Result<Receipt>);
  void on_released(const P2PName&, Result<dht::Tally>);
  void end_release(const P2PName&, const Result<void>&);

  Duration until_renewal() const;
  void schedule_renewal(const P2PName&, Duration);
  void resume_renewals(const P2PName&);
  void save_renewed(const P2PName&, OwnedName);
  void renew(const P2PName&);
  void on_renewed(const P2PName&, Result<dht::PutReceipt>);
  void on_newer_binding(const P2PName&, const dht::ReadResult&);
  bool moved_away(const dht::Binding& seen, const dht::Binding& known) const;
  void give_up(const P2PName&, std::string_view why);

  RegistrarEnvironment environment_;
  std::unordered_map<P2PName, Claim> claims_;
  std::unordered_map<P2PName, Release> releases_;
  std::unordered_map<P2PName, Renewal> renewals_;
  std::uint64_t next_change_ = 0;
  std::unordered_map<std::uint64_t, Change> changes_;
  Publisher publisher_;
  std::shared_ptr<Registrar*> self_ = std::make_shared<Registrar*>(this);  // a caller's Operation may outlive us
};

}  // namespace p2pns::names
