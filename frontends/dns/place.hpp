// Where a question's name lies: in which zone, and whether it is a P2PName or one of the few names the zone itself has.
#pragma once

#include "core/names/p2p_name.hpp"
#include "frontends/dns/wire_name.hpp"

namespace p2pns::dns {

enum class Place : std::uint8_t {
  outside,       ///< no zone of ours
  apex,          ///< the zone itself
  empty_branch,  ///< `id` and `hit-to-ip`: there are names below, none here
  name_server,   ///< ns.id.<zone>, named in the zone's NS and SOA; no one can register it
  no_name,       ///< can be nobody's name
  name,          ///< a P2PName, or something inside of it
};

struct Placement {
  Place place = Place::outside;
  std::size_t zone_labels = 0;      ///< labels of the zone, counted from the right
  std::size_t name_labels = 0;      ///< labels of name and zone together
  names::P2PName name;              ///< of Place::name
  std::vector<std::string> prefix;  ///< labels in front of the name, lower case
  std::string reason;               ///< of Place::no_name: a sentence; may be empty
};

Placement place_of(const WireName&, const names::Zones&);

}  // namespace p2pns::dns
