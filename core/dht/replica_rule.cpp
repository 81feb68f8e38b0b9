#include "core/dht/replica_rule.hpp"

#include <tuple>

#include "core/dht/hdrr.hpp"
#include "core/dht/weak_record.hpp"

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

wire::StoreVerdict decide_weak(const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming,
                               UnixTime now) {
  using wire::StoreVerdict;
  if (!existing || check_lease(existing->not_after(), now) == Errc::expired || *existing == incoming)
    return StoreVerdict::stored;
  if (incoming.sequence() != existing->sequence())
    return newer(incoming, *existing) ? StoreVerdict::stored : StoreVerdict::stale;
  return incoming.bytes() < existing->bytes() ? StoreVerdict::stored : StoreVerdict::stale;
}

bool revokes(const std::optional<VerifiedRecord>& statement, const VerifiedRecord& weak, UnixTime now) {
  if (!statement || statement->sequence() != revoking_sequence ||
      check_lease(statement->not_after(), now) == Errc::expired)
    return false;
  const auto hit = decode_hit_statement(statement->bytes());
  const auto value = decode_weak_statement(weak.bytes());
  const auto hdrr = value ? read_hdrr(value->value) : Result<Hdrr>{Errc::malformed};
  return hit && hdrr && hdrr->hit == hit->hit;
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
