// Typed values of the headers we act on: read by libosip2's parsers, one for each header, and stricter where those are
// lax. Each takes one value of a list (SipMessage::values), unfolded. Errors: malformed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "frontends/sip/uri.hpp"

namespace p2pns::sip {

struct Via {
  std::string transport;  ///< upper case: "UDP"
  std::string host;       ///< lower case; IPv6 without brackets
  std::optional<std::uint16_t> port;
  Parameters parameters;

  std::string_view branch() const noexcept { return parameters.value("branch"); }
  /// Its branch identifies the transaction (RFC 3261, 17.2.3).
  bool has_cookie() const noexcept { return branch().starts_with("z9hG4bK") && branch().size() > 7; }
};
Result<Via> parse_via(std::string_view value);

/// From, To, Contact, Route, Record-Route, Path.
struct NameAddress {
  std::string display;  ///< without its quotes
  SipUri uri;
  Parameters parameters;  ///< of the header, not of the URI

  std::string_view tag() const noexcept { return parameters.value("tag"); }
};
Result<NameAddress> parse_name_address(std::string_view value);

struct CSeq {
  std::uint32_t number = 0;  ///< less than 2^31
  std::string method;
};
Result<CSeq> parse_cseq(std::string_view value);

/// A number of seconds, hops, bytes: digits only, at most 2^32-1.
Result<std::uint32_t> parse_number(std::string_view value);

/// Of Authorization and Proxy-Authorization, scheme Digest. Quotes are gone.
struct Credentials {
  std::string user;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;
  std::string algorithm;  ///< empty: MD5
  std::string cnonce;
  std::string opaque;
  std::string qop;
  std::string nonce_count;
};
/// Errors: malformed, unsupported (another scheme than Digest).
Result<Credentials> parse_credentials(std::string_view value);

/// RFC 3261, 25.1: "token".
bool is_token(std::string_view text) noexcept;

}  // namespace p2pns::sip
