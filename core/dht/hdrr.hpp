// HDRR: the packet in which a HIP host leaves its addresses with a DHT (RFC 6537, HIP packet type 20): its HIT, its
// locators, its Host Identity, signed. Read as hosts really send it, of the first version of HIP and of the second
// (docs/protocol.md, "HDRR"). Its sequence number is 0 for ever with the known hosts, so an old packet can be put
// again.
#pragma once

#include <vector>

#include "core/base/endpoint.hpp"
#include "core/crypto/host_identity.hpp"

namespace p2pns::dht {

/// HIP header, and not more than one byte of length can say (RFC 7401, 5.1).
inline constexpr std::size_t hdrr_header_bytes = 40;
inline constexpr std::size_t hdrr_maximum_bytes = 8 * 256;
/// Read of one packet; further ones are left out.
inline constexpr std::size_t hdrr_locators_maximum = 8;

struct Hdrr {
  crypto::Hit hit;
  crypto::HostIdentity identity;
  std::vector<IpAddress> locators;  ///< those that are addresses, in their order; IPv4 as such, not mapped
  ByteVector content;               ///< what is signed: all before the signature, header length set to that end
  ByteVector signature;
};

/// Reads a packet without checking its signature; that HIT and key belong together is checked. Errors: truncated,
/// trailing_bytes, malformed, too_large, unsupported, bad_key.
Result<Hdrr> read_hdrr(Bytes);
/// True when the Host Identity has signed it: RSA with SHA-256, with SHA-1 (of a HIPv1 HIT only), or in the form
/// OpenHIP gives it; ECDSA and Ed25519 as RFC 7401 has them.
bool check_signature(const Hdrr&, const crypto::Verifier&);

}  // namespace p2pns::dht
