// Messages from a stranger to a whole SIP node: from a trusted phone, which may call, and from another node. Whatever
// comes, the node answers within bounds, and in the end nothing is left of it.
#include "frontends/sip/identity_headers.hpp"
#include "frontends/sip/request_check.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/sip/proxy_node.hpp"

namespace p2pns::fuzz {
namespace {

using test::phone_at;
using test::SipNode;

/// alice and bob have phones here, carol lives elsewhere.
void set_up(SipNode& node) {
  for (const std::uint16_t port : {6001, 6002})
    node.in(test::register_text(port == 6001 ? "alice" : "bob", port), phone_at(port));
  for (const char* label : {"alice", "bob"}) node.name_at(label, node.id);
  node.name_at("carol", test::node_id(2));
  node.sent();
}

/// Lists were not full before we put our own values there.
bool has_room(const sip::SipMessage& message) {
  return message.values(sip::HeaderName::via) && message.values(sip::HeaderName::record_route);
}

/// What any reader takes for what we meant: no second line in a value, and one who vouches at most.
void require_clean(const sip::SipMessage& message) {
  require(message.defect().empty(), "what a node sends is well framed");
  if (message.is_request() && has_room(message)) {
    const auto refusal = sip::check_request(message);
    require(!refusal || refusal->status == 483, "a request that is sent on is a good one");
  }
  require(message.count(sip::HeaderName::p_asserted_identity) <= 1, "one address is asserted at most");
  const auto asserted = message.find(sip::HeaderName::p_asserted_identity);
  require(!asserted || message.is_request(), "nobody asserts who answers");
  require(!asserted || !message.find(sip::verified_header), "asserted and marked as unknown exclude each other");
  const std::string& text = message.to_text();
  for (std::size_t at = text.find_first_of("\r\n\0"); at < text.size() - message.body().size();
       at = text.find_first_of("\r\n\0", at + 2))
    require(text.compare(at, 2, "\r\n") == 0, "no line ends early");
}

/// What the node sent on comes back as an answer with this status, as far as it was a request.
void answer_all(SipNode& node, int status) {
  for (const auto& message : node.sent()) {
    const auto parsed = sip::SipMessage::parse(message.text);
    require(parsed.has_value(), "what a node sends can be read");
    require_clean(*parsed);
    if (parsed->is_request() && parsed->method() != "ACK")
      node.in(test::answer_text(*parsed, status, 6002), message.to);
  }
}

void feed(SipNode& node, std::string_view text, const sip::Hop& from) {
  node.in(text, from);
  std::size_t bytes = 0;
  for (const auto& message : node.outbox) bytes += message.text.size();
  require(node.outbox.size() <= 8 && bytes <= 8 * (text.size() + 4096), "one message does not become many");
  answer_all(node, 180);
  answer_all(node, 200);
}

}  // namespace

/// The first byte says where it comes from; the rest is the message, sent as it is and once more.
void run(Bytes input) {
  if (input.empty()) return;
  SipNode node{1, {"alice", "bob"}};
  set_up(node);
  const auto kind = std::to_integer<unsigned>(input[0]) % 3;
  const sip::Hop from = kind == 0   ? sip::Hop{phone_at(6001)}
                        : kind == 1 ? sip::Hop{phone_at(6001, sip::TransportKind::tcp)}
                                    : sip::Hop{test::node_id(2)};
  const std::string_view text = as_text(input.subspan(1));
  feed(node, text, from);
  feed(node, text, from);
  node.pass(std::chrono::hours{1});
  const sip::TransactionTable& table = node.core->table();
  require(table.active_servers() + table.active_clients() + table.finished() == 0, "all transactions end");
  require(node.timers.size() == 0, "no timer is left");
}

}  // namespace p2pns::fuzz
