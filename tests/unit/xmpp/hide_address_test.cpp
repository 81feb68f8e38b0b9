#include "frontends/xmpp/hide_address.hpp"

#include <gtest/gtest.h>

#include "frontends/xmpp/stanza_reader.hpp"

namespace p2pns::xmpp {
namespace {

/// The children of a stanza of alice@a.example, who is alice@p2p, as they leave.
std::string hidden(const std::string& children) {
  auto stanza = read_stanza("<message xmlns='jabber:client'>" + children + "</message>");
  EXPECT_TRUE(stanza) << children;
  if (!stanza) return {};
  hide_address(*stanza, Jid{"alice", "a.example", "phone"}, {names::NameKind::label, "p2p", "alice"});
  std::string out;
  for (const Element& child : stanza->children) out += to_xml(child, stanza_space);
  return out;
}

TEST(HideAddress, NobodyIsToldWhoMadeAnError) {
  EXPECT_EQ(hidden("<error type='cancel' by='a.example'><gone xmlns='urn:x' by='1'/></error>"),
            "<error type=\"cancel\"><gone xmlns=\"urn:x\" by=\"1\"/></error>");
  EXPECT_EQ(hidden("<error xmlns='urn:other' by='1'/>"), "<error xmlns=\"urn:other\" by=\"1\"/>");
}

TEST(HideAddress, TheNameStandsForTheAddressOfWhoDelayedOrNumbered) {
  EXPECT_EQ(hidden("<delay xmlns='urn:xmpp:delay' from='alice@a.example/x/y' stamp='1'/>"),
            "<delay xmlns=\"urn:xmpp:delay\" from=\"alice@p2p/x/y\" stamp=\"1\"/>");
  EXPECT_EQ(hidden("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@a.example' id='1'/>"),
            "<stanza-id xmlns=\"urn:xmpp:sid:0\" by=\"alice@p2p\" id=\"1\"/>");
  EXPECT_EQ(hidden("<delay xmlns='urn:xmpp:delay' from='a.example'/>"),
            "<delay xmlns=\"urn:xmpp:delay\" from=\"p2p\"/>");
}

TEST(HideAddress, WhatOnlyBeginsAlikeStays) {
  for (const char* value :
       {"alice@a.example.org", "malice@a.example", "a.example.org", "bob@a.example", "ba.example"}) {
    const std::string child = "<x xmlns=\"urn:x\" a=\"" + std::string{value} + "\"/>";
    EXPECT_EQ(hidden(child), child);
  }
  EXPECT_EQ(hidden("<body>alice@a.example</body>"), "<body>alice@a.example</body>") << "nor texts";
}

}  // namespace
}  // namespace p2pns::xmpp
