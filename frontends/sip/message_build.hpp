// Messages this node makes itself: responses, and the requests a proxy sends of its own (CANCEL, ACK for a refused
// INVITE).
#pragma once

#include "frontends/sip/message.hpp"

namespace p2pns::sip {

/// "Not Found"; for codes without a phrase of RFC 3261 the one of their class.
std::string_view reason_phrase(int status) noexcept;

/// RFC 3261, 8.2.6: Via, From, To, Call-ID, CSeq as they came, and Content-Length: 0. To gets `to_tag` when it has none
/// and the status is not 100. `reason` empty: the usual phrase. Works for requests with a defect too.
SipMessage make_response(const SipMessage& request, int status, std::string_view to_tag, std::string_view reason = {});

/// Why a request is not worked on.
struct Refusal {
  int status = 400;
  std::string reason{};  ///< empty: the usual phrase
  HeaderName header =
      HeaderName::other;  ///< one more header of the response, with this value: Unsupported, Retry-After, ...
  std::string value{};
};
SipMessage make_response(const SipMessage& request, const Refusal& refusal, std::string_view to_tag);

/// Retry-After of a 503.
inline constexpr unsigned retry_after_s = 10;
/// 503 with Retry-After.
Refusal come_again(std::string reason = {});

/// RFC 3261, 9.1: for a request this node sent, as it was sent.
SipMessage make_cancel(const SipMessage& sent);
/// RFC 3261, 17.1.1.3: for an INVITE this node sent and the final response, not 2xx, it got.
SipMessage make_ack(const SipMessage& sent, const SipMessage& response);

/// Takes one off Max-Forwards, or writes max_forwards_default when there is none. Larger values are brought down to
/// max_forwards_default first. False: it is 0 or no number, and nothing changed.
bool decrement_max_forwards(SipMessage& request);
/// What only a trusted network may say: P-Asserted-Identity, P-Preferred-Identity, Identity, Identity-Info and
/// Remote-Party-ID. Number of lines that went.
std::size_t strip_identity(SipMessage& message);

}  // namespace p2pns::sip
