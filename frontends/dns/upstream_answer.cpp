#include "frontends/dns/upstream_answer.hpp"

#include "core/base/assert.hpp"
#include "frontends/rdata/message_records.hpp"

namespace p2pns::dns {
namespace {

std::optional<ExtendedError> extended_error_of(Bytes options) {
  while (options.size() >= 4) {
    const std::size_t length = number_at(options, 2);
    if (length > options.size() - 4) break;
    const Bytes value = options.subspan(4, length);
    if (number_at(options, 0) == option_extended_error && length >= 2)
      return ExtendedError{static_cast<ExtendedCode>(number_at(value, 0)), std::string{as_text(value.subspan(2))}};
    options = options.subspan(4 + length);
  }
  return {};
}

/// Reads `count` records. An OPT record ends what is kept.
Result<void> read_additional(Bytes message, std::size_t offset, unsigned count, Sections& sections) {
  bool behind_opt = false;
  for (unsigned i = 0; i < count; ++i) {
    const auto record = read_record(message, offset);
    if (!record) return record.error();
    if (record->type == type_opt) {
      if (behind_opt) return Errc::malformed;
      behind_opt = true;
      const unsigned upper = std::to_integer<unsigned>(record->fixed[2]) << 4U;
      sections.rcode = static_cast<Rcode>(upper | static_cast<unsigned>(sections.rcode));
      sections.error = extended_error_of(record->data);
    }
    if (behind_opt) continue;
    ++sections.additionals;
    sections.additional_end = offset;
  }
  return {};
}

unsigned flags_for(const Query& query, Bytes message, Rcode rcode, bool truncated) {
  unsigned flags = flag_answer | flag_recursion_available | (static_cast<unsigned>(rcode) & rcode_bits);
  if (truncated) flags |= flag_truncated;
  if (query.recursion_desired) flags |= flag_recursion_desired;
  if (query.checking_disabled) flags |= flag_checking_disabled;
  const bool wants_to_know = query.authentic_data || (query.edns && query.edns->dnssec_ok);  // RFC 6840 section 5.8
  if (wants_to_know) flags |= number_at(message, 2) & flag_authentic_data;
  return flags;
}

std::vector<Record> own_records(std::vector<rdata::MessageRecord> foreign) {
  std::vector<Record> records;
  for (rdata::MessageRecord& each : foreign) {
    WireName owner;
    owner.octets.assign(each.owner.begin(), each.owner.end());
    records.push_back({owner, each.type, each.ttl_s, std::move(each.data)});
  }
  return records;
}

}  // namespace

Result<Sections> read_sections(Bytes message) {
  if (message.size() < header_bytes) return Errc::truncated;
  Sections sections;
  sections.rcode = static_cast<Rcode>(number_at(message, 2) & rcode_bits);
  std::size_t offset = header_bytes;
  if (number_at(message, 4) != 1) return Errc::malformed;
  if (const auto question = read_question(message, offset); !question) return question.error();
  sections.question_end = offset;
  sections.answers = number_at(message, 6);
  sections.authorities = number_at(message, 8);
  for (unsigned i = 0; i < sections.answers + sections.authorities; ++i) {
    const auto record = read_record(message, offset);
    if (!record) return record.error();
    if (record->type == type_opt) return Errc::malformed;
  }
  sections.authority_end = sections.additional_end = offset;
  if (const auto read = read_additional(message, offset, number_at(message, 10), sections); !read) return read.error();
  return sections;
}

ByteVector encode_forwarded(const Query& query, Bytes message, std::size_t limit_bytes) {
  const auto sections = read_sections(message);
  P2PNS_ASSERT(sections && limit_bytes >= plain_payload_bytes);
  Response response;
  response.rcode = sections->rcode;
  response.error = sections->error;
  const ByteVector opt = query.edns ? encode_edns(query, response) : ByteVector{};
  const std::size_t room = limit_bytes - opt.size();
  const bool truncated = is_truncated(message) || sections->authority_end > room;
  const bool whole = !truncated && sections->additional_end <= room;
  const std::size_t end =
      truncated ? sections->question_end : (whole ? sections->additional_end : sections->authority_end);
  ByteVector out;
  append16(out, query.id);
  append16(out, flags_for(query, message, response.rcode, truncated));
  append16(out, 1);
  append16(out, truncated ? 0U : sections->answers);
  append16(out, truncated ? 0U : sections->authorities);
  append16(out, (whole ? sections->additionals : 0U) + (query.edns ? 1U : 0U));
  append(out, query.question->name.view());  // as the client wrote it, and as long as what came back
  append16(out, query.question->type);
  append16(out, query.question->record_class);
  append(out, message.subspan(sections->question_end, end - sections->question_end));
  append(out, opt);
  return out;
}

Result<ForeignAnswer> read_foreign_answer(Bytes message) {
  auto records = rdata::records_of_message(message);
  if (!records) return records.error();
  return ForeignAnswer{own_records(std::move(records->answer)), own_records(std::move(records->authority))};
}

}  // namespace p2pns::dns
