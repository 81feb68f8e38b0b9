// The one rule of a replica: which record may follow which. First come, first served; a sequence only rises; a
// published record set stands beside its owner's binding, or not at all. A HIT statement proves itself, so of one HIT
// only its sequence counts; two HITs that share a position (their last 100 bits) are first come, first served; weak
// records give way to newer ones. This file and claim.cpp are the only two places that know it; the claim protocol
// (lock, confirm, certificate) will replace them.
#pragma once

#include <optional>

#include "core/dht/binding.hpp"
#include "core/wire/message.hpp"

namespace p2pns::dht {

/// `existing` is what this replica has of the same key and type; expired, it counts as none. stored: the incoming
/// record replaces (or equals) the existing one. taken: another owner holds the name. stale: this owner already stored
/// something newer, or something else under the same sequence.
wire::StoreVerdict decide(const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming, UnixTime now);

/// The same for a published record set; `binding` is what this replica has of its name. not_responsible: there is no
/// binding it could stand beside. taken: that is another owner's. stale: it is of an earlier generation than the
/// binding, or not newer than the set of the same owner that is here.
wire::StoreVerdict decide_published(const std::optional<VerifiedRecord>& binding,
                                    const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming,
                                    UnixTime now);
/// True while this replica may show the set: as long as the lease of the binding beside it, and not for another owner.
bool stands_beside(const VerifiedRecord& record_set, const std::optional<VerifiedRecord>& binding, UnixTime now);

/// The same for a weak record: the newest has the place, whoever put it; of two with one sequence always the same.
wire::StoreVerdict decide_weak(const std::optional<VerifiedRecord>& existing, const VerifiedRecord& incoming,
                               UnixTime now);
/// True when the host of a weak HDRR has revoked its HIT: `statement` is what this replica has at the same position.
bool revokes(const std::optional<VerifiedRecord>& statement, const VerifiedRecord& weak, UnixTime now);

/// True when the withdrawal removes the existing binding, and when it forbids to store it (again).
bool withdraws(const Withdrawal&, const VerifiedRecord& existing, UnixTime now);

}  // namespace p2pns::dht
