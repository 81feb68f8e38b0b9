#include "frontends/hip/xml_rpc_scalar.hpp"

#include <charconv>
#include <cmath>

#include "core/base/base64.hpp"

namespace p2pns::hip {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  if (text.starts_with('+') && !text.substr(1).starts_with('-')) text.remove_prefix(1);
  Number number{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<XmlRpcValue> boolean_of(std::string_view text) {
  if (text != "0" && text != "1") return std::nullopt;
  return XmlRpcValue{text == "1"};
}

}  // namespace

std::optional<XmlRpcValue> scalar_of(Element element, std::string_view text) {
  switch (element) {
    case Element::integer:
      if (const auto number = number_of<std::int32_t>(trimmed(text))) return XmlRpcValue{*number};
      return std::nullopt;
    case Element::boolean:
      return boolean_of(trimmed(text));
    case Element::real:
      if (const auto number = number_of<double>(trimmed(text)); number && std::isfinite(*number))
        return XmlRpcValue{*number};
      return std::nullopt;
    case Element::string:
      return XmlRpcValue{std::string{text}};
    case Element::base64:
      if (auto bytes = from_base64(text, WhiteSpace::skipped)) return XmlRpcValue{std::move(*bytes)};
      return std::nullopt;
    case Element::time:
      return XmlRpcValue{XmlRpcTime{std::string{text}}};
    default:
      return std::nullopt;
  }
}

}  // namespace p2pns::hip
