// CookieJar: stateless proof that a sender receives at its address, and that what carries the cookie was sent after it
// was baked. u32 time of baking, then 12 bytes HMAC over time, address, port and the fingerprint of the sender's key
// (the key itself is not known yet when a RETRY asks for it). The secret rotates; the previous one is still accepted,
// so that a cookie is valid for one to two lives.
#pragma once

#include "core/base/endpoint.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::rpc {

inline constexpr Duration cookie_secret_life = std::chrono::minutes{2};

class CookieJar {
 public:
  /// Wraps after 49 days; cookies live minutes.
  using Milliseconds = std::chrono::duration<std::uint32_t, std::milli>;

  CookieJar(Random&, TimePoint now);
  /// Costs one HMAC, 1 us.
  wire::Cookie bake(const Endpoint&, const wire::KeyFingerprint& sender, TimePoint now);
  /// When the cookie was baked, rounded down to a millisecond; nothing when it is not ours, not for this sender at this
  /// address, or too old.
  std::optional<TimePoint> baked_at(const wire::Cookie&, const Endpoint&, const wire::KeyFingerprint& sender,
                                    TimePoint now);

 private:
  void rotate(TimePoint now);
  Milliseconds milliseconds_since_start(TimePoint now) const noexcept;
  Random& random_;
  TimePoint started_at_;  // times in cookies count from here
  TimePoint rotated_at_;
  crypto::Digest current_;
  crypto::Digest previous_;
};

}  // namespace p2pns::rpc
