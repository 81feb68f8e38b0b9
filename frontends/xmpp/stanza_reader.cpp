#include "frontends/xmpp/stanza_reader.hpp"

#include <expat.h>

#include <memory>

#include "plugins/api/peer_links.hpp"

namespace p2pns::xmpp {
namespace {

constexpr char separator = '\x1f';

struct ParserDeleter {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserDeleter>;

class Reader {
 public:
  Result<Element> read(std::string_view xml) {
    if (xml.size() > plugins::peer_message_maximum_bytes) return Errc::too_large;
    parser_.reset(XML_ParserCreateNS("UTF-8", separator));
    if (!parser_) return Errc::overloaded;
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &on_start, &on_end);
    XML_SetCharacterDataHandler(parser_.get(), &on_text);
    XML_SetCommentHandler(parser_.get(), &on_comment);
    XML_SetProcessingInstructionHandler(parser_.get(), &on_instruction);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
    XML_SetXmlDeclHandler(parser_.get(), &on_declaration);
    const auto outcome = XML_Parse(parser_.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
    if (error_ != Errc::ok) return error_;
    if (outcome != XML_STATUS_OK) return Errc::malformed;
    const bool stanza = root_.name == "message" || root_.name == "presence" || root_.name == "iq";
    if (!stanza || root_.space != stanza_space) return Errc::malformed;
    return std::move(root_);
  }

 private:
  static Reader& of(void* self) { return *static_cast<Reader*>(self); }
  static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
    of(self).start(name, attributes);
  }
  static void XMLCALL on_end(void* self, const XML_Char*) { of(self).end(); }
  static void XMLCALL on_text(void* self, const XML_Char* text, int size) {
    of(self).add_text({text, static_cast<std::size_t>(size)});
  }
  static void XMLCALL on_comment(void* self, const XML_Char*) { of(self).give_up(Errc::malformed); }
  static void XMLCALL on_instruction(void* self, const XML_Char*, const XML_Char*) {
    of(self).give_up(Errc::malformed);
  }
  static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    of(self).give_up(Errc::malformed);
  }
  static void XMLCALL on_declaration(void* self, const XML_Char*, const XML_Char*, int) {
    of(self).give_up(Errc::malformed);
  }

  void give_up(Errc error) {
    if (error_ == Errc::ok) error_ = error;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static std::pair<std::string_view, std::string_view> split(std::string_view name) {
    const auto at = name.find(separator);
    if (at == std::string_view::npos) return {{}, name};
    return {name.substr(0, at), name.substr(at + 1)};
  }

  // A stopped parser may still call a handler or two.
  void end() {
    if (error_ == Errc::ok) open_.pop_back();
  }

  void start(std::string_view qualified, const XML_Char** attributes) {
    if (error_ != Errc::ok) return;
    const auto [space, name] = split(qualified);
    if (space == xml_space) return give_up(Errc::malformed);
    if (open_.size() == element_depth_maximum || ++nodes_ > element_nodes_maximum) return give_up(Errc::too_large);
    Element element = make_element(name, space);
    for (; *attributes != nullptr; attributes += 2) {
      if (element.attributes.size() == attributes_maximum) return give_up(Errc::too_large);
      const auto [attribute_space, attribute_name] = split(attributes[0]);
      const bool language = attribute_space == xml_space && attribute_name == "lang";
      if (!attribute_space.empty() && !language) return give_up(Errc::malformed);
      element.attributes.push_back({language ? "xml:lang" : std::string{attribute_name}, attributes[1]});
    }
    if (open_.empty()) {
      root_ = std::move(element);
      open_.push_back(&root_);
    } else {
      // A parent's vector grows only while none of its children is open, so the pointers stay good.
      open_.push_back(&open_.back()->children.emplace_back(std::move(element)));
    }
  }

  void add_text(std::string_view text) {
    if (open_.empty() || error_ != Errc::ok) return;
    auto& children = open_.back()->children;
    if (!children.empty() && children.back().name.empty()) {
      children.back().text += text;
    } else if (++nodes_ > element_nodes_maximum) {
      give_up(Errc::too_large);
    } else {
      children.push_back(make_text(text));
    }
  }

  Parser parser_;
  Element root_;
  std::vector<Element*> open_;
  std::size_t nodes_ = 0;
  Errc error_ = Errc::ok;
};

}  // namespace

Result<Element> read_stanza(std::string_view xml) { return Reader{}.read(xml); }

}  // namespace p2pns::xmpp
