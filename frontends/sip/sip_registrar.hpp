// SipRegistrar: answers REGISTER (RFC 3261, 10). Contacts stay on this node. The user's name is claimed in the overlay
// when its first phone registers, without records; a name that is ours already is left as it is, so a refresh sends no
// message to anybody. No socket, no clock.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/names/name_service.hpp"
#include "frontends/sip/location_table.hpp"
#include "frontends/sip/user_store.hpp"

namespace p2pns::sip {

/// Names being claimed at the same time, ...
inline constexpr std::size_t claims_maximum = 64;
/// ... and requests that wait for one of them.
inline constexpr std::size_t claim_waiters_maximum = 16;

struct RegistrarSettings {
  ExpiryLimits expiry;
  LocationLimits locations;
};

struct RegistrarCounters {
  std::uint64_t registered = 0;  ///< 200, with a change
  std::uint64_t refused = 0;
  std::uint64_t claims = 0;  ///< names asked for in the overlay
  std::uint64_t claims_failed = 0;
};

/// A REGISTER that passed check_request(), and whose sender was authenticated as `user`.
struct RegisterRequest {
  SipMessage message;
  Flow flow;
  const SipUser* user = nullptr;
  std::string to_tag;
};

class SipRegistrar {
 public:
  /// `names` outlives this. `clock` tells the time when the overlay answers.
  SipRegistrar(RegistrarSettings settings, names::NameService& names, Callback<TimePoint()> clock);

  /// The answer, or nothing: then `later` gets it once the overlay has spoken, unless this object dies before. Refusals
  /// beside those of read_contact_changes() and LocationTable: 404 (no such address here), 403 (not this user's, or the
  /// name belongs to another owner), 503 with Retry-After (overlay not reachable). While a name is being claimed all
  /// changes of it wait, so that they happen in the order in which they came.
  std::optional<SipMessage> handle(RegisterRequest request, TimePoint now, Callback<void(SipMessage)> later);
  std::vector<Location> find(const Aor& aor, TimePoint now) const { return table_.find(aor, now); }
  void expire(TimePoint now) { table_.expire(now); }
  const LocationTable& table() const noexcept { return table_; }
  const RegistrarCounters& counters() const noexcept { return counters_; }

 private:
  struct Pending {
    RegisterRequest request;
    Aor aor;
    ContactChanges changes;
    Callback<void(SipMessage)> later;
  };
  struct Claim {
    std::vector<Pending> waiting;
    Operation operation;
  };

  bool is_ours(const names::P2PName&) const;
  std::optional<SipMessage> claim(Pending);
  void on_claimed(const names::P2PName&, const Result<names::Receipt>&);
  SipMessage finish(const Pending&, TimePoint now);
  SipMessage refuse(const RegisterRequest&, const Refusal&);
  SipMessage accept(const Pending&, TimePoint now) const;

  RegistrarSettings settings_;
  names::NameService& names_;
  Callback<TimePoint()> clock_;
  LocationTable table_;
  RegistrarCounters counters_;
  std::map<names::P2PName, Claim> claims_;
};

}  // namespace p2pns::sip
