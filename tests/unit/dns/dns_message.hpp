// Writes DNS queries for tests, right and wrong ones, and reads answers with ldns, so that our encoder is judged by
// another implementation.
#pragma once

#include <stdbool.h>  // before ldns, which otherwise defines bool, true and false as macros

#include <ldns/ldns.h>
#include <memory>
#include <optional>
#include <stdexcept>

#include "core/names/record_set.hpp"
#include "frontends/rdata/rdata.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::test {

inline void put16(ByteVector& out, unsigned value) {
  out.push_back(static_cast<std::byte>(value >> 8U));
  out.push_back(static_cast<std::byte>(value));
}

/// "www.alice.p2p" without escapes; "" is the root.
inline ByteVector wire_name(std::string_view text) {
  ByteVector out;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    out.push_back(static_cast<std::byte>(label.size()));
    const Bytes octets = as_bytes(label);
    out.insert(out.end(), octets.begin(), octets.end());
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  out.push_back(std::byte{0});
  return out;
}

struct QueryText {
  std::string name = "alice.p2p";
  std::uint16_t type = 1;
  unsigned flags = 0x0100;  // RD
  std::uint16_t id = 0x1234;
  std::uint16_t record_class = 1;
  std::optional<unsigned> payload;  // with EDNS
  unsigned edns_version = 0;
  ByteVector options{};
  bool dnssec_ok = false;
};

inline ByteVector opt_record(const QueryText& query) {
  ByteVector out{std::byte{0}};
  put16(out, 41);
  put16(out, *query.payload);
  put16(out, query.edns_version);
  put16(out, query.dnssec_ok ? 0x8000 : 0);
  put16(out, static_cast<unsigned>(query.options.size()));
  out.insert(out.end(), query.options.begin(), query.options.end());
  return out;
}

inline ByteVector query_message(const QueryText& query) {
  ByteVector out;
  for (const unsigned field : {unsigned{query.id}, query.flags, 1U, 0U, 0U, query.payload ? 1U : 0U}) put16(out, field);
  const ByteVector name = wire_name(query.name);
  out.insert(out.end(), name.begin(), name.end());
  put16(out, query.type);
  put16(out, query.record_class);
  if (query.payload) {
    const ByteVector opt = opt_record(query);
    out.insert(out.end(), opt.begin(), opt.end());
  }
  return out;
}

/// An answer as ldns understands it. Throws when ldns does not.
struct ReadMessage {
  unsigned id = 0;
  unsigned rcode = 0;  ///< with the extended bits of EDNS
  bool aa = false, tc = false, rd = false, ra = false, ad = false, cd = false;
  std::size_t size = 0;
  std::string question;                                    ///< "aLice.p2p. IN A"
  std::vector<std::string> answer, authority, additional;  ///< "alice.p2p. 60 IN A 192.0.2.1"
  bool edns = false;
  unsigned payload = 0;
  unsigned edns_version = 0;
  bool dnssec_ok = false;
  std::optional<unsigned> extended_code;
  std::string extended_text;
};

inline std::string plain(char* text) {
  const std::unique_ptr<char, void (*)(void*)> owned{text, std::free};
  std::string line{text};
  for (char& c : line)
    if (c == '\t') c = ' ';
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  return line;
}

inline std::vector<std::string> lines_of(const ldns_rr_list* list) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i)
    lines.push_back(plain(ldns_rr2str(ldns_rr_list_rr(list, i))));
  return lines;
}

inline void read_options(ReadMessage& message, const ldns_rdf* options) {
  if (options == nullptr) return;
  const Bytes bytes{reinterpret_cast<const std::byte*>(ldns_rdf_data(options)), ldns_rdf_size(options)};
  if (bytes.size() < 6 || to_hex(bytes.first(2)) != "000f") return;
  message.extended_code = std::to_integer<unsigned>(bytes[4]) << 8U | std::to_integer<unsigned>(bytes[5]);
  message.extended_text = as_text(bytes.subspan(6));
}

inline ReadMessage read_message(Bytes bytes) {
  ldns_pkt* parsed = nullptr;
  const auto status = ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (status != LDNS_STATUS_OK)
    throw std::runtime_error{std::string{"ldns: "} + ldns_get_errorstr_by_id(status) + ": " + to_hex(bytes)};
  const std::unique_ptr<ldns_pkt, void (*)(ldns_pkt*)> packet{parsed, ldns_pkt_free};
  ReadMessage message;
  message.size = bytes.size();
  message.id = ldns_pkt_id(parsed);
  message.edns = ldns_pkt_edns(parsed);
  message.rcode = static_cast<unsigned>(ldns_pkt_get_rcode(parsed));
  if (message.edns) message.rcode |= static_cast<unsigned>(ldns_pkt_edns_extended_rcode(parsed)) << 4U;
  message.aa = ldns_pkt_aa(parsed);
  message.tc = ldns_pkt_tc(parsed);
  message.rd = ldns_pkt_rd(parsed);
  message.ra = ldns_pkt_ra(parsed);
  message.ad = ldns_pkt_ad(parsed);
  message.cd = ldns_pkt_cd(parsed);
  const auto questions = lines_of(ldns_pkt_question(parsed));
  if (!questions.empty()) message.question = questions.front();
  message.answer = lines_of(ldns_pkt_answer(parsed));
  message.authority = lines_of(ldns_pkt_authority(parsed));
  message.additional = lines_of(ldns_pkt_additional(parsed));
  message.payload = ldns_pkt_edns_udp_size(parsed);
  message.edns_version = ldns_pkt_edns_version(parsed);
  message.dnssec_ok = ldns_pkt_edns_do(parsed);
  read_options(message, ldns_pkt_edns_data(parsed));
  return message;
}

/// A record as its owner publishes it. Throws when the text is no record.
inline names::ResourceRecord record(std::string owner, std::string_view type, std::string_view text,
                                    std::uint32_t ttl_s = 300) {
  const auto parsed = rdata::parse(type, text);
  if (!parsed) throw std::invalid_argument{parsed.error().message};
  return {std::move(owner), parsed->type, ttl_s, parsed->data};
}

}  // namespace p2pns::test
