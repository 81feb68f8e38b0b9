// LocationTable: which phones are reachable for an address, and until when. In memory only; a phone refreshes it within
// its own time. Changes of one request happen together or not at all.
#pragma once

#include <map>
#include <variant>
#include <vector>

#include "frontends/sip/aor.hpp"
#include "frontends/sip/contact_change.hpp"

namespace p2pns::sip {

/// A phone that is registered.
struct Location {
  SipUri contact;      ///< as the phone gave it; its text goes into answers
  std::string target;  ///< the same as a Request-URI: without "?headers"
  Flow flow;           ///< where its REGISTER came from
  std::vector<std::string> path;
  unsigned q_thousandths = 1000;
  std::string instance;
  std::uint32_t reg_id = 0;
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires{};
};

struct LocationLimits {
  std::size_t contacts_per_address = 10;
  std::size_t addresses = 10'000;
  std::size_t addresses_per_name = 16;  ///< a user may make up others: x@alice.p2p
};

class LocationTable {
 public:
  explicit LocationTable(LocationLimits limits) : limits_(limits) {}

  /// All or nothing. Refusals: 403 (too many contacts or addresses), 500 (older than what is stored: CSeq), 503 (table
  /// full).
  std::optional<Refusal> apply(const Aor&, const ContactChanges&, const Flow&, TimePoint now);
  /// What apply() would refuse; changes nothing.
  std::optional<Refusal> check(const Aor&, const ContactChanges&, const Flow&, TimePoint now) const;
  /// Those that have not expired; larger q first, then the one that was refreshed last.
  std::vector<Location> find(const Aor&, TimePoint now) const;
  /// Forgets the expired ones. Often enough that memory does not matter: once a minute.
  void expire(TimePoint now);
  /// Addresses with contacts, expired or not.
  std::size_t addresses() const noexcept { return locations_.size(); }
  std::size_t contacts() const noexcept;

 private:
  using Locations = std::vector<Location>;
  std::variant<Refusal, Locations> changed(const Aor&, const ContactChanges&, const Flow&, TimePoint now) const;
  std::optional<Refusal> check_room(const Aor&, std::size_t contacts, bool is_new) const;

  LocationLimits limits_;
  std::map<Aor, Locations> locations_;
};

}  // namespace p2pns::sip
