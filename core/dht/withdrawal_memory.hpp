// WithdrawalMemory: the withdrawals a replica has seen, so that a STORE that was overtaken by its own withdrawal, or
// that somebody replays, does not bring a binding back. Kept in memory: after a restart the other replicas still know.
#pragma once

#include <list>
#include <map>

#include "core/dht/binding.hpp"

namespace p2pns::dht {

/// One entry per name and owner, about 600 bytes each. The oldest one is forgotten first; the limits per address block
/// (write_limits.hpp) price pushing it out.
inline constexpr std::size_t withdrawals_maximum = 4096;

class WithdrawalMemory {
 public:
  explicit WithdrawalMemory(std::size_t maximum = withdrawals_maximum) : maximum_(maximum) {}

  /// `withdrawal` is a record of that type (asserted). An older one of the same owner never replaces a newer one.
  void remember(const VerifiedRecord& withdrawal);
  /// The withdrawal that forbids to store this binding, or null. Valid until the next call that is not const.
  const VerifiedRecord* find_against(const VerifiedRecord& binding, UnixTime now) const;
  /// Drops what means nothing any more; returns how many.
  std::size_t expire(UnixTime now);
  std::size_t size() const noexcept { return index_.size(); }

 private:
  using Place = std::pair<Key, crypto::PublicKey>;
  using Entries = std::list<VerifiedRecord>;

  std::size_t maximum_;
  Entries entries_;  // newest first
  std::map<Place, Entries::iterator> index_;
};

}  // namespace p2pns::dht
