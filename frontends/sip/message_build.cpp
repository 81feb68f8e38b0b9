#include "frontends/sip/message_build.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

constexpr std::array phrases{
    std::pair{100, "Trying"},
    std::pair{180, "Ringing"},
    std::pair{181, "Call Is Being Forwarded"},
    std::pair{182, "Queued"},
    std::pair{183, "Session Progress"},
    std::pair{200, "OK"},
    std::pair{202, "Accepted"},
    std::pair{300, "Multiple Choices"},
    std::pair{301, "Moved Permanently"},
    std::pair{302, "Moved Temporarily"},
    std::pair{305, "Use Proxy"},
    std::pair{380, "Alternative Service"},
    std::pair{400, "Bad Request"},
    std::pair{401, "Unauthorized"},
    std::pair{403, "Forbidden"},
    std::pair{404, "Not Found"},
    std::pair{405, "Method Not Allowed"},
    std::pair{406, "Not Acceptable"},
    std::pair{407, "Proxy Authentication Required"},
    std::pair{408, "Request Timeout"},
    std::pair{410, "Gone"},
    std::pair{413, "Request Entity Too Large"},
    std::pair{414, "Request-URI Too Long"},
    std::pair{415, "Unsupported Media Type"},
    std::pair{416, "Unsupported URI Scheme"},
    std::pair{420, "Bad Extension"},
    std::pair{421, "Extension Required"},
    std::pair{423, "Interval Too Brief"},
    std::pair{428, "Use Identity Header"},
    std::pair{430, "Flow Failed"},
    std::pair{438, "Invalid Identity Header"},
    std::pair{440, "Max-Breadth Exceeded"},
    std::pair{480, "Temporarily Unavailable"},
    std::pair{481, "Call/Transaction Does Not Exist"},
    std::pair{482, "Loop Detected"},
    std::pair{483, "Too Many Hops"},
    std::pair{484, "Address Incomplete"},
    std::pair{485, "Ambiguous"},
    std::pair{486, "Busy Here"},
    std::pair{487, "Request Terminated"},
    std::pair{488, "Not Acceptable Here"},
    std::pair{491, "Request Pending"},
    std::pair{493, "Undecipherable"},
    std::pair{500, "Server Internal Error"},
    std::pair{501, "Not Implemented"},
    std::pair{502, "Bad Gateway"},
    std::pair{503, "Service Unavailable"},
    std::pair{504, "Server Time-out"},
    std::pair{505, "Version Not Supported"},
    std::pair{513, "Message Too Large"},
    std::pair{600, "Busy Everywhere"},
    std::pair{603, "Decline"},
    std::pair{604, "Does Not Exist Anywhere"},
    std::pair{606, "Not Acceptable"},
};
constexpr std::array<std::string_view, 7> classes{
    "", "Trying", "OK", "Multiple Choices", "Bad Request", "Server Internal Error", "Busy Everywhere"};

/// A To has a tag when its value says so, or when it cannot be read: then nothing is added.
bool takes_tag(std::string_view value) {
  const auto to = parse_name_address(unfolded(value));
  return to && to->tag().empty();
}

void copy_all(SipMessage& to, const SipMessage& from, HeaderName name) {
  for (std::size_t i = 0; i < from.header_count(); ++i)
    if (const Header header = from.header(i); header.name == name) to.append(name, header.value);
}

void copy_first(SipMessage& to, const SipMessage& from, HeaderName name) {
  if (const auto value = from.find(name)) to.append(name, *value);
}

/// What CANCEL and ACK take from the request they belong to.
SipMessage follow_up(const SipMessage& sent, std::string_view method, std::string_view to) {
  SipMessage message = SipMessage::request(method, sent.request_uri());
  if (const auto via = sent.first_value(HeaderName::via)) message.append(HeaderName::via, *via);
  copy_all(message, sent, HeaderName::route);
  message.append(HeaderName::max_forwards, std::to_string(max_forwards_default));
  copy_first(message, sent, HeaderName::from);
  message.append(HeaderName::to, to);
  copy_first(message, sent, HeaderName::call_id);
  const std::string cseq = unfolded(sent.find(HeaderName::cseq).value_or(""));
  message.append(HeaderName::cseq, cseq.substr(0, cseq.find_first_of(" \t")) + " " + std::string{method});
  message.append(HeaderName::content_length, "0");
  return message;
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const auto found = std::ranges::find(phrases, status, [](const auto& entry) { return entry.first; });
  if (found != phrases.end()) return found->second;
  return status >= 100 && status <= 699 ? classes[static_cast<std::size_t>(status / 100)] : "";
}

SipMessage make_response(const SipMessage& request, int status, std::string_view to_tag, std::string_view reason) {
  SipMessage response = SipMessage::response(status, reason.empty() ? reason_phrase(status) : reason);
  copy_all(response, request, HeaderName::via);
  copy_first(response, request, HeaderName::from);
  if (const auto to = request.find(HeaderName::to)) {
    std::string value{*to};
    if (status > 100 && !to_tag.empty() && takes_tag(value)) value.append(";tag=").append(to_tag);
    response.append(HeaderName::to, value);
  }
  copy_first(response, request, HeaderName::call_id);
  copy_first(response, request, HeaderName::cseq);
  response.append(HeaderName::content_length, "0");
  return response;
}

SipMessage make_response(const SipMessage& request, const Refusal& refusal, std::string_view to_tag) {
  SipMessage response = make_response(request, refusal.status, to_tag, refusal.reason);
  if (refusal.header != HeaderName::other) response.append(refusal.header, refusal.value);
  return response;
}

Refusal come_again(std::string reason) {
  return {503, std::move(reason), HeaderName::retry_after, std::to_string(retry_after_s)};
}

SipMessage make_cancel(const SipMessage& sent) {
  return follow_up(sent, "CANCEL", sent.find(HeaderName::to).value_or(""));
}

SipMessage make_ack(const SipMessage& sent, const SipMessage& response) {
  return follow_up(sent, "ACK", response.find(HeaderName::to).value_or(""));
}

bool decrement_max_forwards(SipMessage& request) {
  const auto value = request.find(HeaderName::max_forwards);
  if (!value) {
    request.append(HeaderName::max_forwards, std::to_string(max_forwards_default));
    return true;
  }
  const auto hops = parse_number(unfolded(*value));
  if (!hops || *hops == 0) return false;
  request.replace(HeaderName::max_forwards, std::to_string(std::min(*hops, max_forwards_default + 1) - 1));
  return true;
}

std::size_t strip_identity(SipMessage& message) {
  std::size_t count = 0;
  for (const HeaderName name : {HeaderName::p_asserted_identity, HeaderName::p_preferred_identity, HeaderName::identity,
                                HeaderName::identity_info, HeaderName::remote_party_id})
    count += message.remove_all(name);
  return count;
}

}  // namespace p2pns::sip
