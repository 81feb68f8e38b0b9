// XmppCounters: what happened to stanzas and to the connection, for metrics.
#pragma once

#include <array>
#include <cstdint>

#include "frontends/xmpp/stanza.hpp"

namespace p2pns::xmpp {

struct XmppCounters {
  std::uint64_t connects = 0;         ///< times the server took our handshake
  std::uint64_t connection_ends = 0;  ///< connections that ended, or never came to be
  std::uint64_t streams_hostile = 0;  ///< ended because of what the server sent
  std::uint64_t stanzas_skipped = 0;  ///< from the server, over a limit
  std::uint64_t stanzas_from_server = 0;
  std::uint64_t stanzas_ignored = 0;    ///< from the server, of no use and not to be answered
  std::uint64_t stanzas_sent = 0;       ///< to other nodes
  std::uint64_t stanzas_local = 0;      ///< between two names of this gateway
  std::uint64_t stanzas_taken = 0;      ///< from other nodes, handed to the server
  std::uint64_t stanzas_malformed = 0;  ///< from other nodes
  std::uint64_t senders_forged = 0;     ///< from other nodes, under a name that does not live there
  std::uint64_t answers_unasked = 0;    ///< answers to no request under way
  std::uint64_t requests_timed_out = 0;
  std::uint64_t over_rate = 0;   ///< stanzas refused because a name sent too many
  std::uint64_t over_queue = 0;  ///< stanzas refused because too much waited
  std::uint64_t registrations = 0;
  std::uint64_t releases = 0;
  std::array<std::uint64_t, conditions_count> refusals{};  ///< error stanzas written, by condition
};

}  // namespace p2pns::xmpp
