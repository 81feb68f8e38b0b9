#include "core/crypto/hit.hpp"

#include "core/base/endpoint.hpp"

namespace p2pns::crypto {

namespace {

constexpr std::size_t nibbles = 2 * Hit::size_bytes;
constexpr std::size_t key_bits_of_hit = 100;

Hit hit_from(Bytes bytes) {
  Hit hit;
  std::memcpy(hit.value.data(), bytes.data(), Hit::size_bytes);
  return hit;
}

}  // namespace

std::optional<HitKind> kind_of(const Hit& hit) noexcept {
  const auto octet = [&hit](std::size_t index) { return std::to_integer<unsigned>(hit.value[index]); };
  if (octet(0) != 0x20 || octet(1) != 0x01 || octet(2) != 0x00) return std::nullopt;
  switch (octet(3) >> 4U) {
    case 1:
      return HitKind::hip_v1;
    case 2:
      return HitKind::hip_v2;
    case 3:
      return HitKind::det;
    default:
      return std::nullopt;
  }
}

std::string to_text(const Hit& hit) {
  IpAddress address;
  address.family = IpFamily::v6;
  address.octets = hit.value;
  return to_string(address);
}

std::string to_nibbles(const Hit& hit) { return to_hex(hit.view()); }

Result<Hit> parse_hit(std::string_view text) {
  Hit hit;
  if (text.size() == nibbles && text.find(':') == std::string_view::npos) {
    const auto bytes = from_hex(text);
    if (!bytes) return bytes.error();
    hit = hit_from(*bytes);
  } else {
    const auto address = parse_ip_address(text);
    if (!address || address->family != IpFamily::v6) return Errc::malformed;
    hit = hit_from(address->view());
  }
  if (!kind_of(hit)) return Errc::malformed;
  return hit;
}

Key hit_key_of(const Hit& hit) noexcept {
  Key key;
  for (std::size_t i = 0; i < key_bits_of_hit / 8 + 1; ++i) {
    const auto high = hit.value[3 + i] << 4U;
    const auto low = 4 + i < Hit::size_bytes ? hit.value[4 + i] >> 4U : std::byte{0};
    key.value[i] = high | low;
  }
  return key;
}

bool is_hit_key(const Key& key) noexcept {
  constexpr std::size_t whole = key_bits_of_hit / 8;
  if ((key.value[whole] & std::byte{0x0f}) != std::byte{0}) return false;
  for (std::size_t i = whole + 1; i < Key::size_bytes; ++i)
    if (key.value[i] != std::byte{0}) return false;
  return true;
}

}  // namespace p2pns::crypto
