#include "core/dht/withdrawal_memory.hpp"

#include "core/base/assert.hpp"
#include "core/dht/replica_rule.hpp"

namespace p2pns::dht {

void WithdrawalMemory::remember(const VerifiedRecord& withdrawal) {
  P2PNS_ASSERT(withdrawal.type() == RecordType::withdrawal);
  const Place place{withdrawal.key(), withdrawal.owner()};
  if (const auto known = index_.find(place); known != index_.end()) {
    if (!newer(withdrawal, *known->second)) return;
    entries_.erase(known->second);
    index_.erase(known);
  }
  if (index_.size() == maximum_) {
    index_.erase({entries_.back().key(), entries_.back().owner()});
    entries_.pop_back();
  }
  entries_.push_front(withdrawal);
  index_.emplace(place, entries_.begin());
}

const VerifiedRecord* WithdrawalMemory::find_against(const VerifiedRecord& binding, UnixTime now) const {
  const auto known = index_.find({binding.key(), binding.owner()});
  if (known == index_.end()) return nullptr;
  const auto withdrawal = decode_withdrawal(known->second->bytes());
  return withdrawal && withdraws(*withdrawal, binding, now) ? &*known->second : nullptr;
}

std::size_t WithdrawalMemory::expire(UnixTime now) {
  return std::erase_if(index_, [this, now](const auto& entry) {
    if (check_lease(entry.second->not_after(), now) != Errc::expired) return false;  // also when the clock went back
    entries_.erase(entry.second);
    return true;
  });
}

}  // namespace p2pns::dht
