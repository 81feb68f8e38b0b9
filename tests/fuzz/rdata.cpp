// Data of DNS records: two bytes of type, then what a stranger published, or what a user typed.
#include "frontends/rdata/rdata.hpp"

#include "core/wire/message.hpp"
#include "core/wire/reader.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace rdata;

void check_bytes(std::uint16_t type, Bytes data) {
  if (data.size() > wire::record_maximum_bytes) return;  // no record set can hold it
  const std::string text = format(type, data);
  std::string without_tabs = text;  // ldns leaves them as they are, inside of quotes
  std::erase(without_tabs, '\t');
  require(is_one_line(without_tabs), "a record's text is one line");
  if (!is_well_formed(type, data)) return require(text.starts_with("\\# "), "odd data is shown in the generic form");
  const auto again = parse(type_to_text(type), text);
  require(again && again->type == type && equal(again->data, data), "data is read as it was shown");
}

void check_text(std::uint16_t type, std::string_view text) {
  const auto typed = parse(type_to_text(type), text);
  if (!typed) return require(!typed.error().message.empty(), "a refusal says why");
  require(typed->type == type, "data has the type it was given for");
  require(is_well_formed(type, typed->data), "what a user typed is well formed");
  if (typed->data.size() <= wire::record_maximum_bytes) check_bytes(type, typed->data);
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  const std::uint16_t type = in.u16();
  if (in.failed()) return;
  const Bytes rest = in.remaining();
  const auto named = type_from_text(type_to_text(type));
  require(named.has_value() == !is_meta_type(type), "a type is data or meta");
  if (!named) return;
  require(*named == type, "a type is read as it was shown");
  check_bytes(type, rest);
  check_text(type, as_text(rest));
}

}  // namespace p2pns::fuzz
