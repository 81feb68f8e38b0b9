// The one rule of a replica: which record may follow which. First come, first served; a sequence only rises. This file
// and claim.cpp are the only two places that know it; the claim protocol (lock, confirm, certificate) will replace
// them.
#pragma once

#include <optional>

#include "core/dht/binding.hpp"
#include "core/wire/message.hpp"

namespace p2pns::dht {

/// `existing` is what this replica has of the same key and type; expired, it counts as none. stored: the incoming
/// record replaces (or equals) the existing one. taken: another owner holds the name. stale: this owner already stored
/// something newer, or something else under the same sequence.
wire::StoreVerdict decide(const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming, UnixTime now);

/// True when the withdrawal removes the existing binding, and when it forbids to store it (again).
bool withdraws(const Withdrawal&, const VerifiedRecord& existing, UnixTime now);

}  // namespace p2pns::dht
