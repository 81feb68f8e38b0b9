// CookieJar: stateless proof that a sender receives at its address. HMAC over address, port and the fingerprint of the
// sender's key (the key itself is not known yet when a RETRY asks for it) with a secret that rotates; the previous
// secret is still accepted, so that a cookie is valid for one to two lives.
#pragma once

#include "core/base/endpoint.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::rpc {

inline constexpr Duration cookie_secret_life = std::chrono::minutes{2};

class CookieJar {
 public:
  CookieJar(Random&, TimePoint now);
  wire::Cookie bake(const Endpoint&, const wire::KeyFingerprint& sender, TimePoint now);
  bool valid(const wire::Cookie&, const Endpoint&, const wire::KeyFingerprint& sender, TimePoint now);

 private:
  void rotate(TimePoint now);
  Random& random_;
  TimePoint rotated_at_;
  crypto::Digest current_;
  crypto::Digest previous_;
};

}  // namespace p2pns::rpc
