#include "frontends/hip/xml_rpc_elements.hpp"

#include <algorithm>
#include <array>

namespace p2pns::hip {

namespace {

struct Place {
  Element parent;
  std::string_view tag;
  Element element;
};

constexpr std::array grammar{
    Place{Element::document, "methodCall", Element::method_call},
    Place{Element::method_call, "methodName", Element::method_name},
    Place{Element::method_call, "params", Element::params},
    Place{Element::params, "param", Element::param},
    Place{Element::param, "value", Element::value},
    Place{Element::value, "int", Element::integer},
    Place{Element::value, "i4", Element::integer},
    Place{Element::value, "boolean", Element::boolean},
    Place{Element::value, "double", Element::real},
    Place{Element::value, "string", Element::string},
    Place{Element::value, "base64", Element::base64},
    Place{Element::value, "dateTime.iso8601", Element::time},
    Place{Element::value, "array", Element::array},
    Place{Element::array, "data", Element::data},
    Place{Element::data, "value", Element::value},
    Place{Element::value, "struct", Element::structure},
    Place{Element::structure, "member", Element::member},
    Place{Element::member, "name", Element::name},
    Place{Element::member, "value", Element::value},
};

}  // namespace

std::optional<Element> element_in(Element parent, std::string_view tag) {
  const auto found =
      std::ranges::find_if(grammar, [&](const Place& place) { return place.parent == parent && place.tag == tag; });
  if (found == grammar.end()) return std::nullopt;
  return found->element;
}

bool holds_text(Element element) noexcept {
  switch (element) {
    case Element::method_name:
    case Element::integer:
    case Element::boolean:
    case Element::real:
    case Element::string:
    case Element::base64:
    case Element::time:
    case Element::name:
      return true;
    default:
      return false;
  }
}

}  // namespace p2pns::hip
