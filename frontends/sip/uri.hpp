// SipUri and parameters: URIs of the schemes sip and sips taken apart (RFC 3261, 19.1) by libosip2, with their text
// kept as written. Other schemes are known by name only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace p2pns::sip {

/// Of a URI without a port.
inline constexpr std::uint16_t default_port = 5060;

/// ";name" or ";name=value"; quotes of the value are kept.
struct Parameter {
  std::string name;
  std::optional<std::string> value;
};

class Parameters {
 public:
  void add(Parameter parameter) { list_.push_back(std::move(parameter)); }
  /// Name in any case. Null: there is none.
  const Parameter* find(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
  /// Its value; empty when there is none.
  std::string_view value(std::string_view name) const noexcept;
  const std::vector<Parameter>& list() const noexcept { return list_; }

 private:
  std::vector<Parameter> list_;
};

struct SipUri {
  std::string text;    ///< as written
  std::string scheme;  ///< lower case
  std::string user;    ///< percent-decoded: may hold any byte; empty: none
  std::string host;    ///< lower case; IPv6 without brackets
  std::optional<std::uint16_t> port;
  Parameters parameters;
  bool has_headers = false;  ///< "?name=value" at the end

  bool is_sip() const noexcept { return scheme == "sip" || scheme == "sips"; }
};

/// "sip:alice@p2p;transport=tcp", without angle brackets. Another scheme gives text and scheme only. Errors: malformed.
Result<SipUri> parse_uri(std::string_view text);
/// RFC 3261, 19.1.4: the two lead to the same place.
bool equivalent(const SipUri&, const SipUri&) noexcept;
/// "%41" becomes "A". Errors: malformed.
Result<std::string> percent_decoded(std::string_view text);
/// ASCII letters only.
std::string lower_case(std::string_view text);

}  // namespace p2pns::sip
