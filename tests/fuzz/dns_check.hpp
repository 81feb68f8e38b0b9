// What must hold for every answer of the DNS front end, whatever was asked and whatever a stranger published.
#pragma once

#include "frontends/dns/translation.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {

/// Walks over one record; false when it runs over the end.
inline bool skip_record(Bytes message, std::size_t& offset) {
  constexpr std::size_t fixed_bytes = 10;
  if (!dns::skip_name(message, offset) || message.size() - offset < fixed_bytes) return false;
  offset += fixed_bytes + dns::number_at(message, offset + 8);
  return offset <= message.size();
}

/// Looks at the bytes that a client gets.
inline void check_message(const dns::Query& query, const ByteVector& message, std::size_t limit_bytes) {
  using dns::number_at;
  require(message.size() <= limit_bytes, "an answer is no larger than the client takes");
  require(message.size() >= dns::header_bytes && number_at(message, 0) == query.id, "an answer has the query's id");
  require(dns::parse_query(message).drop, "an answer is never taken for a query");
  std::size_t offset = dns::header_bytes;
  if (query.question) {
    const Bytes name = query.question->name.view();
    require(equal(Bytes{message}.subspan(offset, name.size()), name), "the question comes back in its own case");
    offset += name.size() + 4;
  }
  const std::size_t records = std::size_t{number_at(message, 6)} + number_at(message, 8) + number_at(message, 10);
  for (std::size_t i = 0; i < records; ++i) require(skip_record(message, offset), "the records are complete");
  require(offset == message.size(), "the counts tell all that is there");
  if (dns::is_truncated(message)) require(records == (query.edns ? 1U : 0U), "a truncated answer has no records");
}

inline void check_response(const dns::Query& query, const dns::Response& response) {
  for (const std::size_t limit : {dns::udp_limit_bytes(query), dns::tcp_message_maximum_bytes})
    check_message(query, dns::encode(query, response, limit), limit);
}

/// Feeds the translation until it is done; `answer_of(name)` is the name service.
template <class AnswerOf>
void check_translation(const dns::Query& query, const names::Zones& zones, const AnswerOf& answer_of) {
  const dns::ZoneSettings settings{{*parse_ip_address("192.0.2.53"), *parse_ip_address("2001:db8::53")}};
  dns::Translation translation{*query.question, zones, settings};
  for (std::size_t steps = 0; translation.wanted(); ++steps) {
    require(steps <= dns::aliases_maximum, "a question needs no more names than aliases may be followed");
    require(names::is_canonical(*translation.wanted()), "only canonical names are asked for");
    const names::P2PName wanted = *translation.wanted();
    translation.on_answer(answer_of(wanted), TimePoint{});
  }
  check_response(query, translation.response());
}

}  // namespace p2pns::fuzz
