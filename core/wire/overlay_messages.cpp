// Bodies of the overlay's messages, and of the two answers any request can get.
#include "core/base/assert.hpp"
#include "core/wire/message_parts.hpp"

namespace p2pns::wire {
namespace {

constexpr std::uint8_t no_address = 0;
constexpr auto highest_refusal_reason = static_cast<std::uint8_t>(RefusalReason::forbidden);

bool is_contact_count(std::size_t count) { return count >= 1 && count <= contacts_per_answer_maximum; }

}  // namespace

ByteVector encode(const Ping& ping) {
  Writer out;
  detail::write_flag(out, ping.joined);
  return std::move(out).take();
}

Result<Ping> decode_ping(Bytes body) {
  Reader in{body};
  return detail::finished(in, Ping{detail::read_flag(in)});
}

ByteVector encode(const Pong& pong) {
  Writer out;
  detail::write_flag(out, pong.joined);
  if (usable_on_wire(pong.observed)) {
    out.u8(static_cast<std::uint8_t>(pong.observed.address.family));
    write_endpoint(out, pong.observed);
  } else {
    out.u8(no_address);  // a datagram may have come from port 0: nothing the responder could have prevented
  }
  return std::move(out).take();
}

Result<Pong> decode_pong(Bytes body) {
  Reader in{body};
  Pong pong;
  pong.joined = detail::read_flag(in);
  const std::uint8_t form = in.u8();
  if (form == static_cast<std::uint8_t>(IpFamily::v4) || form == static_cast<std::uint8_t>(IpFamily::v6))
    pong.observed = read_endpoint(in, static_cast<IpFamily>(form));
  else if (form != no_address)
    in.fail();
  return detail::finished(in, pong);
}

ByteVector encode(const FindNode& find_node) {
  P2PNS_ASSERT(is_contact_count(find_node.contacts_wanted));
  Writer out;
  out.fixed(find_node.target).u8(find_node.contacts_wanted);
  return std::move(out).take();
}

Result<FindNode> decode_find_node(Bytes body) {
  Reader in{body};
  FindNode find_node;
  find_node.target = in.fixed<Key>();
  find_node.contacts_wanted = in.u8();
  if (!is_contact_count(find_node.contacts_wanted)) in.fail();
  return detail::finished(in, find_node);
}

ByteVector encode(const Nodes& nodes, std::size_t maximum_bytes) {
  Writer out;
  detail::write_contacts(out, nodes.contacts, maximum_bytes);
  return std::move(out).take();
}

Result<Nodes> decode_nodes(Bytes body, const crypto::PuzzleDifficulty& difficulty) {
  Reader in{body};
  Nodes nodes{detail::read_contacts(in, difficulty)};
  return detail::finished(in, std::move(nodes));
}

ByteVector encode(const Leave&) { return {}; }

Result<Leave> decode_leave(Bytes body) { return detail::finished(Reader{body}, Leave{}); }

ByteVector encode(const Left&) { return {}; }

Result<Left> decode_left(Bytes body) { return detail::finished(Reader{body}, Left{}); }

ByteVector encode(const NotReady&) { return {}; }

Result<NotReady> decode_not_ready(Bytes body) { return detail::finished(Reader{body}, NotReady{}); }

ByteVector encode(const Refused& refused) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(refused.reason));
  return std::move(out).take();
}

Result<Refused> decode_refused(Bytes body) {
  Reader in{body};
  const std::uint8_t reason = in.u8();
  const bool known = reason <= highest_refusal_reason;
  return detail::finished(in, Refused{known ? static_cast<RefusalReason>(reason) : RefusalReason::unspecified});
}

}  // namespace p2pns::wire
