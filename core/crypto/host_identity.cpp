#include "core/crypto/host_identity.hpp"

#include <algorithm>
#include <bit>

#include "core/crypto/hip_digest.hpp"

namespace p2pns::crypto {
namespace {

constexpr std::size_t exponent_bytes_maximum = 8;
constexpr std::size_t curve_bytes = 2;
constexpr std::byte uncompressed{4};

enum class Curve : std::uint16_t { p256 = 1, p384 = 2 };
constexpr std::uint16_t ed25519_curve = 1;

/// RFC 7401, appendix E (RFC 5201 has the same).
constexpr std::array<std::uint8_t, 16> hip_context = {0xf0, 0xef, 0xf0, 0x2f, 0xbf, 0xf4, 0x3d, 0x0f,
                                                      0xe7, 0x93, 0x0c, 0x3c, 0x6e, 0x61, 0x74, 0xea};
/// RFC 9374, 3.5.2.
constexpr std::array<std::uint8_t, 16> det_context = {0x00, 0xb5, 0xa6, 0x9c, 0x79, 0x5d, 0xf5, 0xd5,
                                                      0xf0, 0x08, 0x7f, 0x56, 0x84, 0x3f, 0x2c, 0x40};

Bytes hip_context_id() { return std::as_bytes(std::span{hip_context}); }

std::uint16_t u16(Bytes bytes) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) << 8U | std::to_integer<unsigned>(bytes[1]));
}

struct RsaParts {
  Bytes exponent;
  Bytes modulus;
};

/// RFC 3110. The long form of the length, numbers with leading zeros: further encodings of the same key, so none.
Result<RsaParts> read_rsa(Bytes identity) {
  if (identity.empty()) return Errc::truncated;
  const auto length = std::to_integer<std::size_t>(identity.front());
  if (length == 0 || length > exponent_bytes_maximum) return Errc::malformed;
  if (identity.size() <= 1 + length) return Errc::truncated;
  const RsaParts parts{identity.subspan(1, length), identity.subspan(1 + length)};
  const bool odd = (parts.exponent.back() & parts.modulus.back() & std::byte{1}) != std::byte{0};
  const bool one = length == 1 && parts.exponent.front() == std::byte{1};
  if (parts.exponent.front() == std::byte{0} || parts.modulus.front() == std::byte{0} || !odd || one)
    return Errc::malformed;
  return parts;
}

std::size_t bits_of(Bytes modulus) noexcept {
  return 8 * (modulus.size() - 1) + static_cast<std::size_t>(std::bit_width(std::to_integer<unsigned>(modulus[0])));
}

Result<SignatureForm> rsa_form(Bytes identity) {
  const auto parts = read_rsa(identity);
  if (!parts) return parts.error();
  const std::size_t bits = bits_of(parts->modulus);
  if (bits > rsa_bits_maximum) return Errc::too_large;
  if (bits < rsa_bits_minimum) return Errc::bad_key;
  return SignatureForm{Algorithm::rsa_sha256, parts->modulus.size()};
}

Result<SignatureForm> ecdsa_form(Bytes identity) {
  if (identity.size() < curve_bytes) return Errc::truncated;
  const auto curve = static_cast<Curve>(u16(identity));
  if (curve != Curve::p256 && curve != Curve::p384) return Errc::unsupported;
  const bool p256 = curve == Curve::p256;
  const std::size_t number_bytes = p256 ? 32 : 48;
  if (identity.size() != curve_bytes + 1 + 2 * number_bytes || identity[curve_bytes] != uncompressed)
    return Errc::malformed;
  return SignatureForm{p256 ? Algorithm::ecdsa_p256_sha256 : Algorithm::ecdsa_p384_sha384, 2 * number_bytes};
}

Result<SignatureForm> eddsa_form(Bytes identity) {
  if (identity.size() < curve_bytes) return Errc::truncated;
  if (u16(identity) != ed25519_curve) return Errc::unsupported;
  if (identity.size() != curve_bytes + PublicKey::size_bytes) return Errc::malformed;
  return SignatureForm{Algorithm::ed25519, Signature::size_bytes};
}

/// 2001:00pS and the 96 bits in the middle of the digest (RFC 7343, section 2).
Hit orchid(std::uint8_t suite, Bytes middle) {
  Hit hit;
  hit.value[0] = std::byte{0x20};
  hit.value[1] = std::byte{0x01};
  hit.value[3] = static_cast<std::byte>(0x20U | suite);
  std::ranges::copy(middle, hit.value.begin() + 4);
  return hit;
}

}  // namespace

Result<SignatureForm> signature_form(HostAlgorithm algorithm, Bytes identity) {
  switch (algorithm) {
    case HostAlgorithm::rsa:
      return rsa_form(identity);
    case HostAlgorithm::ecdsa:
      return ecdsa_form(identity);
    case HostAlgorithm::eddsa:
      return eddsa_form(identity);
  }
  return Errc::unsupported;
}

std::size_t rsa_bits(const HostIdentity& identity) noexcept {
  if (identity.algorithm != HostAlgorithm::rsa) return 0;
  const auto parts = read_rsa(identity.bytes);
  return parts ? bits_of(parts->modulus) : 0;
}

Result<Hit> hit_of(HostAlgorithm algorithm, Bytes identity) {
  if (const auto form = signature_form(algorithm, identity); !form) return form.error();
  switch (algorithm) {
    case HostAlgorithm::rsa:
      return orchid(1, sha256({hip_context_id(), identity}).view().subspan(10, 12));
    case HostAlgorithm::ecdsa:
      return orchid(2, sha384({hip_context_id(), identity}).view().subspan(18, 12));
    case HostAlgorithm::eddsa:
      break;
  }
  std::array<std::byte, 12> hash{};
  cshake128({hip_context_id(), identity}, hip_context_id(), hash);
  return orchid(5, hash);
}

// RFC 4843: the prefix, and the middle 100 bits of the 160.
Result<Hit> hit_v1_of(HostAlgorithm algorithm, Bytes identity) {
  if (const auto form = signature_form(algorithm, identity); !form) return form.error();
  const Sha1Digest digest = sha1({hip_context_id(), identity});
  constexpr std::size_t skipped_bytes = 3;  // of the 30 bits in front; the other 6 are shifted away
  constexpr unsigned shift = 6;
  Hit hit;
  std::array<std::byte, 13> middle{};
  for (std::size_t i = 0; i < middle.size(); ++i)
    middle[i] = digest.value[skipped_bytes + i] << shift | digest.value[skipped_bytes + i + 1] >> (8 - shift);
  hit.value[0] = std::byte{0x20};
  hit.value[1] = std::byte{0x01};
  hit.value[3] = std::byte{0x10} | middle[0] >> 4U;
  for (std::size_t i = 0; i < 12; ++i) hit.value[4 + i] = middle[i] << 4U | middle[i + 1] >> 4U;
  return hit;
}

Result<Hit> det_of(HostAlgorithm algorithm, Bytes identity, DetRegistries registries) {
  if (const auto form = signature_form(algorithm, identity); !form) return form.error();
  if (algorithm != HostAlgorithm::eddsa) return Errc::unsupported;
  if (registries.raa > registry_maximum || registries.hda > registry_maximum) return Errc::too_large;
  constexpr std::uint8_t suite = 5;
  // 28 bits of prefix, 14 + 14 bits of registries, 8 bits of suite: the first 64.
  std::uint64_t head =
      0x2001003ULL << 36U | std::uint64_t{registries.raa} << 22U | std::uint64_t{registries.hda} << 8U | suite;
  Hit hit;
  for (std::size_t i = 8; i-- > 0; head >>= 8U) hit.value[i] = static_cast<std::byte>(head & 0xffU);
  cshake128({hit.view().first(8), identity.subspan(curve_bytes)}, std::as_bytes(std::span{det_context}),
            hit.mutable_view().last(8));
  return hit;
}

bool belongs_to(const Hit& hit, HostAlgorithm algorithm, Bytes identity) {
  const auto kind = kind_of(hit);
  if (!kind) return false;
  Result<Hit> own = Errc::unsupported;
  if (*kind == HitKind::hip_v2) own = hit_of(algorithm, identity);
  if (*kind == HitKind::hip_v1) own = hit_v1_of(algorithm, identity);
  if (*kind == HitKind::det) {
    std::uint64_t head = 0;
    for (const std::byte each : hit.view().first(8)) head = head << 8U | std::to_integer<std::uint64_t>(each);
    const DetRegistries registries{static_cast<std::uint16_t>(head >> 22U & registry_maximum),
                                   static_cast<std::uint16_t>(head >> 8U & registry_maximum)};
    own = det_of(algorithm, identity, registries);
  }
  return own && *own == hit;
}

}  // namespace p2pns::crypto
