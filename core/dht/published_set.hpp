// Published record set: the copy of its records that an owner may leave with the replicas of its name, for the time
// when its own node does not answer. Replicas keep it beside the binding, and never longer (replica_rule.hpp).
//
// It looks like the set that a node hands out itself (core/names/record_set.hpp, which knows what the records mean),
// but is signed for a purpose of its own: nobody can publish what an owner only handed out, and a copy good for weeks
// does not pass as the node's word of today. A set without records takes the copy before it back.
#pragma once

#include "core/dht/record.hpp"

namespace p2pns::dht {

/// Of the signature.
inline constexpr std::string_view published_set_purpose = "published record set v1";
/// Records in one set; what 1,000 bytes could hold is no more: 9 bytes and an address each.
inline constexpr std::size_t records_per_set_maximum = 100;

}  // namespace p2pns::dht
