// Hit: a Host Identity Tag, 128 bits that look like an IPv6 address and are the hash of a host's key. Three kinds:
// HIPv1 (RFC 4843, 2001:10::/28), HIPv2 (ORCHIDv2, RFC 7343, 2001:20::/28) and the DRIP entity tag, which carries its
// registries in clear (RFC 9374, 2001:30::/28). What the hash is over stands in host_identity.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/key.hpp"

namespace p2pns::crypto {

using Hit = FixedBytes<16, struct HitTag>;

enum class HitKind : std::uint8_t {
  hip_v1,  ///< RFC 4843; read where hosts of the first version speak, never made
  hip_v2,  ///< RFC 7401 and RFC 7343
  det,     ///< RFC 9374
};

/// None: these bits are no HIT.
std::optional<HitKind> kind_of(const Hit&) noexcept;

/// IPv6 text (RFC 5952).
std::string to_text(const Hit&);
/// 32 lower-case hexadecimal digits, most significant first.
std::string to_nibbles(const Hit&);
/// Either IPv6 text, or 32 hexadecimal digits (most significant first). Errors: malformed (neither, or none of the
/// prefixes above).
Result<Hit> parse_hit(std::string_view text);

/// What HIP's DHT interface files a host under (RFC 6537, HIT_KEY): the 100 bits behind the prefix, then 60 zero bits.
/// The prefix is not in it: compare whole HITs with what is found.
Key hit_key_of(const Hit&) noexcept;
/// True when the last 60 bits are zero: a HIT_KEY. Of hashed names one in 2^60 looks so.
bool is_hit_key(const Key&) noexcept;

}  // namespace p2pns::crypto
