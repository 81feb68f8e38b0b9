#include "frontends/xmpp/stanza_reader.hpp"

#include <gtest/gtest.h>

#include "plugins/api/peer_links.hpp"

namespace p2pns::xmpp {
namespace {

std::string message(const std::string& content, const std::string& attributes = "") {
  return "<message xmlns=\"jabber:client\"" + attributes + ">" + content + "</message>";
}
Errc error_of(const std::string& xml) {
  const auto read = read_stanza(xml);
  return read ? Errc::ok : static_cast<Errc>(read.error().value());
}

TEST(StanzaReader, WhatItReadsIsWrittenAsItWas) {
  for (const char* content :
       {"", "<body>Hi &lt;b&gt; &amp; \"you\"</body>",
        "<body xml:lang=\"de\">Hallo</body><body xml:lang=\"fr\">Salut</body>",
        "text<a xmlns=\"urn:x\" b=\"&quot;&#10;&#9;'\">one<c/>two</a>\n", "<a xmlns=\"urn:x\"><b xmlns=\"\"/></a>",
        "<forwarded xmlns=\"urn:xmpp:forward:0\"><message "
        "xmlns=\"jabber:client\"><body>in</body></message></forwarded>",
        "<body>\xe2\x82\xac \xf0\x9f\x98\x80</body>"}) {
    const std::string xml =
        *content == 0 ? "<message xmlns=\"jabber:client\" id=\"1\"/>" : message(content, " id=\"1\"");
    const auto read = read_stanza(xml);
    ASSERT_TRUE(read) << xml;
    EXPECT_EQ(to_xml(*read, {}), xml);
  }
}

TEST(StanzaReader, APrefixOfAnElementBecomesItsNamespace) {
  const auto read = read_stanza(message("<x:a xmlns:x=\"urn:x\"><x:b/></x:a>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_xml(*read, stanza_space), "<message><a xmlns=\"urn:x\"><b/></a></message>");
}

TEST(StanzaReader, RefusesWhatWouldHarmAServersStream) {
  for (const char* xml : {"",
                          "junk",
                          "<message/>",
                          "<message xmlns='jabber:server'/>",
                          "<other xmlns='jabber:client'/>",
                          "<stream:stream xmlns:stream='s' xmlns='jabber:client'/>",
                          "<message xmlns='jabber:client'>",
                          "<message xmlns='jabber:client'/><iq xmlns='jabber:client'/>",
                          "<message xmlns='jabber:client'/>x",
                          "<?xml version='1.0'?><message xmlns='jabber:client'/>",
                          "<!DOCTYPE a><message xmlns='jabber:client'/>",
                          "<message xmlns='jabber:client'><!-- x --></message>",
                          "<message xmlns='jabber:client'><?x y?></message>",
                          "<message xmlns='jabber:client'>&x;</message>",
                          "<message xmlns='jabber:client'><x:a/></message>",
                          "<message xmlns='jabber:client' xmlns:x='u' x:a='b'/>",
                          "<message xmlns='jabber:client' xml:space='preserve'/>",
                          "<message xmlns='jabber:client' a='1' a='2'/>",
                          "<message xmlns='jabber:client'>\x01</message>",
                          "<message xmlns='jabber:client'>\xff</message>",
                          "<message xmlns='jabber:client'>&#0;</message>",
                          "<message xmlns='jabber:client'><xml:a/></message>",
                          "<message xmlns='jabber:client'><a xmlns='http://www.w3.org/XML/1998/namespace'/></message>"})
    EXPECT_EQ(error_of(xml), Errc::malformed) << xml;
}

TEST(StanzaReader, BoundsBytes) {
  const std::size_t around = message("").size();
  EXPECT_EQ(error_of(message(std::string(plugins::peer_message_maximum_bytes - around, 'x'))), Errc::ok);
  EXPECT_EQ(error_of(message(std::string(plugins::peer_message_maximum_bytes - around + 1, 'x'))), Errc::too_large);
}

TEST(StanzaReader, BoundsDepthNodesAndAttributes) {
  const auto nested = [](std::size_t depth) {
    std::string open, close;
    for (std::size_t i = 1; i < depth; ++i) {
      open += "<a>";
      close += "</a>";
    }
    return message(open + close);
  };
  EXPECT_EQ(error_of(nested(element_depth_maximum)), Errc::ok);
  EXPECT_EQ(error_of(nested(element_depth_maximum + 1)), Errc::too_large);

  std::string many;
  for (std::size_t i = 1; i < element_nodes_maximum; ++i) many += "<a/>";
  EXPECT_EQ(error_of(message(many)), Errc::ok);
  EXPECT_EQ(error_of(message(many + "<a/>")), Errc::too_large);
  EXPECT_EQ(error_of(message(many + "x")), Errc::too_large);

  std::string attributes;
  for (std::size_t i = 0; i < attributes_maximum; ++i) attributes += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(error_of(message("", attributes)), Errc::ok);
  EXPECT_EQ(error_of(message("", attributes + " b=''")), Errc::too_large);
}

}  // namespace
}  // namespace p2pns::xmpp
