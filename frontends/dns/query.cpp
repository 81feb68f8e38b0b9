#include "frontends/dns/query.hpp"

namespace p2pns::dns {
namespace {

constexpr std::uint16_t option_cookie = 10;

/// RFC 7873: a client cookie of 8 bytes, alone or with a server cookie of 8 to 32.
bool is_cookie_length(std::size_t length) { return length == 8 || (length >= 16 && length <= 40); }

/// Unknown options are ignored (RFC 6891 section 6.1.2).
Result<void> check_options(Bytes options) {
  while (!options.empty()) {
    if (options.size() < 4) return Errc::truncated;
    const std::size_t length = number_at(options, 2);
    if (length > options.size() - 4) return Errc::truncated;
    if (number_at(options, 0) == option_cookie && !is_cookie_length(length)) return Errc::malformed;
    options = options.subspan(4 + length);
  }
  return {};
}

Result<Edns> read_edns(const ForeignRecord& record) {
  if (!record.root_owner) return Errc::malformed;
  if (const auto checked = check_options(record.data); !checked) return checked.error();
  const bool dnssec_ok = (std::to_integer<unsigned>(record.fixed[4]) & 0x80U) != 0;
  return Edns{number_at(record.fixed, 0), std::to_integer<std::uint8_t>(record.fixed[3]), dnssec_ok};
}

/// Walks over the records behind the question; the message bounds their number. Bytes after the last are ignored.
Result<void> read_records(Bytes message, std::size_t offset, Query& query) {
  const std::size_t others = number_at(message, 8);
  const std::size_t all = others + number_at(message, 10);
  for (std::size_t i = 0; i < all; ++i) {
    const auto record = read_record(message, offset);
    if (!record) return record.error();
    if (record->type != type_opt) continue;
    if (i < others || query.edns) return Errc::malformed;
    const auto edns = read_edns(*record);
    if (!edns) return edns.error();
    query.edns = *edns;
  }
  return {};
}

/// What no lookup is needed for.
Rcode rcode_of_question(const Query& query) {
  if (query.edns && query.edns->version > 0) return Rcode::bad_version;
  switch (query.question->type) {
    case type_opt:
    case type_nxname:
    case type_tkey:
    case type_tsig:
      return Rcode::format_error;
    case type_mailb:
    case type_maila:
      return Rcode::not_implemented;
    case type_axfr:
    case type_ixfr:
      return Rcode::refused;
    default:
      return query.question->record_class == class_in ? Rcode::no_error : Rcode::refused;
  }
}

}  // namespace

ParsedQuery parse_query(Bytes message) {
  ParsedQuery parsed;
  parsed.drop = message.size() < header_bytes;
  if (parsed.drop) return parsed;
  const auto flags = number_at(message, 2);
  parsed.drop = (flags & 0x8000U) != 0;
  if (parsed.drop) return parsed;
  Query& query = parsed.query;
  query.id = number_at(message, 0);
  query.opcode = static_cast<std::uint8_t>(flags >> 11U & 0xfU);
  query.recursion_desired = (flags & 0x0100U) != 0;
  query.authentic_data = (flags & 0x0020U) != 0;
  query.checking_disabled = (flags & 0x0010U) != 0;
  parsed.rcode = query.opcode == opcode_query ? Rcode::format_error : Rcode::not_implemented;
  if (query.opcode != opcode_query || number_at(message, 4) != 1 || number_at(message, 6) != 0) return parsed;
  std::size_t offset = header_bytes;
  const auto question = read_question(message, offset);
  if (!question) return parsed;
  query.question = *question;
  if (!read_records(message, offset, query)) {
    query.edns.reset();  // not to be trusted: answer without
    return parsed;
  }
  parsed.rcode = rcode_of_question(query);
  return parsed;
}

}  // namespace p2pns::dns
