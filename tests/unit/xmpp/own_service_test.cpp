#include "frontends/xmpp/own_service.hpp"

#include <gmock/gmock.h>

#include "frontends/xmpp/stanza_reader.hpp"

namespace p2pns::xmpp {
namespace {

using testing::HasSubstr;

struct OwnService : testing::Test {
  explicit OwnService() = default;
  void ask(const std::string& type, const std::string& payload) {
    iq =
        *read_stanza("<iq xmlns='jabber:client' from='a@b/c' to='p2p' id='1' type='" + type + "'>" + payload + "</iq>");
    head = *head_of(iq);
    request = own_request(head, iq);
  }
  std::string answer() { return to_xml(answer_own_request(request, head, iq), stanza_space); }

  Element iq;
  StanzaHead head;
  OwnRequest request = OwnRequest::unknown;
};

TEST_F(OwnService, SaysWhatItIsAndCan) {
  ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
  ASSERT_EQ(request, OwnRequest::disco_info);
  const std::string text = answer();
  EXPECT_THAT(text, HasSubstr("<identity category=\"gateway\" type=\"p2pns\""));
  EXPECT_THAT(text, HasSubstr("<identity category=\"component\" type=\"generic\""));
  for (const char* feature : {"disco#info", "disco#items", "urn:xmpp:ping", "jabber:iq:register", "jabber:iq:version"})
    EXPECT_THAT(text, HasSubstr(std::string{feature} + "\"/>"));
}

TEST_F(OwnService, KnowsNoNodes) {
  ask("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>");
  EXPECT_THAT(answer(), HasSubstr("item-not-found"));
}

TEST_F(OwnService, AnswersPingItemsAndVersion) {
  ask("get", "<ping xmlns='urn:xmpp:ping'/>");
  EXPECT_EQ(answer(), "<iq type=\"result\" id=\"1\" from=\"p2p\" to=\"a@b/c\"/>");
  ask("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>");
  EXPECT_THAT(answer(), HasSubstr("<query xmlns=\"http://jabber.org/protocol/disco#items\"/>"));
  ask("get", "<query xmlns='jabber:iq:version'/>");
  EXPECT_THAT(answer(), HasSubstr("<name>P2PNS</name><version>"));
}

TEST_F(OwnService, KnowsNothingElse) {
  for (const char* payload : {"", "<x xmlns='urn:x'/>", "<ping xmlns='urn:x'/>", "<vCard xmlns='vcard-temp'/>"}) {
    ask("get", payload);
    EXPECT_EQ(request, OwnRequest::unknown) << payload;
  }
  ask("set", "<ping xmlns='urn:xmpp:ping'/>");
  EXPECT_EQ(request, OwnRequest::unknown);
}

TEST_F(OwnService, ReadsRegistrations) {
  ask("set", "<query xmlns='jabber:iq:register'><username>alice</username></query>");
  ASSERT_EQ(request, OwnRequest::register_set);
  EXPECT_EQ(read_registration(iq)->username, "alice");
  EXPECT_FALSE(read_registration(iq)->remove);
  ask("set", "<query xmlns='jabber:iq:register'><remove/></query>");
  EXPECT_TRUE(read_registration(iq)->remove);
  for (const char* content : {"", "<username/>", "<username xmlns='urn:x'>a</username>", "<password>x</password>"}) {
    ask("set", "<query xmlns='jabber:iq:register'>" + std::string{content} + "</query>");
    EXPECT_FALSE(read_registration(iq)) << content;
  }
  const std::string longest(username_maximum_bytes, 'x');
  ask("set", "<query xmlns='jabber:iq:register'><username>" + longest + "</username></query>");
  EXPECT_TRUE(read_registration(iq));
  ask("set", "<query xmlns='jabber:iq:register'><username>" + longest + "x</username></query>");
  EXPECT_FALSE(read_registration(iq));
}

TEST_F(OwnService, ShowsTheFormAndTheNameOneHas) {
  ask("get", "<query xmlns='jabber:iq:register'/>");
  ASSERT_EQ(request, OwnRequest::register_form);
  EXPECT_THAT(to_xml(registration_form(head, "p2p", ""), stanza_space), HasSubstr("<username/>"));
  const std::string registered = to_xml(registration_form(head, "p2p", "alice"), stanza_space);
  EXPECT_THAT(registered, HasSubstr("<registered/>"));
  EXPECT_THAT(registered, HasSubstr("<username>alice</username>"));
}

}  // namespace
}  // namespace p2pns::xmpp
