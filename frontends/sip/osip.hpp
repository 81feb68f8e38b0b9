// Private to the fields' .cpp files: libosip2's parsers with owners around what they allocate. It works on C strings: a
// NUL must be gone before.
#pragma once

#include <memory>
#include <osipparser2/osip_parser.h>

#include "frontends/sip/uri.hpp"

namespace p2pns::sip::osip {

template <class T, void (*destroy)(T*)>
struct Free {
  void operator()(T* object) const noexcept { destroy(object); }
};
template <class T, void (*destroy)(T*)>
using Owner = std::unique_ptr<T, Free<T, destroy>>;

/// libosip2 prints what it does not like unless it is told not to; nobody may write lines of ours from outside.
void keep_quiet();

/// What `parse` makes of the text; null when it refuses it.
template <class T, int (*init)(T**), int (*parse)(T*, const char*), void (*destroy)(T*)>
Owner<T, destroy> parsed(const std::string& text) {
  keep_quiet();
  T* object = nullptr;
  if (init(&object) != OSIP_SUCCESS) return nullptr;
  Owner<T, destroy> owner{object};
  if (parse(object, text.c_str()) != OSIP_SUCCESS) return nullptr;
  return owner;
}

inline std::string text_of(const char* text) { return text ? text : ""; }
inline Parameters parameters_of(osip_list_t& list) {
  Parameters parameters;
  for (int i = 0; i < osip_list_size(&list); ++i) {
    const auto* found = static_cast<const osip_uri_param_t*>(osip_list_get(&list, i));
    Parameter parameter{text_of(found->gname), {}};
    if (found->gvalue) parameter.value = found->gvalue;
    parameters.add(std::move(parameter));
  }
  return parameters;
}

/// A port's text. Null: none. Errors: malformed.
Result<std::optional<std::uint16_t>> port_of(const char* text);
/// A host of a URI or a Via, in lower case and without brackets. `in_brackets`: as it was written. Errors: malformed.
Result<std::string> host_of(const char* text, bool in_brackets);

}  // namespace p2pns::sip::osip
