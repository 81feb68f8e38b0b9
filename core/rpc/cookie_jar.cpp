#include "core/rpc/cookie_jar.hpp"

namespace p2pns::rpc {
namespace {

constexpr std::size_t time_bytes = 4;
using Milliseconds = CookieJar::Milliseconds;

Milliseconds time_in(const wire::Cookie& cookie) noexcept {
  std::uint32_t time = 0;
  for (std::size_t i = 0; i < time_bytes; ++i) time = time << 8 | std::to_integer<std::uint32_t>(cookie.value[i]);
  return Milliseconds{time};
}

wire::Cookie cookie_of(const crypto::Digest& secret, Milliseconds time, const Endpoint& address,
                       const wire::KeyFingerprint& sender) {
  wire::Cookie cookie;
  for (std::size_t i = 0; i < time_bytes; ++i)
    cookie.value[i] = static_cast<std::byte>(time.count() >> (8 * (time_bytes - 1 - i)));
  const std::array<std::byte, 3> form{static_cast<std::byte>(address.address.family),
                                      static_cast<std::byte>(address.port >> 8),
                                      static_cast<std::byte>(address.port & 0xffU)};
  const crypto::Digest digest = crypto::hmac_sha256(
      secret.view(), {Bytes{cookie.value}.first(time_bytes), form, address.address.view(), sender.view()});
  std::memcpy(cookie.value.data() + time_bytes, digest.value.data(), wire::Cookie::size_bytes - time_bytes);
  return cookie;
}

// In constant time: how long a comparison takes must not tell how much of a guess was right.
bool same(const wire::Cookie& left, const wire::Cookie& right) noexcept {
  std::byte difference{0};
  for (std::size_t i = 0; i < wire::Cookie::size_bytes; ++i) difference |= left.value[i] ^ right.value[i];
  return difference == std::byte{0};
}

}  // namespace

CookieJar::CookieJar(Random& random, TimePoint now)
    : random_(random),
      started_at_(now),
      rotated_at_(now),
      current_(random.value<crypto::Digest>()),
      previous_(random.value<crypto::Digest>()) {}

wire::Cookie CookieJar::bake(const Endpoint& address, const wire::KeyFingerprint& sender, TimePoint now) {
  rotate(now);
  return cookie_of(current_, milliseconds_since_start(now), address, sender);
}

std::optional<TimePoint> CookieJar::baked_at(const wire::Cookie& cookie, const Endpoint& address,
                                             const wire::KeyFingerprint& sender, TimePoint now) {
  rotate(now);
  const Milliseconds time = time_in(cookie);
  const auto baked_with = [&](const crypto::Digest& secret) {
    return same(cookie, cookie_of(secret, time, address, sender));
  };
  if (!baked_with(current_) && !baked_with(previous_)) return std::nullopt;
  const Milliseconds age = milliseconds_since_start(now) - time;
  return started_at_ + std::chrono::floor<std::chrono::milliseconds>(now - started_at_) -
         std::chrono::milliseconds{age.count()};
}

CookieJar::Milliseconds CookieJar::milliseconds_since_start(TimePoint now) const noexcept {
  return Milliseconds{
      static_cast<std::uint32_t>(std::chrono::floor<std::chrono::milliseconds>(now - started_at_).count())};
}

void CookieJar::rotate(TimePoint now) {
  const Duration age = now - rotated_at_;
  if (age < cookie_secret_life) return;
  // After a quiet time both secrets are too old.
  previous_ = age < 2 * cookie_secret_life ? current_ : random_.value<crypto::Digest>();
  current_ = random_.value<crypto::Digest>();
  rotated_at_ = now;
}

}  // namespace p2pns::rpc
