// SHA-256, HMAC and HKDF (OpenSSL EVP: with SHA-NI it is five times faster than libsodium's), and MD5 for old phones.
#pragma once

#include <initializer_list>

#include "core/base/bytes.hpp"

namespace p2pns::crypto {

using Digest = FixedBytes<32, struct DigestTag>;

/// SHA-256 of the concatenation of all parts.
Digest sha256(std::initializer_list<Bytes> parts);
inline Digest sha256(Bytes bytes) { return sha256({bytes}); }
/// MD5 is broken: only for digest authentication of phones that know nothing else (RFC 7616).
using Md5Digest = FixedBytes<16, struct Md5DigestTag>;
Md5Digest md5(std::initializer_list<Bytes> parts);
/// HMAC-SHA256 (RFC 2104) of the concatenation of all parts.
Digest hmac_sha256(Bytes key, std::initializer_list<Bytes> parts);
/// HKDF-SHA256 (RFC 5869) with an empty salt and one block of output.
Digest hkdf_sha256(Bytes input_key, Bytes info);

}  // namespace p2pns::crypto
