#include "frontends/xmpp/stanza.hpp"

#include <gtest/gtest.h>

#include "frontends/xmpp/stanza_reader.hpp"

namespace p2pns::xmpp {
namespace {

StanzaHead head(const std::string& xml) {
  return *head_of(*read_stanza(xml.substr(0, xml.find_first_of(" /")) + " xmlns='jabber:client'" +
                               xml.substr(xml.find_first_of(" /"))));
}

TEST(Stanza, AnErrorGoesBackWithItsIdAndSaysWhatCanBeDone) {
  const Element error =
      error_answer(head("<message from='a@b/c' to='d@p2p' id='7'/>"), {Condition::remote_server_timeout, "Later."});
  EXPECT_EQ(to_xml(error, stanza_space),
            "<message type=\"error\" id=\"7\" from=\"d@p2p\" to=\"a@b/c\"><error type=\"wait\">"
            "<remote-server-timeout xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/>"
            "<text xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\" xml:lang=\"en\">Later.</text></error></message>");
}

TEST(Stanza, AnErrorNeverHoldsHalfACharacter) {
  const StanzaHead to = head("<message from='a@b/c' to='d@p2p' id='7'/>");
  const std::string text = "\xe2\x82\xac";
  EXPECT_TRUE(read_stanza(to_xml(error_answer(to, {Condition::jid_malformed, text}), {})));
  for (const std::string& cut : {text.substr(0, 1), text.substr(0, 2), text.substr(1), text + text.substr(0, 2)}) {
    const auto read = read_stanza(to_xml(error_answer(to, {Condition::jid_malformed, cut}), {}));
    EXPECT_TRUE(read) << cut.size();
  }
}

TEST(Stanza, NothingIsAnsweredThatMustNotBe) {
  for (const char* xml : {"<message from='a'/>", "<message from='a' type='chat'/>", "<iq from='a' type='get'/>",
                          "<iq from='a' type='set'/>", "<presence from='a'/>", "<presence from='a' type='subscribe'/>"})
    EXPECT_TRUE(may_be_refused(head(xml))) << xml;
  for (const char* xml :
       {"<message from='a' type='error'/>", "<iq from='a' type='result'/>", "<iq from='a' type='error'/>",
        "<iq from='a' type='odd'/>", "<presence from='a' type='error'/>", "<message/>",
        "<presence from='a' type='unavailable'/>", "<presence from='a' type='subscribed'/>"})
    EXPECT_FALSE(may_be_refused(head(xml))) << xml;
}

TEST(Stanza, IdsAreBounded) {
  Element iq = make_element("iq", stanza_space);
  set_attribute(iq, "id", std::string(id_maximum_bytes, 'x'));
  EXPECT_TRUE(head_of(iq));
  set_attribute(iq, "id", std::string(id_maximum_bytes + 1, 'x'));
  EXPECT_FALSE(head_of(iq));
  EXPECT_FALSE(head_of(make_element("message", "urn:other")));
  EXPECT_FALSE(head_of(make_element("body", stanza_space)));
}

TEST(Stanza, WhatALinkSaysBecomesTheErrorOfTheTable) {
  const auto condition = [](Errc error) { return refusal_of_link(error).condition; };
  EXPECT_EQ(condition(Errc::not_reachable), Condition::remote_server_timeout);
  EXPECT_EQ(condition(Errc::timed_out), Condition::remote_server_timeout);
  EXPECT_EQ(condition(Errc::no_such_name), Condition::service_unavailable);
  EXPECT_EQ(condition(Errc::not_owner), Condition::not_authorized);
  EXPECT_EQ(condition(Errc::overloaded), Condition::resource_constraint);
  EXPECT_EQ(condition(Errc::too_large), Condition::policy_violation);
  EXPECT_EQ(condition(Errc::unsupported), Condition::service_unavailable);
  EXPECT_EQ(condition(Errc::malformed), Condition::bad_request);
  EXPECT_EQ(condition(Errc::refused), Condition::service_unavailable);
  EXPECT_EQ(refusal_of_link(Errc::refused).text, "") << "the gateway there does not want it";
  EXPECT_EQ(refusal_of_link(Errc::unsupported).text, "The name's node has no XMPP gateway.");
}

TEST(Stanza, WhatTheNameServiceSaysBecomesAnErrorOfRegistration) {
  const auto condition = [](Errc error) { return refusal_of_registration(error).condition; };
  EXPECT_EQ(condition(Errc::name_taken), Condition::conflict);
  EXPECT_EQ(condition(Errc::contested), Condition::conflict);
  EXPECT_EQ(condition(Errc::bad_name), Condition::not_acceptable);
  EXPECT_EQ(condition(Errc::overloaded), Condition::resource_constraint);
  EXPECT_EQ(condition(Errc::not_reachable), Condition::remote_server_timeout);
  EXPECT_EQ(condition(Errc::io_error), Condition::internal_server_error);
}

}  // namespace
}  // namespace p2pns::xmpp
