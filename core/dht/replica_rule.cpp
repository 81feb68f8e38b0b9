#include "core/dht/replica_rule.hpp"

#include <tuple>

namespace p2pns::dht {

wire::StoreVerdict decide(const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming, UnixTime now) {
  using wire::StoreVerdict;
  if (!existing || check_lease(existing->not_after(), now) == Errc::expired) return StoreVerdict::stored;
  if (existing->owner() != incoming.owner()) return StoreVerdict::taken;
  if (*existing == incoming || newer(incoming, *existing)) return StoreVerdict::stored;
  return StoreVerdict::stale;
}

bool withdraws(const Withdrawal& withdrawal, const VerifiedRecord& existing, UnixTime now) {
  // Too far ahead it was not when it was verified: then our clock went back.
  if (check_lease(withdrawal.not_after, now) == Errc::expired) return false;
  if (name_position(withdrawal.zone, withdrawal.label, 0) != existing.key()) return false;
  if (withdrawal.owner != existing.owner()) return false;
  return std::tuple{existing.generation(), existing.sequence()} <=
         std::tuple{withdrawal.generation, withdrawal.sequence};
}

}  // namespace p2pns::dht
