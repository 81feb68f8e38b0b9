#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/base64.hpp"
#include "frontends/hip/xml_rpc.hpp"

namespace p2pns::hip {

namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0"?>)";

std::string element(std::string_view name, std::string_view content) {
  std::string text = "<";
  text.append(name).append(">").append(content).append("</").append(name).append(">");
  return text;
}

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\r':  // a parser would read a line's end
        result += "&#13;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

struct Writer {
  std::string operator()(std::int32_t number) const { return element("int", std::to_string(number)); }
  std::string operator()(bool truth) const { return element("boolean", truth ? "1" : "0"); }
  std::string operator()(double number) const {
    // XML-RPC has no exponents. The largest double has 309 digits, the smallest 324 and 17 more behind the point.
    std::array<char, 400> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    return element("double", {digits.data(), end.ptr});
  }
  std::string operator()(const std::string& text) const { return element("string", escaped(text)); }
  std::string operator()(const ByteVector& bytes) const { return element("base64", to_base64(bytes)); }
  std::string operator()(const XmlRpcTime& time) const { return element("dateTime.iso8601", escaped(time.text)); }
  std::string operator()(const XmlRpcArray& array) const {
    std::string items;
    for (const XmlRpcValue& item : array) items += to_xml(item);
    return element("array", element("data", items));
  }
  std::string operator()(const XmlRpcStruct& members) const {
    std::string items;
    for (const auto& [name, value] : members)
      items += element("member", element("name", escaped(name)) + to_xml(value));
    return element("struct", items);
  }
};

/// A sentence may quote what a stranger sent, or half of it: everything but visible ASCII becomes a question mark.
std::string ascii(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

std::string document(std::string content) { return std::string{declaration} + std::move(content); }

}  // namespace

std::string to_xml(const XmlRpcValue& value) { return element("value", std::visit(Writer{}, value.content)); }

std::string write_call(const XmlRpcCall& call) {
  std::string parameters;
  for (const XmlRpcValue& parameter : call.parameters) parameters += element("param", to_xml(parameter));
  return document(element("methodCall", element("methodName", escaped(call.method)) + element("params", parameters)));
}

std::string write_response(const XmlRpcValue& value) {
  return document(element("methodResponse", element("params", element("param", to_xml(value)))));
}

std::string write_fault(const Fault& fault) {
  const XmlRpcStruct members{{"faultCode", {static_cast<std::int32_t>(fault.code)}},
                             {"faultString", {ascii(fault.message)}}};
  return document(element("methodResponse", element("fault", to_xml({members}))));
}

}  // namespace p2pns::hip
