// Element: a stanza, or a part of one, as a tree of values. Where it came from (the server's stream, a link) and where
// it goes is others' matter. Names of attributes have no prefix but for xml:lang, the only one XMPP's protocols use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p2pns::xmpp {

/// The namespace of stanzas, whatever a stream calls it (jabber:component:accept at a component's).
inline constexpr std::string_view stanza_space = "jabber:client";

/// Of the prefix xml, which no element may declare as its own: a server would end the stream.
inline constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";

/// Of a tree: far deeper than any protocol nests, and little enough for functions that call themselves.
inline constexpr std::size_t element_depth_maximum = 64;
/// Elements and texts of one tree: a bookmark or avatar answer has hundreds.
inline constexpr std::size_t element_nodes_maximum = 8192;

struct Attribute {
  std::string name;
  std::string value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

struct Element {
  std::string name;   ///< empty: this is a text, and only `text` counts
  std::string space;  ///< namespace; empty: none
  std::string text;
  std::vector<Attribute> attributes{};  ///< without xmlns
  std::vector<Element> children{};
  friend bool operator==(const Element&, const Element&) = default;
};

Element make_element(std::string_view name, std::string_view space);
Element make_text(std::string_view text);
/// An element of the parent's namespace that holds a text.
Element make_field(std::string_view name, std::string_view space, std::string_view text);

/// The attribute's value; empty when there is none.
std::string_view attribute(const Element&, std::string_view name);
/// An empty value removes it.
void set_attribute(Element&, std::string_view name, std::string_view value);
/// The first child of this name and namespace, or null.
const Element* find_child(const Element&, std::string_view name, std::string_view space);
/// The first child that is an element, or null.
const Element* first_child(const Element&);
/// All texts directly below, together.
std::string text_of(const Element&);

/// As XML. `around`: the default namespace of the place where it will stand; an element of another says its own.
std::string to_xml(const Element&, std::string_view around);

}  // namespace p2pns::xmpp
