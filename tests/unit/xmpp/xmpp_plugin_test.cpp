#include "frontends/xmpp/xmpp_plugin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "frontends/xmpp/accounts_file.hpp"
#include "frontends/xmpp/component_secret.hpp"
#include "frontends/xmpp/xmpp_settings.hpp"
#include "plugins/loader/loader.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::xmpp {
namespace {

using testing::HasSubstr;

struct XmppPlugin : testing::Test {
  XmppPlugin() {
    host.state = folder.path();
    host.peer_links = &links;
  }
  std::string error_of(std::string key, std::string value) {
    host.section.values[std::move(key)] = std::move(value);
    return outcome();
  }
  std::string error_of_list(const std::string& key, std::vector<std::string> values) {
    host.section.lists = {{key, std::move(values)}};
    return outcome();
  }
  std::string outcome() {
    const auto created = xmpp_plugin().create_front_end(host);
    return created ? "accepted" : created.error().message;
  }
  /// Starts it, hears what is wrong, and lets it go.
  std::string start_error() {
    auto front_end = xmpp_plugin().create_front_end(host);
    if (!front_end) return front_end.error().message;
    plugins::StartError error;
    boost::asio::co_spawn(context, (*front_end)->start(),
                          [&](std::exception_ptr, plugins::StartError outcome) { error = std::move(outcome); });
    context.poll();
    boost::asio::co_spawn(context, (*front_end)->stop(), boost::asio::detached);
    context.restart();
    context.run_for(std::chrono::seconds{5});
    return error.message;
  }

  /// Takes whoever listens.
  class Links final : public plugins::PeerLinks {
   public:
    Result<std::unique_ptr<plugins::PeerListener>> listen(std::string_view, plugins::PeerReceiver) override {
      return std::make_unique<plugins::PeerListener>();
    }
    Operation send(const NodeId&, std::string_view, ByteVector, Callback<void(Result<void>)>) override { return {}; }
  };

  test::TemporaryFolder folder;
  boost::asio::io_context context;
  Links links;
  test::FakePluginHost host{context.get_executor()};
};

TEST_F(XmppPlugin, FitsThisProgram) { EXPECT_EQ(plugins::misfit_of(xmpp_plugin()), ""); }

TEST_F(XmppPlugin, AnEmptySectionIsEnough) { EXPECT_EQ(outcome(), "accepted"); }

TEST_F(XmppPlugin, AServerOnAnotherMachineNeedsPermission) {
  EXPECT_THAT(error_of("server", "192.0.2.1:5347"), HasSubstr("components speak in clear text"));
  EXPECT_EQ(error_of("allow_remote", "true"), "accepted");
  EXPECT_THAT(error_of("server", "127.0.0.1:0"), HasSubstr("is not the address of a server"));
}

TEST_F(XmppPlugin, RefusesUnknownKeysAndValuesOutOfRange) {
  EXPECT_EQ(error_of("stanzas_burst", "1"), "accepted");
  EXPECT_THAT(error_of("stanzas_burst", "0"), HasSubstr("stanzas_burst"));
  host.section.values.clear();
  EXPECT_THAT(error_of("accounts", "10001"), HasSubstr("accounts"));
  host.section.values.clear();
  EXPECT_THAT(error_of("domain", "alice@p2p"), HasSubstr("expected a domain"));
  host.section.values.clear();
  EXPECT_THAT(error_of("secret_file", ""), HasSubstr("expected the path"));
  host.section.values.clear();
  EXPECT_THAT(error_of("sever", "127.0.0.1:5347"), HasSubstr("sever"));
}

TEST_F(XmppPlugin, ReadsItsLists) {
  EXPECT_EQ(error_of_list("assigned", {"alice=juliet@example.org"}), "accepted");
  for (const char* bad : {"alice", "=juliet@example.org", "alice=", "alice=example.org", "alice=juliet@example.org/x"})
    EXPECT_THAT(error_of_list("assigned", {bad}), HasSubstr("assigned")) << bad;
  EXPECT_EQ(error_of_list("user_domains", {"example.org"}), "accepted");
  EXPECT_THAT(error_of_list("user_domains", {"a@example.org"}), HasSubstr("user_domains"));
  EXPECT_EQ(error_of_list("user_domains", std::vector<std::string>(listed_maximum, "a.b")), "accepted");
  EXPECT_THAT(error_of_list("user_domains", std::vector<std::string>(listed_maximum + 1, "a.b")),
              HasSubstr("more than"));
}

TEST_F(XmppPlugin, ADomainThatOtherServersFindNeedsAListOfWhoMay) {
  for (const char* own : {"p2p", "p2p.alt"}) EXPECT_EQ(error_of("domain", own), "accepted");
  EXPECT_THAT(error_of("domain", "p2p.example.org"), HasSubstr("list your own domains"));
  EXPECT_EQ(error_of_list("user_domains", {"example.org"}), "accepted");
}

TEST_F(XmppPlugin, ASecretIsNeededAndMustBeSecret) {
  EXPECT_THAT(start_error(), HasSubstr(folder.file("xmpp.secret") + ": does not exist"));
  test::write_file(folder.file("xmpp.secret"), "s3cret\n", std::filesystem::perms{0644});
  EXPECT_THAT(start_error(), HasSubstr("chmod 600"));
  test::write_file(folder.file("xmpp.secret"), "s3cret\n", test::private_mode);
  EXPECT_EQ(start_error(), "");
  EXPECT_THAT(testing::PrintToString(host.kept_log.lines), testing::Not(HasSubstr("s3cret")));
  for (const char* bad : {"", "\n", "two\nlines\n"}) {
    test::write_file(folder.file("xmpp.secret"), bad, test::private_mode);
    EXPECT_THAT(start_error(), HasSubstr("is no secret"));
  }
  test::write_file(folder.file("xmpp.secret"), std::string(secret_maximum_bytes, 'x') + "\r\n", test::private_mode);
  EXPECT_EQ(start_error(), "");
  test::write_file(folder.file("xmpp.secret"), std::string(secret_maximum_bytes + 1, 'x'), test::private_mode);
  EXPECT_THAT(start_error(), HasSubstr("is no secret"));
}

TEST_F(XmppPlugin, AccountsThatCannotBeReadKeepItFromStarting) {
  test::write_file(folder.file("xmpp.secret"), "s3cret", test::private_mode);
  test::write_file(folder.file("xmpp.accounts"), "junk", test::private_mode);
  EXPECT_THAT(start_error(), HasSubstr(folder.file("xmpp.accounts") + ": line 1"));
}

TEST_F(XmppPlugin, AnAssignedNameMustBeOneAndBeFree) {
  test::write_file(folder.file("xmpp.secret"), "s3cret", test::private_mode);
  host.section.lists["assigned"] = {"a.b=juliet@example.org"};
  EXPECT_THAT(start_error(), HasSubstr("assigned: "));
  host.section.lists["assigned"] = {"alice=juliet@example.org", "alice=romeo@example.org"};
  EXPECT_THAT(start_error(), HasSubstr("has an account already"));
  host.section.lists["assigned"] = {"alice=juliet@example.org"};
  EXPECT_EQ(start_error(), "");
}

TEST_F(XmppPlugin, WhatIsNoLongerAssignedIsTakenBack) {
  test::write_file(folder.file("xmpp.secret"), "s3cret", test::private_mode);
  const auto accounts = folder.file("xmpp.accounts");
  test::write_file(accounts,
                   "p2pns-xmpp-accounts 1\naccount alice.p2p juliet@example.org assigned\n"
                   "account bob.p2p bob@example.org assigned\ncontact carol.p2p both\n"
                   "account eve.p2p eve@example.org claimed\n",
                   test::private_mode);
  host.section.lists["assigned"] = {"alice=romeo@example.org", "bob=bob@example.org", "dave=juliet@example.org"};
  EXPECT_EQ(start_error(), "");
  const auto kept = load_accounts(accounts, 10);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 4U);
  EXPECT_EQ(kept->find_user("romeo@example.org")->name.label, "alice");
  EXPECT_EQ(kept->find_user("juliet@example.org")->name.label, "dave");
  EXPECT_EQ(kept->find_user("bob@example.org")->contacts.size(), 1U) << "what stays keeps its contacts";
  EXPECT_EQ(kept->find_user("eve@example.org")->origin, Origin::claimed);
  host.section.lists["assigned"] = {};
  EXPECT_EQ(start_error(), "");
  EXPECT_EQ(load_accounts(accounts, 10)->size(), 1U) << "and on disk";
}

}  // namespace
}  // namespace p2pns::xmpp
