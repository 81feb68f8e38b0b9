#include "frontends/dns/forward_question.hpp"

#include "frontends/dns/upstream_answer.hpp"

namespace p2pns::dns {

ForwardQuestion forward_question(const Query& query, const WireName& name) {
  ForwardQuestion forward;
  forward.question = {lower_case(name), query.question->type, query.question->record_class};
  forward.recursion_desired = query.recursion_desired;
  forward.authentic_data = query.authentic_data;
  forward.checking_disabled = query.checking_disabled;
  forward.edns = query.edns.has_value();
  forward.dnssec_ok = query.edns && query.edns->dnssec_ok;
  return forward;
}

ByteVector encode_question(const ForwardQuestion& forward, std::uint16_t id) {
  unsigned flags = 0;
  if (forward.recursion_desired) flags |= flag_recursion_desired;
  if (forward.authentic_data) flags |= flag_authentic_data;
  if (forward.checking_disabled) flags |= flag_checking_disabled;
  ByteVector message;
  for (const unsigned field : {unsigned{id}, flags, 1U, 0U, 0U, forward.edns ? 1U : 0U}) append16(message, field);
  append(message, forward.question.name.view());
  append16(message, forward.question.type);
  append16(message, forward.question.record_class);
  if (!forward.edns) return message;
  message.push_back(std::byte{0});
  append16(message, type_opt);
  append16(message, edns_payload_bytes);
  append16(message, 0);
  append16(message, forward.dnssec_ok ? edns_flag_dnssec_ok : 0U);
  append16(message, 0);
  return message;
}

std::size_t answer_limit_bytes(const ForwardQuestion& forward) {
  return forward.edns ? edns_payload_bytes : plain_payload_bytes;
}

Judgement judge(Bytes message, const ForwardQuestion& forward, std::uint16_t id, std::size_t limit_bytes) {
  if (message.size() < header_bytes) return Judgement::too_short;
  if (message.size() > limit_bytes) return Judgement::too_large;
  if (number_at(message, 0) != id) return Judgement::wrong_id;
  const unsigned flags = number_at(message, 2);
  if ((flags & flag_answer) == 0 || (flags & opcode_bits) != 0) return Judgement::malformed;
  std::size_t offset = header_bytes;
  const auto question = read_question(message, offset);
  const bool same = number_at(message, 4) == 1 && question && same_name(question->name, forward.question.name) &&
                    question->type == forward.question.type && question->record_class == forward.question.record_class;
  if (!same) return Judgement::wrong_question;
  return read_sections(message) ? Judgement::believed : Judgement::malformed;
}

}  // namespace p2pns::dns
