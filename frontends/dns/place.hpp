// Where a question's name lies: in which zone, and whether it is a P2PName or one of the few names the zone itself has.
#pragma once

#include "core/crypto/hit.hpp"
#include "core/names/p2p_name.hpp"
#include "frontends/dns/wire_name.hpp"

namespace p2pns::dns {

enum class Place : std::uint8_t {
  outside,       ///< no zone of ours
  apex,          ///< the zone itself
  empty_branch,  ///< `id`, `hit-to-ip`, part of a HIT's nibbles: there are names below, none here
  name_server,   ///< ns.id.<zone>, named in the zone's NS and SOA; no one can register it
  no_name,       ///< can be nobody's name
  hit,           ///< a Host Identity Tag below `hit-to-ip`, or in the reverse zone of its prefix
  name,          ///< a P2PName, or something inside of it
};

struct Placement {
  Place place = Place::outside;
  std::size_t zone_labels = 0;      ///< labels of the zone, counted from the right
  std::size_t name_labels = 0;      ///< labels of name and zone together
  names::P2PName name;              ///< of Place::name
  crypto::Hit hit;                  ///< of Place::hit
  bool reverse = false;             ///< below ip6.arpa: the zone is none of the configured ones
  std::vector<std::string> prefix;  ///< labels in front of the name, lower case
  std::string reason;               ///< of Place::no_name: a sentence; may be empty
};

/// A HIT is written as one label of 32 hexadecimal digits, or as HIPL and reverse zones write it: 32 labels of one
/// digit, the last one first. The reverse zones of the three prefixes (core/crypto/hit.hpp) are this server's.
Placement place_of(const WireName&, const names::Zones&);

}  // namespace p2pns::dns
