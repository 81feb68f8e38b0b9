#include "frontends/sip/request_check.hpp"

#include <algorithm>
#include <array>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

using Verdict = std::optional<Refusal>;

Refusal bad(HeaderName name) { return {400, "Bad " + std::string{to_string(name)}}; }

Verdict check_present(const SipMessage& message) {
  for (const HeaderName name :
       {HeaderName::via, HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq})
    if (message.count(name) == 0) return Refusal{400, "No " + std::string{to_string(name)}};
  return std::nullopt;
}

bool is_word_character(char c) {
  return std::string_view{"()<>:\\\"/[]?{}"}.find(c) != std::string_view::npos || is_token(std::string_view{&c, 1});
}

/// RFC 3261, 25.1: "word [ '@' word ]".
bool is_call_id(std::string_view text) {
  const std::size_t at = text.find('@');
  const std::string_view behind = at == std::string_view::npos ? "-" : text.substr(at + 1);
  const std::string_view front = text.substr(0, at);
  return !front.empty() && !behind.empty() && std::ranges::all_of(front, is_word_character) &&
         std::ranges::all_of(behind, is_word_character);
}

/// "Sat, 13 Nov 2010 23:29:00 GMT" (RFC 3261, 20.17: no other time zone).
bool is_date(std::string_view text) {
  constexpr std::string_view shape = "Aaa, 00 Aaa 0000 00:00:00 ";
  const auto fits = [](char c, char wanted) {
    if (wanted == '0') return c >= '0' && c <= '9';
    if (wanted == 'A') return c >= 'A' && c <= 'Z';
    return wanted == 'a' ? c >= 'a' && c <= 'z' : c == wanted;
  };
  return std::ranges::equal(text.substr(0, std::min(text.size(), shape.size())), shape, fits) &&
         text.substr(shape.size()) == "GMT";
}

Verdict check_single(const SipMessage& message) {
  for (std::size_t i = 0; i < message.header_count(); ++i)
    if (const HeaderName name = message.header(i).name; is_single(name) && message.count(name) > 1)
      return Refusal{400, "More Than One " + std::string{to_string(name)}};
  return std::nullopt;
}

Verdict check_via(const SipMessage& message) {
  const auto values = message.values(HeaderName::via);
  if (!values || values->empty()) return bad(HeaderName::via);
  const bool good = std::ranges::all_of(*values, [](const std::string& value) { return parse_via(value).has_value(); });
  return good ? Verdict{} : bad(HeaderName::via);
}

Verdict check_addresses(const SipMessage& message) {
  for (const HeaderName name : {HeaderName::from, HeaderName::to}) {
    if (!parse_name_address(unfolded(*message.find(name)))) return bad(name);
  }
  return std::nullopt;
}

Verdict check_address_lists(const SipMessage& message) {
  for (const HeaderName name : {HeaderName::contact, HeaderName::route, HeaderName::record_route, HeaderName::path}) {
    const auto values = message.values(name);
    if (!values) return bad(name);
    for (const std::string& value : *values) {
      if (name == HeaderName::contact && value == "*") continue;
      if (!parse_name_address(value)) return bad(name);
    }
  }
  return std::nullopt;
}

/// Headers of one number, with the largest that RFC 3261 allows.
struct NumberHeader {
  HeaderName name;
  std::uint32_t maximum;
};
constexpr std::array number_headers{NumberHeader{HeaderName::max_forwards, 255},
                                    NumberHeader{HeaderName::expires, 0xffff'ffff},
                                    NumberHeader{HeaderName::max_breadth, 0xffff'ffff}};

Verdict check_numbers(const SipMessage& message) {
  for (const auto& [name, maximum] : number_headers) {
    const auto value = message.find(name);
    if (!value) continue;
    const auto number = parse_number(unfolded(*value));
    if (!number || *number > maximum) return bad(name);
  }
  return std::nullopt;
}

Verdict check_rest(const SipMessage& message) {
  if (!is_call_id(unfolded(*message.find(HeaderName::call_id)))) return bad(HeaderName::call_id);
  const auto cseq = parse_cseq(unfolded(*message.find(HeaderName::cseq)));
  if (!cseq) return bad(HeaderName::cseq);
  if (message.is_request() && cseq->method != message.method()) return Refusal{400, "CSeq Has Another Method"};
  const auto date = message.find(HeaderName::date);
  if (date && !is_date(unfolded(*date))) return bad(HeaderName::date);
  return std::nullopt;
}

Verdict check_headers(const SipMessage& message) {
  for (const auto check :
       {check_present, check_single, check_via, check_addresses, check_rest, check_numbers, check_address_lists})
    if (auto refusal = check(message)) return refusal;
  return std::nullopt;
}

Verdict check_request_uri(const SipMessage& request) {
  const auto uri = parse_uri(request.request_uri());
  if (!uri || uri->has_headers) return Refusal{400, "Bad Request-URI"};
  if (!uri->is_sip()) return Refusal{416};
  return std::nullopt;
}

Verdict check_extensions(const SipMessage& request) {
  const auto wanted = request.values(HeaderName::proxy_require);
  if (!wanted) return bad(HeaderName::proxy_require);
  std::string all;
  for (const std::string& option : *wanted) {
    if (!is_token(option)) return bad(HeaderName::proxy_require);
    all += (all.empty() ? "" : ", ") + option;
  }
  return all.empty() ? Verdict{} : Refusal{420, {}, HeaderName::unsupported, all};
}

}  // namespace

std::optional<Refusal> check_request(const SipMessage& request) {
  if (!equal_ignoring_case(request.version(), "SIP/2.0")) return Refusal{505};
  if (!request.defect().empty()) return Refusal{400, std::string{request.defect()}};
  for (const auto check : {check_headers, check_request_uri, check_extensions})
    if (auto refusal = check(request)) return refusal;
  const auto hops = request.find(HeaderName::max_forwards);
  if (hops && *parse_number(unfolded(*hops)) == 0) return Refusal{483};
  return std::nullopt;
}

bool check_response(const SipMessage& response) {
  return equal_ignoring_case(response.version(), "SIP/2.0") && response.defect().empty() && !check_headers(response);
}

}  // namespace p2pns::sip
