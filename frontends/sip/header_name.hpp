// HeaderName: the headers this front end knows by name, in their long and compact forms (RFC 3261, 7.3.3). All others
// are `other` and are only passed on.
#pragma once

#include <cstdint>
#include <string_view>

namespace p2pns::sip {

enum class HeaderName : std::uint8_t {
  other,
  accept,
  allow,
  authorization,
  call_id,
  contact,
  content_encoding,
  content_length,
  content_type,
  cseq,
  date,
  event,
  expires,
  from,
  identity,
  identity_info,
  max_breadth,
  max_forwards,
  min_expires,
  p_asserted_identity,
  p_preferred_identity,
  path,
  proxy_authenticate,
  proxy_authorization,
  proxy_require,
  reason,
  record_route,
  refer_to,
  remote_party_id,
  require,
  retry_after,
  route,
  server,
  service_route,
  subject,
  supported,
  to,
  unsupported,
  user_agent,
  via,
  warning,
  www_authenticate,
};

/// Any case; compact forms too ("v" is Via).
HeaderName header_name(std::string_view text) noexcept;
/// The long form as it is written: "Call-ID". Empty for `other`.
std::string_view to_string(HeaderName) noexcept;
/// True for headers that a message may have once at most (RFC 3261, table 2 and section 7.3.1).
bool is_single(HeaderName) noexcept;

/// ASCII letters only, as RFC 3261 compares (7.3.1).
bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

}  // namespace p2pns::sip
