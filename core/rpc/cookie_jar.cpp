#include "core/rpc/cookie_jar.hpp"

namespace p2pns::rpc {
namespace {

wire::Cookie cookie_of(const crypto::Digest& secret, const Endpoint& address, const wire::KeyFingerprint& sender) {
  const std::array<std::byte, 3> form{static_cast<std::byte>(address.address.family),
                                      static_cast<std::byte>(address.port >> 8),
                                      static_cast<std::byte>(address.port & 0xffU)};
  const crypto::Digest digest = crypto::hmac_sha256(secret.view(), {form, address.address.view(), sender.view()});
  wire::Cookie cookie;
  std::memcpy(cookie.value.data(), digest.value.data(), wire::Cookie::size_bytes);
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
      rotated_at_(now),
      current_(random.value<crypto::Digest>()),
      previous_(random.value<crypto::Digest>()) {}

wire::Cookie CookieJar::bake(const Endpoint& address, const wire::KeyFingerprint& sender, TimePoint now) {
  rotate(now);
  return cookie_of(current_, address, sender);
}

bool CookieJar::valid(const wire::Cookie& cookie, const Endpoint& address, const wire::KeyFingerprint& sender,
                      TimePoint now) {
  rotate(now);
  return same(cookie, cookie_of(current_, address, sender)) || same(cookie, cookie_of(previous_, address, sender));
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
