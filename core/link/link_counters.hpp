// What is counted about links: plain numbers, read by whoever writes metrics. The names stand beside the reasons, so
// that no reason is without one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace p2pns::link {

/// Why a link ended, or did not come to be.
enum class EndReason : std::uint8_t {
  closed,               ///< both sides had nothing more to say
  broken,               ///< the connection ended by itself
  replaced,             ///< the peer has opened a newer one
  evicted,              ///< it was idle, and another one needed its place
  stopped,              ///< this node stops, or moves to another address
  malformed,            ///< a frame that the protocol forbids
  flooded,              ///< more than the window, or PINGs without end
  half_open,            ///< nothing came any more
  slow_reader,          ///< what was sent was not read
  slow_sender,          ///< a message that was begun did not end
  unanswered,           ///< a message was read and never answered
  no_place,             ///< all places for links are taken by busy ones
  puzzle_unsolved,      ///< the key or its HELLO costs less than this network demands
  no_connection,        ///< nobody listens there, or the network does not go there
  handshake_timed_out,  ///< no HELLO in time
  bad_handshake,        ///< no TLS 1.3, or no key to it
  wrong_network,        ///< ALPN: a node of another overlay, or of another version
  wrong_key,            ///< no Ed25519 key
  wrong_node,           ///< not the node that was called
  itself,               ///< this node's own key
  handshakes_full,      ///< too many handshakes under way
  block_full,           ///< too many links from one address block
};
inline constexpr std::size_t end_reasons = 22;
inline constexpr std::array<std::string_view, end_reasons> end_reason_names{
    "closed",          "broken",        "replaced",  "evicted",       "stopped",
    "malformed",       "flooded",       "half_open", "slow_reader",   "slow_sender",
    "unanswered",      "no_place",      "puzzle",    "no_connection", "handshake_timed_out",
    "bad_handshake",   "wrong_network", "wrong_key", "wrong_node",    "itself",
    "handshakes_full", "block_full"};
static_assert(end_reason_names[static_cast<std::size_t>(EndReason::block_full)] == "block_full");

struct LinkCounters {
  std::uint64_t opened_in = 0;   ///< links up that others opened
  std::uint64_t opened_out = 0;  ///< links up that this node opened
  std::array<std::uint64_t, end_reasons> ended{};
  std::uint64_t messages_sent = 0;      ///< written as a whole
  std::uint64_t messages_taken = 0;     ///< of them: the peer's receiver took it
  std::uint64_t messages_received = 0;  ///< handed to a receiver here
  std::uint64_t bytes_sent = 0;         ///< of frames
  std::uint64_t bytes_received = 0;
  std::uint64_t unsupported = 0;          ///< received under a protocol that nobody here takes
  std::uint64_t late = 0;                 ///< received over an older link than a newer message
  std::uint64_t received_overloaded = 0;  ///< received and dropped: too much waits here, or is at work
  std::uint64_t receiver_timed_out = 0;   ///< a receiver here took too long
  std::uint64_t send_overloaded = 0;      ///< sends refused: too much waits for that node, or for all
  std::uint64_t send_not_reachable = 0;   ///< sends that ended so: no link, or it broke
  std::uint64_t send_timed_out = 0;

  void count(EndReason reason) noexcept { ++ended[static_cast<std::size_t>(reason)]; }
  std::uint64_t of(EndReason reason) const noexcept { return ended[static_cast<std::size_t>(reason)]; }
};

}  // namespace p2pns::link
