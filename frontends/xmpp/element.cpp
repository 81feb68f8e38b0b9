#include "frontends/xmpp/element.hpp"

#include <algorithm>

namespace p2pns::xmpp {
namespace {

void append_escaped(std::string& out, std::string_view text, bool in_attribute) {
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += in_attribute ? "&quot;" : "\"";
        break;
      // Parsers make spaces and line feeds of these unless they are written like this.
      case '\r':
        out += "&#13;";
        break;
      case '\n':
        out += in_attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += in_attribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value, true);
  out += '"';
}

void append(std::string& out, const Element& element, std::string_view around) {
  if (element.name.empty()) return append_escaped(out, element.text, false);
  out += '<';
  out += element.name;
  if (element.space != around) append_attribute(out, "xmlns", element.space);
  for (const Attribute& each : element.attributes) append_attribute(out, each.name, each.value);
  if (element.children.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Element& child : element.children) append(out, child, element.space);
  out += "</";
  out += element.name;
  out += '>';
}

}  // namespace

Element make_element(std::string_view name, std::string_view space) {
  Element element;
  element.name = name;
  element.space = space;
  return element;
}

Element make_text(std::string_view text) {
  Element element;
  element.text = text;
  return element;
}

Element make_field(std::string_view name, std::string_view space, std::string_view text) {
  Element element = make_element(name, space);
  if (!text.empty()) element.children.push_back(make_text(text));
  return element;
}

std::string_view attribute(const Element& element, std::string_view name) {
  const auto found = std::ranges::find(element.attributes, name, &Attribute::name);
  return found == element.attributes.end() ? std::string_view{} : std::string_view{found->value};
}

void set_attribute(Element& element, std::string_view name, std::string_view value) {
  const auto found = std::ranges::find(element.attributes, name, &Attribute::name);
  if (value.empty()) {
    if (found != element.attributes.end()) element.attributes.erase(found);
  } else if (found != element.attributes.end()) {
    found->value = value;
  } else {
    element.attributes.push_back({std::string{name}, std::string{value}});
  }
}

const Element* find_child(const Element& element, std::string_view name, std::string_view space) {
  const auto fits = [&](const Element& child) { return child.name == name && child.space == space; };
  const auto found = std::ranges::find_if(element.children, fits);
  return found == element.children.end() ? nullptr : &*found;
}

const Element* first_child(const Element& element) {
  const auto found = std::ranges::find_if(element.children, [](const Element& child) { return !child.name.empty(); });
  return found == element.children.end() ? nullptr : &*found;
}

std::string text_of(const Element& element) {
  std::string text;
  for (const Element& child : element.children) text += child.text;
  return text;
}

std::string to_xml(const Element& element, std::string_view around) {
  std::string out;
  append(out, element, around);
  return out;
}

}  // namespace p2pns::xmpp
