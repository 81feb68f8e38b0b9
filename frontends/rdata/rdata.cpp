#include "frontends/rdata/rdata.hpp"

#include <stdbool.h>  // before ldns, which otherwise defines bool, true and false as macros

#include <algorithm>
#include <array>
#include <charconv>
#include <ldns/ldns.h>
#include <memory>
#include <optional>

#include "frontends/rdata/generic.hpp"
#include "frontends/rdata/presentation.hpp"
#include "frontends/rdata/svc_params.hpp"

namespace p2pns::rdata {
namespace {

struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
struct FreeBuffer {
  void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }  // NOLINT: ldns allocates with malloc
};
using Record = std::unique_ptr<ldns_rr, FreeRecord>;
using Buffer = std::unique_ptr<ldns_buffer, FreeBuffer>;
using Text = std::unique_ptr<char, FreeText>;

/// Registered after ldns 1.8.3 was made; only the generic form is known for them.
struct LaterType {
  std::string_view name;
  std::uint16_t type;
};
constexpr std::array later_types{LaterType{"DSYNC", 66}, LaterType{"AMTRELAY", 260}, LaterType{"RESINFO", 261},
                                 LaterType{"WALLET", 262}};

bool is_svcb(std::uint16_t type) { return type == LDNS_RR_TYPE_SVCB || type == LDNS_RR_TYPE_HTTPS; }

bool is_later(std::uint16_t type) {
  return std::ranges::find(later_types, type, &LaterType::type) != later_types.end();
}

/// WKS: its text names services as this machine's /etc/services does, which ldns reads again for each of up to 8,000
/// ports: 130 ms for one record of a stranger.
bool has_usable_text(std::uint16_t type) { return type != LDNS_RR_TYPE_NULL && type != LDNS_RR_TYPE_WKS; }

bool is_known(std::uint16_t type) {
  return !is_later(type) && has_usable_text(type) &&
         ldns_rr_descriptor_field_type(ldns_rr_descript(type), 0) != LDNS_RDF_TYPE_UNKNOWN;
}

std::string upper_case(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::optional<std::uint16_t> number_of_type(const std::string& name) {
  if (!name.starts_with("TYPE")) {
    if (const auto later = std::ranges::find(later_types, name, &LaterType::name); later != later_types.end())
      return later->type;
    const auto type = ldns_get_rr_type_by_name(name.c_str());
    return type == 0 ? std::nullopt : std::optional{static_cast<std::uint16_t>(type)};
  }
  std::uint16_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + 4, end, number);
  return error == std::errc{} && rest == end ? std::optional{number} : std::nullopt;
}

RdataResult<ByteVector> data_of(const ldns_rr& record) {
  const Buffer buffer{ldns_buffer_new(LDNS_MAX_PACKETLEN)};
  if (!buffer || ldns_rr_rdata2buffer_wire(buffer.get(), &record) != LDNS_STATUS_OK)
    return RdataError{"the record is too large"};
  const auto* const begin = reinterpret_cast<const std::byte*>(ldns_buffer_begin(buffer.get()));
  return ByteVector(begin, begin + ldns_buffer_position(buffer.get()));
}

RdataResult<ByteVector> parse_with_ldns(std::uint16_t type, std::string_view text) {
  const std::string line = ". 0 IN " + type_to_text(type) + " " + std::string{text};
  ldns_rr* parsed = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&parsed, line.c_str(), 0, nullptr, nullptr);
  const Record record{parsed};
  if (status != LDNS_STATUS_OK)
    return RdataError{"this is no " + type_to_text(type) + " record: " + ldns_get_errorstr_by_id(status)};
  return data_of(*record);
}

/// The record as ldns understands the bytes; null when it does not, or when they are not exactly one record's data.
Record record_of(std::uint16_t type, Bytes data) {
  if (data.size() > 65535) return nullptr;
  ByteVector input;  // ldns_wire2rdf wants the length in front
  input.reserve(data.size() + 2);
  input.push_back(static_cast<std::byte>(data.size() >> 8U));
  input.push_back(static_cast<std::byte>(data.size() & 255U));
  input.insert(input.end(), data.begin(), data.end());
  Record record{ldns_rr_new()};
  if (!record) return nullptr;
  ldns_rr_set_type(record.get(), static_cast<ldns_rr_type>(type));
  std::size_t position = 0;
  const auto* const wire = reinterpret_cast<const std::uint8_t*>(input.data());
  if (ldns_wire2rdf(record.get(), wire, input.size(), &position) != LDNS_STATUS_OK) return nullptr;
  if (position != input.size()) return nullptr;
  if (ldns_rr_rd_count(record.get()) < ldns_rr_descriptor_minimum(ldns_rr_descript(type))) return nullptr;
  const auto again = data_of(*record);  // differs when a name was compressed
  return again && equal(*again, data) ? std::move(record) : nullptr;
}

/// ldns's text of the data alone; empty when it has none.
std::string text_of(const ldns_rr& record) {
  const Buffer buffer{ldns_buffer_new(LDNS_MIN_BUFLEN)};
  if (!buffer || ldns_rr2buffer_str_fmt(buffer.get(), ldns_output_format_nocomments, &record) != LDNS_STATUS_OK)
    return {};
  const Text owned{ldns_buffer_export2str(buffer.get())};
  if (!owned) return {};
  std::string_view text{owned.get()};
  for (int field = 0; field < 4; ++field) {  // owner, TTL, class, type
    const std::size_t tab = text.find('\t');
    if (tab == std::string_view::npos) return {};
    text.remove_prefix(tab + 1);
  }
  const std::size_t last = text.find_last_not_of(" \t\n");
  return std::string{text.substr(0, last + 1)};
}

/// RFC 8005: after the key, which must be one piece, come host names. A pasted key with white space in it would
/// silently become a host.
std::string_view fault_of_hip_text(std::span<const Token> tokens) {
  for (std::size_t i = 3; i < tokens.size(); ++i) {
    const std::string_view name = tokens[i].text;
    if (name.find('.') == std::string_view::npos || name.find_first_of("+/=") != std::string_view::npos)
      return "after the key come rendezvous servers, each a whole host name: is there white space in the key?";
  }
  return {};
}

RdataResult<ByteVector> parse_known(std::uint16_t type, std::string_view text, std::span<const Token> tokens) {
  if (type == LDNS_RR_TYPE_HIP)
    if (const auto fault = fault_of_hip_text(tokens); !fault.empty()) return RdataError{std::string{fault}};
  auto data = parse_with_ldns(type, text);
  if (!data) return data;
  if (is_svcb(type))
    if (const auto fault = fault_of_svcb(*data); !fault.empty()) return RdataError{std::string{fault}};
  const Record record = record_of(type, *data);
  if (!record) return RdataError{"this is no " + type_to_text(type) + " record"};
  const std::string formatted_text = text_of(*record);
  const auto formatted = tokens_of(formatted_text);
  if (formatted && !numbers_kept(tokens, *formatted)) return RdataError{"a number is out of its range"};
  return data;
}

/// parse() for a type that may be any number.
RdataResult<ByteVector> parse_data(std::uint16_t type, std::string_view text) {
  const auto tokens = tokens_of(text);
  if (!tokens) return tokens.error();
  if (is_generic(*tokens)) {
    auto data = parse_generic(*tokens);
    if (data && !is_well_formed(type, *data)) return RdataError{"this is no data of type " + type_to_text(type)};
    return data;
  }
  if (tokens->empty()) return RdataError{"a record has data after its type"};
  if (!is_known(type))
    return RdataError{"type " + type_to_text(type) + " has no text form here: write \\# length hexadecimal"};
  return parse_known(type, text, *tokens);
}

}  // namespace

bool is_meta_type(std::uint16_t type) noexcept { return type == 0 || type == 41 || (type >= 128 && type <= 255); }

RdataResult<std::uint16_t> type_from_text(std::string_view text) {
  if (text.empty() || text.size() > 32) return RdataError{"a record type is a word like A, MX or TYPE65"};
  const auto type = number_of_type(upper_case(text));
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!type)
    return RdataError{printable ? "the record type " + std::string{text} + " is not known: write TYPE and its number"
                                : "a record type is a word like A, MX or TYPE65"};
  if (is_meta_type(*type)) return RdataError{std::string{text} + " is no type of data"};
  return *type;
}

std::string type_to_text(std::uint16_t type) {
  if (const auto later = std::ranges::find(later_types, type, &LaterType::type); later != later_types.end())
    return std::string{later->name};
  const Text text{ldns_rr_type2str(static_cast<ldns_rr_type>(type))};
  return text ? std::string{text.get()} : "TYPE" + std::to_string(type);
}

RdataResult<TypedData> parse(std::string_view type, std::string_view text) {
  const auto number = type_from_text(type);
  if (!number) return number.error();
  if (text.size() > text_maximum_bytes)
    return RdataError{"the text is longer than " + std::to_string(text_maximum_bytes) + " bytes"};
  auto data = parse_data(*number, text);
  if (!data) return data.error();
  return TypedData{*number, std::move(*data)};
}

std::string format(std::uint16_t type, Bytes data) {
  if (!is_known(type) || !is_well_formed(type, data)) return format_generic(data);
  const std::string text = text_of(*record_of(type, data));
  if (text.size() > text_maximum_bytes) return format_generic(data);
  // Some data has no text of its own (bytes no text can hold); never show what would be read as something else.
  const auto again = parse_data(type, text);
  return again && equal(*again, data) ? text : format_generic(data);
}

bool is_well_formed(std::uint16_t type, Bytes data) {
  if (!is_known(type)) return true;
  if (is_svcb(type) && !fault_of_svcb(data).empty()) return false;
  return record_of(type, data) != nullptr;
}

}  // namespace p2pns::rdata
