#include <expat.h>

#include <algorithm>
#include <memory>

#include "core/base/printable.hpp"
#include "frontends/hip/xml_rpc.hpp"
#include "frontends/hip/xml_rpc_elements.hpp"
#include "frontends/hip/xml_rpc_scalar.hpp"

namespace p2pns::hip {

namespace {

/// Long or hostile names are not echoed in full.
std::string shown(std::string_view name) { return "'" + printable(std::string{name.substr(0, 32)}) + "'"; }

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// The specification allows these in the name of a method; nothing else has a meaning anywhere.
bool is_method_name(std::string_view name) {
  if (name.empty() || name.size() > xml_rpc_name_maximum_bytes) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"_.:/"}.find(c) != std::string_view::npos;
  });
}

/// An element that has begun and not ended.
struct Open {
  Element element = Element::document;
  std::string text{};
  XmlRpcArray values{};    ///< of the elements in it that have ended
  XmlRpcStruct members{};  ///< of a structure
  std::string name{};      ///< of a method or a member
  bool named = false;
  bool filled = false;  ///< params, data or the one typed element have been there
};

/// Takes what the parser finds, element by element, and makes the call of it. The first complaint stays.
class CallReader {
 public:
  void begin(std::string_view tag, bool attributes) {
    Open& parent = open_.back();
    const auto element = element_in(parent.element, tag);
    if (!element) return complain("the element " + shown(tag) + " has no place there");
    if (attributes) return complain("an attribute has no place in " + shown(tag));
    if (!may_begin(parent, *element))
      return complain("the element " + shown(tag) + " comes once too often, or too early");
    if (*element == Element::value) count_value();
    open_.emplace_back();
    open_.back().element = *element;
  }
  void text(std::string_view more) {
    Open& open = open_.back();
    if (!holds_text(open.element) && open.element != Element::value && !is_blank(more))
      return complain("text has no place between elements");
    open.text += more;
  }
  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    Open& parent = open_.back();
    switch (closed.element) {
      case Element::method_call:
        return end_call(std::move(closed));
      case Element::method_name:
      case Element::name:
        return end_name(std::move(closed), parent);
      case Element::value:
        return end_value(std::move(closed), parent);
      case Element::params:
      case Element::data:
        parent.values = std::move(closed.values);
        return;
      case Element::param:
        if (closed.values.empty()) return complain("a param has a value");
        parent.values.push_back(std::move(closed.values.front()));
        return;
      case Element::array:
        if (!closed.filled) return complain("an array has its data");
        parent.values.push_back({std::move(closed.values)});
        return;
      case Element::structure:
        parent.values.push_back({std::move(closed.members)});
        return;
      case Element::member:
        if (!closed.named || closed.values.empty()) return complain("a member has a name and a value");
        parent.members.push_back({std::move(closed.name), std::move(closed.values.front())});
        return;
      default:
        return end_scalar(std::move(closed), parent);
    }
  }
  void complain(std::string sentence) {
    if (complaint_.empty()) complaint_ = std::move(sentence);
  }
  const std::string& complaint() const noexcept { return complaint_; }
  XmlRpcCall take_call() { return std::move(call_); }

 private:
  /// True when another element of this kind may stand there; notes that it does.
  static bool may_begin(Open& parent, Element element) {
    switch (parent.element) {
      case Element::method_call:
        if (element == Element::method_name) return !parent.named;
        return parent.named && !std::exchange(parent.filled, true);
      case Element::array:
        return !std::exchange(parent.filled, true);
      case Element::value:
        return is_blank(parent.text) && !std::exchange(parent.filled, true);
      case Element::param:
        return parent.values.empty();
      case Element::member:
        return element == Element::name ? !parent.named : parent.named && parent.values.empty();
      default:
        return true;
    }
  }
  void count_value() {
    const auto depth = std::ranges::count(open_, Element::value, &Open::element);
    if (static_cast<std::size_t>(depth) >= xml_rpc_depth_maximum)
      complain("values stand in more than " + std::to_string(xml_rpc_depth_maximum) + " others");
    if (++values_ > xml_rpc_values_maximum)
      complain("there are more than " + std::to_string(xml_rpc_values_maximum) + " values");
  }
  void end_call(Open closed) {
    if (!closed.named) return complain("a methodCall has a methodName");
    call_ = {std::move(closed.name), std::move(closed.values)};
  }
  void end_name(Open closed, Open& parent) {
    const bool fits = closed.element == Element::method_name ? is_method_name(closed.text)
                                                             : closed.text.size() <= xml_rpc_name_maximum_bytes;
    if (!fits) return complain(shown(closed.text) + " is no name");
    parent.name = std::move(closed.text);
    parent.named = true;
  }
  void end_value(Open closed, Open& parent) {
    if (!closed.filled) return parent.values.push_back({std::move(closed.text)});  // no type: a string
    if (!is_blank(closed.text)) return complain("text has no place beside an element");
    parent.values.push_back(std::move(closed.values.front()));
  }
  void end_scalar(Open closed, Open& parent) {
    auto value = scalar_of(closed.element, closed.text);
    if (!value) return complain(shown(closed.text) + " is not of the type it stands in");
    parent.values.push_back(std::move(*value));
  }

  std::vector<Open> open_{1};
  XmlRpcCall call_;
  std::size_t values_ = 0;
  std::string complaint_;
};

/// What expat needs: the reader, and the parser to stop after a complaint.
struct Reading {
  CallReader reader;
  XML_Parser parser = nullptr;

  static Reading& of(void* data) { return *static_cast<Reading*>(data); }
  void check() const {
    if (!reader.complaint().empty()) XML_StopParser(parser, XML_FALSE);
  }
};

// Expat calls these from C: nothing may be thrown through it. Memory is bounded by the largest body, and running out of
// it ends the process anyway.
void on_begin(void* data, const XML_Char* tag, const XML_Char** attributes) {
  auto& reading = Reading::of(data);
  if (!reading.reader.complaint().empty()) return;
  reading.reader.begin(tag, attributes[0] != nullptr);
  reading.check();
}
void on_end(void* data, const XML_Char*) {
  auto& reading = Reading::of(data);
  if (!reading.reader.complaint().empty()) return;
  reading.reader.end();
  reading.check();
}
void on_text(void* data, const XML_Char* text, int length) {
  auto& reading = Reading::of(data);
  if (!reading.reader.complaint().empty()) return;
  reading.reader.text({text, static_cast<std::size_t>(length)});
  reading.check();
}
void on_document_type(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  auto& reading = Reading::of(data);
  reading.reader.complain("a document type has no place here");
  reading.check();
}

}  // namespace

FaultOr<XmlRpcCall> parse_call(std::string_view text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) return Fault{FaultCode::application, "there is no memory for a parser"};
  Reading reading;
  reading.parser = parser.get();
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), &on_begin, &on_end);
  XML_SetCharacterDataHandler(parser.get(), &on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &on_document_type);
  const auto status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
  if (!reading.reader.complaint().empty())
    return Fault{FaultCode::invalid_call, "this is no call of XML-RPC: " + reading.reader.complaint()};
  if (status == XML_STATUS_OK) return reading.reader.take_call();
  return Fault{FaultCode::not_well_formed,
               "this is no XML: " + std::string{XML_ErrorString(XML_GetErrorCode(parser.get()))} + " in line " +
                   std::to_string(XML_GetCurrentLineNumber(parser.get()))};
}

}  // namespace p2pns::hip
