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

wire::StoreVerdict decide_published(const std::optional<VerifiedRecord>& binding,
                                    const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming,
                                    UnixTime now) {
  using wire::StoreVerdict;
  if (!binding || check_lease(binding->not_after(), now) == Errc::expired) return StoreVerdict::not_responsible;
  if (binding->owner() != incoming.owner()) return StoreVerdict::taken;
  if (incoming.generation() < binding->generation()) return StoreVerdict::stale;
  // What an earlier owner left is worth nothing beside this binding.
  if (!existing || existing->owner() != incoming.owner()) return StoreVerdict::stored;
  return *existing == incoming || newer(incoming, *existing) ? StoreVerdict::stored : StoreVerdict::stale;
}

bool stands_beside(const VerifiedRecord& record_set, const std::optional<VerifiedRecord>& binding, UnixTime now) {
  return binding && check_lease(binding->not_after(), now) != Errc::expired && binding->owner() == record_set.owner() &&
         record_set.generation() >= binding->generation();
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
