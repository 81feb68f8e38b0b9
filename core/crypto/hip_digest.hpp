// Digests that only HIP needs (OpenSSL): SHA-1, SHA-384, and cSHAKE128 (NIST SP 800-185). Nothing else here rests on
// SHA-1: it makes the HITs of HIP's first version and names values in RFC 6537.
#pragma once

#include "core/crypto/digest.hpp"

namespace p2pns::crypto {

using Sha1Digest = FixedBytes<20, struct Sha1DigestTag>;
using Sha384Digest = FixedBytes<48, struct Sha384DigestTag>;

Sha1Digest sha1(std::initializer_list<Bytes> parts);
inline Sha1Digest sha1(Bytes bytes) { return sha1({bytes}); }
Sha384Digest sha384(std::initializer_list<Bytes> parts);
/// cSHAKE128 with an empty function name; fills `output`. `customization` has 1 to 64 bytes (asserted).
void cshake128(std::initializer_list<Bytes> parts, Bytes customization, MutableBytes output);

}  // namespace p2pns::crypto
