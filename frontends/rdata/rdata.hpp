// Record data and record types between the text people write (zone-file form, RFC 1035 section 5) and uncompressed wire
// form. The grammar of every type is ldns's; what ldns lets pass and should not is refused here (see README.md).
//
// There is no zone: a name without a final dot is taken as absolute, and '@' is refused. One record stands on one line;
// comments and parentheses belong to zone files and are refused. Unknown types use the generic form of RFC 3597
// (`\# 3 c00002`), which is also accepted for known types when the data is well formed.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns::rdata {

/// Why a text is no record: a sentence for a person.
struct RdataError {
  std::string message;
};
template <class T>
using RdataResult = boost::system::result<T, RdataError>;

struct TypedData {
  std::uint16_t type = 0;
  ByteVector data;  ///< uncompressed RDATA
  friend bool operator==(const TypedData&, const TypedData&) = default;
};

/// A signed record set has at most 1,000 bytes; each may be written as four characters (\DDD).
inline constexpr std::size_t text_maximum_bytes = 4096;

/// "A", "aaaa", "TYPE65". Refuses type 0 and the types that are no data (OPT, TSIG, ANY, AXFR, ...).
RdataResult<std::uint16_t> type_from_text(std::string_view text);
/// The mnemonic, or "TYPEnnn". Any number.
std::string type_to_text(std::uint16_t type);
/// True for types that exist in questions and messages only, and for 0: no record may have them.
bool is_meta_type(std::uint16_t type) noexcept;

/// parse("MX", "10 mail.example.com").
RdataResult<TypedData> parse(std::string_view type, std::string_view text);
/// Text that parse() turns into the same bytes again; the generic form when the type is unknown. Never fails: data that
/// is not what its type demands is shown in the generic form too, which parse() then refuses.
std::string format(std::uint16_t type, Bytes data);
/// True when the bytes are what the type demands: fields complete, nothing after them, no compressed name, service
/// parameters as RFC 9460 wants them. Data of an unknown type is always well formed.
bool is_well_formed(std::uint16_t type, Bytes data);

}  // namespace p2pns::rdata

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::rdata::RdataError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
