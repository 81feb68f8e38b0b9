// What a message from outside may have at most. A message beyond one of these is refused, never cut.
#pragma once

#include <cstddef>

namespace p2pns::sip {

/// Of one message: what fits in a UDP datagram, and more than any phone sends.
inline constexpr std::size_t message_maximum_bytes = std::size_t{64} * 1024;
/// Of the start line, and of one header with its folded lines.
inline constexpr std::size_t header_maximum_bytes = std::size_t{8} * 1024;
/// Of the header lines of one message; a call over ten proxies has about 40.
inline constexpr std::size_t headers_maximum = 128;
/// What a node adds to a request at most: Via, two Record-Routes, who calls. Requests that would grow beyond the maxima
/// above before they are at the callee's phone, from a phone over two nodes, are refused with 513: nobody could read
/// them.
inline constexpr std::size_t added_maximum_bytes = 1024;
inline constexpr std::size_t added_headers_maximum = 8;
/// Of the values of a header that is a list, in all its lines: each is read by a parser, and the node waits. Also of
/// the parameters of one value.
inline constexpr std::size_t list_values_maximum = 64;
/// RFC 3261, 8.1.1.6: what a request starts with; more is brought down to it.
inline constexpr unsigned max_forwards_default = 70;

}  // namespace p2pns::sip
