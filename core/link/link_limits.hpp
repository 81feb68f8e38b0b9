// Every maximum of the links between nodes, in one place, because several of them must fit each other at both ends.
// Those of sockets and handshakes stand in core/host/net/link_host.hpp.
#pragma once

#include <cstddef>

#include "core/base/time.hpp"

namespace p2pns::link {

/// Of one message: a stanza that stock XMPP servers take from their users (Prosody: 256 KiB) fits.
inline constexpr std::size_t message_maximum_bytes = 256 * 1024;
/// Of a protocol's name.
inline constexpr std::size_t protocol_maximum_bytes = 16;
/// Protocols of one link, and receivers of one process: five front ends and room for as many again would be 10; two
/// use links.
inline constexpr std::size_t protocols_maximum = 8;

/// Of one frame with its head: one TLS record, so that a small message waits for one such piece of a large one, not for
/// all of it.
inline constexpr std::size_t frame_maximum_bytes = 16 * 1024;

/// A sender begins no message when so many of its stream are not acknowledged, and its peer takes no more: two of the
/// largest, so that one is on its way while the other is looked at.
inline constexpr std::size_t window_maximum_bytes = 2 * message_maximum_bytes;
/// The same, for small ones: a burst of SIP messages within one round trip.
inline constexpr std::size_t window_maximum_messages = 64;

/// What waits for one node under one protocol, the unacknowledged with it. More is a node that is too slow.
inline constexpr std::size_t queue_maximum_bytes = 4 * message_maximum_bytes;
inline constexpr std::size_t queue_maximum_messages = 1024;
/// What waits for all nodes together: 64 of those that are slow.
inline constexpr std::size_t queued_maximum_bytes = 64 * queue_maximum_bytes;
/// What came from all nodes and was not taken yet. A stranger can fill protocols_maximum windows (4 MiB) a link.
inline constexpr std::size_t received_maximum_bytes = 64 * 1024 * 1024;
/// Receivers at work at one moment, for all nodes and protocols: each is a coroutine of a front end.
inline constexpr std::size_t receiving_maximum = 1024;
/// The same for one protocol: a front end whose receivers hang leaves the others half of all places.
inline constexpr std::size_t receiving_per_protocol_maximum = receiving_maximum / 2;

/// Nodes that are looked for and connected to at one moment: each costs a lookup.
inline constexpr std::size_t dials_maximum = 64;
/// A node that was not found, or did not let us in, is not looked for again so soon: whoever asks it much and often has
/// one search running for it, not all.
inline constexpr Duration redial_pause = std::chrono::seconds{5};
/// Such nodes that are remembered; when full all are forgotten, and looked for once more. In redial_pause 64 searches
/// at once fail so often only when each takes 0.3 s.
inline constexpr std::size_t failed_dials_maximum = 1024;
/// Links this node opened. When all are taken, the one that is idle for longest makes room.
inline constexpr std::size_t links_out_maximum = 512;
/// Links others opened: apart, so that strangers cannot keep this node from opening its own.
inline constexpr std::size_t links_in_maximum = 512;

/// From a message's send to its outcome, the search for the node and the connecting with it (each end of a SIP
/// transaction waits 32 s).
inline constexpr Duration send_time_maximum = std::chrono::seconds{30};
/// A receiver may take so long for one message, the waiting for those before it included; then its sender is told
/// timed_out.
inline constexpr Duration receive_time_maximum = std::chrono::seconds{20};
/// From the first frame of a message to its last: 256 KiB at 10 kB/s.
inline constexpr Duration message_time_maximum = std::chrono::seconds{30};
/// A peer that has read a message answers within receive_time_maximum; one that does not is broken.
inline constexpr Duration answer_time_maximum = receive_time_maximum + std::chrono::seconds{20};
/// Bytes handed to the connection are taken within this time, or their reader is too slow to be kept.
inline constexpr Duration write_time_maximum = std::chrono::seconds{15};
/// A peer that said nothing for so long is asked (PING) ...
inline constexpr Duration quiet_time = std::chrono::seconds{10};
/// ... and has so long to say anything: a link that is open at one end only is found after 20 s.
inline constexpr Duration pong_time_maximum = std::chrono::seconds{10};
/// PINGs are taken at this pace, with a burst. An honest peer sends one in quiet_time.
inline constexpr Duration ping_interval_minimum = std::chrono::seconds{1};
inline constexpr int ping_burst_maximum = 10;
/// A link without messages is closed: a new one costs three round trips and 2 ms of computing.
inline constexpr Duration idle_time_maximum = std::chrono::minutes{2};
/// Answers that wait for a peer which does not read them: beyond, it is not read either. All windows of an honest peer
/// together ask for 6 kB.
inline constexpr std::size_t answers_maximum_bytes = 64 * 1024;
/// Frames taken of one link in a check_interval; the rest waits in the kernel, so that nobody has the node for himself.
/// A front end that sends 20 times the 200 calls a second of a busy proxy stays below it.
inline constexpr std::size_t frames_per_check_maximum = 20'000;
/// How often all of this is looked at.
inline constexpr Duration check_interval = std::chrono::seconds{1};

}  // namespace p2pns::link
