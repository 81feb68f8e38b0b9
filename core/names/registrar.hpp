// Registrar: claims names for this node's owner, changes their records, renews their leases, gives them up. A change of
// records is no DHT write: the records are handed out by this node itself (stage 3). How a claim gets through is the
// DHT's matter.
//
// A node that lost its memory in a restart still comes after itself: a claim rises above what the owner stored before,
// and the sequences of record sets, which no replica keeps, start at the wall time in milliseconds.
#pragma once

#include <unordered_map>

#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/names/name_cache.hpp"
#include "core/names/owned_names.hpp"

namespace p2pns::names {

/// Names spread their renewals by this share of renew_every, so that those registered together part.
inline constexpr double renewal_jitter = 0.1;
/// After a renewal that failed. The lease has weeks left at the first failure.
inline constexpr Duration renewal_retry = std::chrono::hours{1};
/// Registrations and releases under way: each is a claim with some hundred messages.
inline constexpr std::size_t writes_maximum = 64;

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
  explicit Registrar(const RegistrarEnvironment& environment) : environment_(environment) {}
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  /// As NameService::register_name. An own name whose lease is not due gets its records without a DHT write.
  Operation register_name(Registration, Callback<void(Result<Receipt>)>);
  /// As NameService::release_name.
  Operation release_name(const P2PName&, Callback<void(Result<void>)>);
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
    Completion<Result<Receipt>> completion;
    Operation operation;
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
  /// Puts the name with these records among the own ones, and out of the cache.
  Receipt take(const Registration&, const dht::Binding&);

  Operation start_claim(const Registration&, const OwnedName* owned, Callback<void(Result<Receipt>)>);
  void send_claim(const P2PName&);
  void on_claimed(const P2PName&, Result<dht::PutReceipt>);
  void end_claim(const P2PName&, Result<Receipt>);
  void on_released(const P2PName&, Result<dht::Tally>);

  Duration until_renewal() const;
  void schedule_renewal(const P2PName&, Duration);
  void resume_renewals(const P2PName&);
  void renew(const P2PName&);
  void on_renewed(const P2PName&, Result<dht::PutReceipt>);
  void on_newer_binding(const P2PName&, const dht::ReadResult&);
  void give_up(const P2PName&, std::string_view why);

  RegistrarEnvironment environment_;
  std::unordered_map<P2PName, Claim> claims_;
  std::unordered_map<P2PName, Release> releases_;
  std::unordered_map<P2PName, Renewal> renewals_;
  std::shared_ptr<Registrar*> self_ = std::make_shared<Registrar*>(this);  // a caller's Operation may outlive us
};

}  // namespace p2pns::names
