#include "tests/unit/xmpp/gateway_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct GatewayRegistration : GatewayFixture {
  std::string ask(const std::string& user, const std::string& payload) {
    a.server.sent.clear();
    a.say("<iq type='set' id='1' to='p2p' from='" + user + "@server1.test/x'><query xmlns='jabber:iq:register'>" +
          payload + "</query></iq>");
    run();
    EXPECT_EQ(a.server.sent.size(), 1U);
    return a.server.sent.empty() ? "" : a.server.sent.front();
  }
  std::string take(const std::string& user, const std::string& label) {
    return ask(user, "<username>" + label + "</username>");
  }
  const Account* account(const std::string& user) const { return a.store.accounts().find_user(user + "@server1.test"); }
  const std::string done = "<iq type=\"result\" id=\"1\" from=\"p2p\" to=\"carol@server1.test/x\"/>";
};

TEST_F(GatewayRegistration, AUserTakesANameAndIsItFromThenOn) {
  EXPECT_EQ(take("carol", "Carol"), done);
  ASSERT_EQ(a.host.service.registrations.size(), 1U);
  EXPECT_EQ(a.host.service.registrations.front().name, name("carol"));
  ASSERT_NE(account("carol"), nullptr);
  EXPECT_EQ(account("carol")->origin, Origin::claimed);
  EXPECT_EQ(load_accounts(a.folder.file("xmpp.accounts"), 100)->all(), a.store.accounts().all());
  a.server.sent.clear();
  a.say("<iq type='get' id='2' to='p2p' from='carol@server1.test/x'><query xmlns='jabber:iq:register'/></iq>");
  EXPECT_THAT(a.server.sent,
              ElementsAre(testing::AllOf(HasSubstr("<registered/>"), HasSubstr("<username>carol</username>"))));
}

TEST_F(GatewayRegistration, TheSameAgainIsNoError) {
  EXPECT_EQ(take("carol", "carol"), done);
  EXPECT_EQ(take("carol", "carol"), done);
}

TEST_F(GatewayRegistration, AnotherNameComesAfterTheOldOneIsGivenUp) {
  take("carol", "carol");
  EXPECT_THAT(take("carol", "other"), HasSubstr("not-allowed"));
  EXPECT_EQ(ask("carol", "<remove/>"), done);
  EXPECT_EQ(take("carol", "other"), done);
}

TEST_F(GatewayRegistration, WhatIsTakenIsAConflict) {
  EXPECT_THAT(take("carol", "alice"), HasSubstr("<conflict")) << "by a user of this gateway";
  a.host.service.registration_error = Errc::name_taken;
  EXPECT_THAT(take("carol", "dave"), HasSubstr("<conflict")) << "by somebody in the overlay";
  EXPECT_EQ(account("carol"), nullptr);
  a.host.service.registration_error = {};
  EXPECT_EQ(take("carol", "dave2"), done);
}

TEST_F(GatewayRegistration, WhatIsNoNameIsNotAcceptable) {
  for (const char* bad : {"a.b", "id", "_x", "a b", "x@p2p", "-"})
    EXPECT_THAT(take("carol", bad), HasSubstr("not-acceptable")) << bad;
  EXPECT_TRUE(a.host.service.registrations.empty());
  EXPECT_EQ(account("carol"), nullptr);
}

TEST_F(GatewayRegistration, OneAtATime) {
  const std::string request =
      "<iq type='set' id='1' to='p2p' from='carol@server1.test/x'><query "
      "xmlns='jabber:iq:register'><username>carol</username>"
      "</query></iq>";
  a.say(request);
  a.say(request);
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("resource-constraint"), done));
}

TEST_F(GatewayRegistration, ABusyOrUnreachableOverlayIsSaidToBe) {
  a.host.service.registration_error = Errc::overloaded;
  EXPECT_THAT(take("carol", "carol"), HasSubstr("resource-constraint"));
  a.host.service.registration_error = Errc::not_reachable;
  EXPECT_THAT(take("carol", "carol"), HasSubstr("remote-server-timeout"));
  EXPECT_EQ(account("carol"), nullptr);
}

TEST_F(GatewayRegistration, RemoveReleasesTheName) {
  take("carol", "carol");
  EXPECT_EQ(ask("carol", "<remove/>"), done);
  EXPECT_EQ(account("carol"), nullptr);
  EXPECT_THAT(ask("carol", "<remove/>"), HasSubstr("registration-required"));
}

TEST_F(GatewayRegistration, AnAssignedNameIsNotTheUsersToGiveUp) {
  a.add("carol", Origin::assigned);
  EXPECT_THAT(ask("carol", "<remove/>"), HasSubstr("<not-allowed"));
  ASSERT_NE(account("carol"), nullptr);
  EXPECT_EQ(account("carol")->name, name("carol"));
}

TEST_F(GatewayRegistration, TheAccountIsOnDiskBeforeTheNameIsClaimed) {
  a.say(
      "<iq type='set' id='1' to='p2p' from='carol@server1.test/x'><query xmlns='jabber:iq:register'>"
      "<username>carol</username></query></iq>");
  const auto saved = load_accounts(a.folder.file("xmpp.accounts"), 100);
  ASSERT_TRUE(saved);
  ASSERT_NE(saved->find_user("carol@server1.test"), nullptr);
  EXPECT_EQ(saved->find_user("carol@server1.test")->origin, Origin::pending);
  run();
}

TEST_F(GatewayRegistration, AnUnfinishedOneGivesWayToTheNext) {
  a.add("carol", Origin::pending);
  EXPECT_EQ(take("carol", "other"), done);
  EXPECT_EQ(account("carol")->name, name("other"));
}

TEST_F(GatewayRegistration, WhatCannotBeSavedIsNotClaimed) {
  std::filesystem::create_directory(a.folder.file("xmpp.accounts"));
  EXPECT_THAT(take("carol", "carol"), HasSubstr("internal-server-error"));
  EXPECT_TRUE(a.host.service.registrations.empty());
  EXPECT_THAT(a.host.kept_log.lines, ElementsAre(HasSubstr("cannot be written")));
}

TEST_F(GatewayRegistration, AccountsAreBounded) {
  for (int i = 1; i < 100; ++i) take("u" + std::to_string(i), "n" + std::to_string(i));
  EXPECT_EQ(a.store.accounts().size(), 100U);
  EXPECT_THAT(take("carol", "carol"), HasSubstr("resource-constraint"));
}

TEST_F(GatewayRegistration, ThePlainDomainOfAServerIsNoUser) {
  a.say(
      "<iq type='set' id='1' to='p2p' from='server1.test'><query "
      "xmlns='jabber:iq:register'><username>x</username></query></iq>");
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("not-allowed")));
}

}  // namespace
}  // namespace p2pns::xmpp
