// What an upstream resolver says, or somebody who wants to pass for it. The input is: flags of the client's query (1
// byte, see below), the client's UDP size (2), and the message. The question is the one that the message repeats.
#include "core/wire/reader.hpp"
#include "frontends/dns/forward_question.hpp"
#include "frontends/dns/upstream_answer.hpp"
#include "tests/fuzz/dns_check.hpp"

namespace p2pns::fuzz {
namespace {

using namespace dns;

enum ClientFlag : unsigned { desires = 1, wants_validated = 2, checks_itself = 4, speaks_edns = 8, wants_dnssec = 16 };

Query query_about(const Question& question, unsigned flags, std::uint16_t payload_bytes) {
  Query query;
  query.id = 0x1234;
  query.recursion_desired = (flags & desires) != 0;
  query.authentic_data = (flags & wants_validated) != 0;
  query.checking_disabled = (flags & checks_itself) != 0;
  query.question = question;
  if ((flags & speaks_edns) != 0) query.edns = Edns{payload_bytes, 0, (flags & wants_dnssec) != 0};
  return query;
}

/// An alias of ours led to the question's name: the upstream's records stand behind it.
void check_behind_alias(const Query& query, Rcode rcode, const ForeignAnswer& foreign) {
  const names::Zones zones;
  const ZoneSettings settings;
  const names::P2PName alice{names::NameKind::label, "p2p", "alice"};
  Query own = query;
  own.question->name = *name_of_labels(std::vector<std::string>{"alice", "p2p"});
  names::NameAnswer alias;
  alias.outcome = names::Outcome::found;
  alias.name = alice;
  alias.record_set.emplace();
  alias.record_set->name = alice;
  alias.record_set->records = {{"", type_cname, 300, copy_of(lower_case(query.question->name).view())}};
  Translation translation{*own.question, zones, settings};
  for (std::size_t steps = 0; translation.wanted() && steps <= aliases_maximum; ++steps)
    translation.on_answer(alias, TimePoint{});
  if (translation.outside() == nullptr) return;  // the alias is the answer, or led into our own zones
  translation.on_foreign_answer(rcode, foreign.answer, foreign.authority);
  check_response(own, translation.response());
}

void check_believed(const Query& query, Bytes message) {
  const auto sections = read_sections(message);
  require(sections.has_value(), "what is believed can be read");
  for (const std::size_t limit : {udp_limit_bytes(query), tcp_message_maximum_bytes}) {
    check_message(query, encode_forwarded(query, message, limit), limit);
  }
  if (const auto foreign = read_foreign_answer(message)) check_behind_alias(query, sections->rcode, *foreign);
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  const unsigned flags = in.u8();
  const std::uint16_t payload_bytes = in.u16();
  if (in.failed()) return;
  const Bytes message = in.remaining();
  std::size_t offset = header_bytes;
  if (message.size() < header_bytes) return;
  const auto question = read_question(message, offset);
  if (!question) return;
  const Query query = query_about(*question, flags, payload_bytes);
  const ForwardQuestion forward = forward_question(query, question->name);
  const std::uint16_t id = number_at(message, 0);
  require(judge(message, forward, static_cast<std::uint16_t>(id + 1), tcp_message_maximum_bytes) != Judgement::believed,
          "nobody is believed without the id");
  require(judge(encode_question(forward, id), forward, id, tcp_message_maximum_bytes) != Judgement::believed,
          "a question is no answer");
  if (judge(message, forward, id, tcp_message_maximum_bytes) == Judgement::believed) check_believed(query, message);
}

}  // namespace p2pns::fuzz
