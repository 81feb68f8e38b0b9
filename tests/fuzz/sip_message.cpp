// One SIP message from a stranger: framing, the check of requests and responses, what a proxy and a registrar do with
// it.
#include <algorithm>

#include "frontends/sip/aor.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/location_table.hpp"
#include "frontends/sip/request_check.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace sip;

std::string_view without_leading_line_ends(std::string_view text) {
  while (text.starts_with("\r\n")) text.remove_prefix(2);
  return text;
}

void check_framing(const SipMessage& message, std::string_view text) {
  if (without_leading_line_ends(text).find("\r\n\r\n") != std::string_view::npos)  // otherwise an end is added
    require(without_leading_line_ends(text).starts_with(message.to_text()), "nothing changes on the way through");
  require(message.header_count() <= headers_maximum, "there are not too many headers");
  for (std::size_t i = 0; i < message.header_count(); ++i)
    require(message.header(i).text.size() + message.header(i).value.size() <= header_maximum_bytes,
            "no header is too large");
}

SipMessage read_again(const SipMessage& message) {
  auto again = SipMessage::parse(message.to_text());
  require(again.has_value(), "what is sent can be read");
  require(again->to_text() == message.to_text(), "what is sent is read as it was meant");
  return std::move(*again);
}

void check_answers(const SipMessage& request) {
  const SipMessage response = read_again(make_response(request, 404, "tag"));
  require(response.status() == 404 && response.body().empty(), "an answer is the answer");
  if (!request.defect().empty()) return;
  require(response.defect().empty(), "a good request gets a good answer");
  require(response.count(HeaderName::via) == request.count(HeaderName::via), "an answer finds its way back");
}

void check_forwarding(const SipMessage& request) {
  SipMessage forwarded = request;
  strip_identity(forwarded);
  require(decrement_max_forwards(forwarded), "a request with hops left goes on");
  const std::string before = forwarded.to_text();
  forwarded.prepend(HeaderName::via, "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKfuzz");
  const SipMessage arrived = read_again(forwarded);
  require(!check_request(arrived), "the next hop takes what this one took");
  SipMessage back = arrived;
  require(back.remove_first_value(HeaderName::via) && back.to_text() == before, "one Via goes on and comes off");
  const SipMessage busy = make_response(arrived, 486, "tag");
  require(check_response(read_again(busy)), "its answer can be passed on");
  require(!check_request(read_again(make_cancel(arrived))), "it can be cancelled");
  require(!check_request(read_again(make_ack(arrived, busy))), "its refusal can be acknowledged");
}

void check_registration(const SipMessage& request) {
  const auto to = parse_name_address(unfolded(*request.find(HeaderName::to)));
  require(to.has_value(), "a checked request has a To");
  const auto aor = aor_of(to->uri, names::Zones{});
  if (!aor) return;
  require(names::is_canonical(aor->name), "an address is a canonical name");
  const auto changes = read_contact_changes(request, {});
  if (!std::holds_alternative<ContactChanges>(changes)) return;
  LocationTable table{{}};
  if (table.apply(*aor, std::get<ContactChanges>(changes), {}, TimePoint{})) return;
  for (const Location& location : table.find(*aor, TimePoint{})) {
    const auto contact = parse_uri(location.contact.text);
    require(contact && equivalent(*contact, location.contact), "a stored contact is a URI");
    const auto target = parse_uri(location.target);
    require(target && !target->has_headers, "a stored target can be a Request-URI");
    require(location.expires <= TimePoint{std::chrono::seconds{ExpiryLimits{}.maximum_s}}, "a phone has its time");
  }
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = as_text(input);
  const auto message = SipMessage::parse(text);
  if (!message) return;
  check_framing(*message, text);
  if (message->defect().empty()) read_again(*message);
  if (!message->is_request()) {
    if (check_response(*message)) require(message->values(HeaderName::via).has_value(), "a good answer has a way");
    return;
  }
  check_answers(*message);
  if (check_request(*message)) return;
  check_forwarding(*message);
  check_registration(*message);
}

}  // namespace p2pns::fuzz
