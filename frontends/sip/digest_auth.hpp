// DigestAuth: digest authentication of requests (RFC 7616, RFC 8760; SIP's rules in RFC 3261, 22) with MD5 and SHA-256,
// qop=auth only. No socket, no clock. A wrong password and an unknown user cannot be told apart, by answer or by time.
#pragma once

#include "frontends/sip/fields.hpp"
#include "frontends/sip/message_build.hpp"
#include "frontends/sip/nonce_book.hpp"
#include "frontends/sip/user_store.hpp"
#include "frontends/sip/wrong_digests.hpp"

namespace p2pns::sip {

struct DigestSettings {
  std::string realm;
  DigestOffer offer = DigestOffer::both;
  Duration nonce_life = std::chrono::minutes{5};
  WrongDigestLimits wrong;
};

/// Who is asked for credentials by whom: 401 with WWW-Authenticate and Authorization, 407 with the Proxy- ones.
enum class Challenger : std::uint8_t { registrar, proxy };

struct DigestVerdict {
  enum class Kind : std::uint8_t {
    accepted,   ///< `user` is who sent it
    challenge,  ///< answer with challenge()
    malformed,  ///< answer 400
    silent,     ///< do not answer
  };
  Kind kind = Kind::challenge;
  const SipUser* user = nullptr;
  /// The nonce is not good (any digest), or was used with this count (a right digest): the phone tries again without
  /// asking for a password.
  bool stale = false;
};

class DigestAuth {
 public:
  /// `users` and `random` outlive this.
  DigestAuth(DigestSettings settings, const UserStore& users, Random& random);

  /// ACK and CANCEL cannot be challenged (RFC 3261, 22.1): do not ask for them.
  DigestVerdict check(const SipMessage& request, Challenger, const IpAddress& source, TimePoint now);
  /// The 401 or 407.
  SipMessage challenge(const SipMessage& request, Challenger, bool stale, const IpAddress& source,
                       std::string_view to_tag, TimePoint now);

 private:
  DigestVerdict judge(const SipMessage& request, const Credentials&, const IpAddress& source, TimePoint now);

  DigestSettings settings_;
  const UserStore& users_;
  NonceBook nonces_;
  WrongDigests wrong_;
  SipUser nobody_;  ///< random secrets: what unknown users are compared with
};

}  // namespace p2pns::sip
