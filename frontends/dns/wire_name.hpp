// WireName: a domain name in uncompressed wire form, with the case it came in (clients that vary the case, "0x20", want
// it back). Hostile input ends in an error, never beyond the message.
#pragma once

#include <boost/container/static_vector.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"

namespace p2pns::dns {

inline constexpr std::size_t name_maximum_bytes = 255;
inline constexpr std::size_t label_maximum_bytes = 63;

struct WireName {
  boost::container::static_vector<std::byte, name_maximum_bytes> octets{std::byte{0}};  ///< the root

  Bytes view() const noexcept { return {octets.data(), octets.size()}; }
  friend bool operator==(const WireName&, const WireName&) = default;  // the case counts; see same_name
};

/// Reads an uncompressed name at `offset` and moves `offset` behind it. Errors: truncated, malformed (a pointer, an
/// unknown label type), too_large.
Result<WireName> read_name(Bytes message, std::size_t& offset);
/// Moves `offset` behind a name that may end in a pointer to an earlier place. Errors: truncated, malformed, too_large.
Result<void> skip_name(Bytes message, std::size_t& offset);
/// From labels as they stand. Errors: malformed (an empty or overlong label), too_large.
Result<WireName> name_of_labels(std::span<const std::string> labels);

/// Labels in ASCII lower case, without the root.
std::vector<std::string> labels_of(const WireName&);
/// The name without its first `count` labels, which must exist.
WireName without_labels(const WireName&, std::size_t count);
WireName lower_case(WireName);
/// ASCII case does not count.
bool same_name(const WireName&, const WireName&);

}  // namespace p2pns::dns
