// The grammar of a methodCall as a table: which elements there are, and which may stand in which. Used by
// xml_rpc_read.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace p2pns::hip {

enum class Element : std::uint8_t {
  document,
  method_call,
  method_name,
  params,
  param,
  value,
  integer,
  boolean,
  real,
  string,
  base64,
  time,
  array,
  data,
  structure,
  member,
  name,
};

/// None: XML-RPC has no such element, or not there.
std::optional<Element> element_in(Element parent, std::string_view tag);
/// True for those that hold text, not elements. `value` may hold either.
bool holds_text(Element) noexcept;

}  // namespace p2pns::hip
