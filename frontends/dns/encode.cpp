#include <algorithm>

#include "core/base/assert.hpp"
#include "frontends/dns/response.hpp"

namespace p2pns::dns {
namespace {

constexpr std::size_t pointer_reach_bytes = 0x4000;

class MessageWriter {
 public:
  MessageWriter() : bytes_(header_bytes) {}

  void number16(unsigned value) { append16(bytes_, value); }
  void number32(std::uint32_t value) { append32(bytes_, value); }
  void append(Bytes bytes) { dns::append(bytes_, bytes); }

  /// Points to an earlier name with the same end where there is one.
  void name(const WireName& name) {
    WireName rest = name;
    while (rest.octets.size() > 1) {
      const auto known = std::ranges::find_if(known_, [&](const Known& each) { return same_name(each.name, rest); });
      if (known != known_.end()) return number16(0xc000U | known->offset);
      if (bytes_.size() < pointer_reach_bytes) known_.push_back({rest, static_cast<std::uint16_t>(bytes_.size())});
      append(rest.view().first(1 + std::to_integer<std::size_t>(rest.octets[0])));
      rest = without_labels(rest, 1);
    }
    bytes_.push_back(std::byte{0});
  }
  void record(const Record& record) {
    name(record.owner);
    number16(record.type);
    number16(class_in);
    number32(record.ttl_s);
    P2PNS_ASSERT(record.data.size() <= 0xffffU);
    number16(static_cast<unsigned>(record.data.size()));
    append(record.data);
  }
  void patch(std::size_t offset, unsigned value) {
    bytes_[offset] = static_cast<std::byte>(value >> 8U);
    bytes_[offset + 1] = static_cast<std::byte>(value);
  }

  std::size_t size() const { return bytes_.size(); }
  /// Forgets what was written after `size`.
  void cut(std::size_t size) {
    bytes_.resize(size);
    std::erase_if(known_, [size](const Known& each) { return each.offset >= size; });
  }
  ByteVector take() { return std::move(bytes_); }

 private:
  struct Known {
    WireName name;
    std::uint16_t offset;
  };
  ByteVector bytes_;
  std::vector<Known> known_;
};

/// All records or none, within `limit`. Returns how many were written.
std::size_t write_records(MessageWriter& out, const std::vector<Record>& records, std::size_t limit) {
  const std::size_t begin = out.size();
  for (const Record& record : records) {
    out.record(record);
    if (out.size() <= limit) continue;
    out.cut(begin);
    return 0;
  }
  return records.size();
}

std::string_view cut_text(std::string_view text) {
  std::size_t size = std::min(text.size(), extended_text_maximum_bytes);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return text.substr(0, size);
}

unsigned flags_of(const Query& query, const Response& response, bool truncated) {
  unsigned flags = flag_answer | static_cast<unsigned>(query.opcode) << 11U;
  if (response.authoritative) flags |= flag_authoritative;
  if (truncated) flags |= flag_truncated;
  if (query.recursion_desired) flags |= flag_recursion_desired;
  if (response.recursion_available) flags |= flag_recursion_available;
  if (query.checking_disabled) flags |= flag_checking_disabled;
  return flags | (static_cast<unsigned>(response.rcode) & rcode_bits);
}

}  // namespace

ByteVector encode_edns(const Query& query, const Response& response) {
  ByteVector out{std::byte{0}};
  append16(out, type_opt);
  append16(out, edns_payload_bytes);
  append16(out, static_cast<unsigned>(response.rcode) >> 4U << 8U);  // version 0
  append16(out, query.edns->dnssec_ok ? edns_flag_dnssec_ok : 0U);
  if (!response.error) {
    append16(out, 0);
    return out;
  }
  const std::string_view text = cut_text(response.error->text);
  append16(out, static_cast<unsigned>(text.size()) + 6U);
  append16(out, option_extended_error);
  append16(out, static_cast<unsigned>(text.size()) + 2U);
  append16(out, static_cast<unsigned>(response.error->code));
  append(out, as_bytes(text));
  return out;
}

ByteVector encode(const Query& query, const Response& response, std::size_t limit_bytes) {
  P2PNS_ASSERT(limit_bytes >= plain_payload_bytes);
  MessageWriter out;
  if (query.question) {
    out.name(query.question->name);
    out.number16(query.question->type);
    out.number16(query.question->record_class);
  }
  const std::size_t after_question = out.size();
  const ByteVector opt = query.edns ? encode_edns(query, response) : ByteVector{};
  const std::size_t limit = limit_bytes - opt.size();
  const std::size_t answers = write_records(out, response.answer, limit);
  const std::size_t authorities = write_records(out, response.authority, limit);
  const bool truncated = answers != response.answer.size() || authorities != response.authority.size();
  std::size_t additionals = 0;
  if (truncated) {
    out.cut(after_question);
  } else {
    additionals = write_records(out, response.additional, limit);
  }
  out.append(opt);
  out.patch(0, query.id);
  out.patch(2, flags_of(query, response, truncated));
  out.patch(4, query.question ? 1 : 0);
  out.patch(6, truncated ? 0U : static_cast<unsigned>(answers));
  out.patch(8, truncated ? 0U : static_cast<unsigned>(authorities));
  out.patch(10, static_cast<unsigned>(additionals) + (query.edns ? 1U : 0U));
  return out.take();
}

std::size_t udp_limit_bytes(const Query& query) {
  if (!query.edns) return plain_payload_bytes;
  return std::clamp<std::size_t>(query.edns->payload_bytes, plain_payload_bytes, edns_payload_bytes);
}

}  // namespace p2pns::dns
