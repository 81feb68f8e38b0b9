#include "frontends/xmpp/accounts_file.hpp"

#include <gmock/gmock.h>

#include "frontends/xmpp/account_store.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::xmpp {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

names::P2PName name(const std::string& label) { return {names::NameKind::label, "p2p", label}; }

Accounts samples() {
  Accounts accounts(10);
  EXPECT_TRUE(accounts.add({"alice@example.test", name("alice"), Origin::claimed, {{name("bob"), {true, true}}}}));
  EXPECT_TRUE(accounts.add({"carol@example.test",
                            name("carol"),
                            Origin::assigned,
                            {{name("dave"), {false, true, true}}, {name("frank"), {false, false, true}}}}));
  EXPECT_TRUE(accounts.add({"eve@example.test", name("eve"), Origin::pending, {}}));
  return accounts;
}

std::string error_of(const std::string& text) {
  const auto decoded = decode_accounts(text, 2);
  return decoded ? "" : decoded.error().message;
}

TEST(Accounts, AUserHasOneNameAndANameOneUser) {
  Accounts accounts(10);
  ASSERT_TRUE(accounts.add({"alice@a", name("alice"), Origin::claimed, {}}));
  EXPECT_EQ(accounts.add({"alice@a", name("other"), Origin::claimed, {}}).error(), Errc::name_taken);
  EXPECT_EQ(accounts.add({"other@a", name("alice"), Origin::claimed, {}}).error(), Errc::name_taken);
  EXPECT_EQ(accounts.find_name(name("alice"))->user, "alice@a");
  accounts.remove("alice@a");
  EXPECT_EQ(accounts.find_name(name("alice")), nullptr);
  EXPECT_TRUE(accounts.add({"other@a", name("alice"), Origin::claimed, {}}));
}

TEST(Accounts, AreBounded) {
  Accounts accounts(2);
  EXPECT_TRUE(accounts.add({"a@a", name("a"), Origin::claimed, {}}));
  EXPECT_TRUE(accounts.add({"b@a", name("b"), Origin::claimed, {}}));
  EXPECT_EQ(accounts.add({"c@a", name("c"), Origin::claimed, {}}).error(), Errc::overloaded);
  for (std::size_t i = 0; i < contacts_per_account_maximum; ++i)
    ASSERT_TRUE(accounts.set_subscription("a@a", name("n" + std::to_string(i)), {true, false}));
  EXPECT_FALSE(accounts.set_subscription("a@a", name("more"), {true, false}));
  EXPECT_TRUE(accounts.set_subscription("a@a", name("n1"), {}));
  EXPECT_TRUE(accounts.set_subscription("a@a", name("more"), {true, false}));
  EXPECT_EQ(accounts.contacts(), contacts_per_account_maximum);
  accounts.remove("a@a");
  EXPECT_EQ(accounts.contacts(), 0U);
}

TEST(AccountStore, WritesChangesOfSubscriptionsNowAndThen) {
  test::TemporaryFolder folder;
  test::KeptLog log;
  AccountStore store(folder.file("accounts"), Accounts(10), log);
  const auto saved = [&] { return load_accounts(folder.file("accounts"), 10)->size(); };
  const auto add = [&](const std::string& label) {
    EXPECT_TRUE(store.change().add({label + "@a", name(label), Origin::claimed, {}}));
  };
  add("a");
  const TimePoint begin = TimePoint{} + save_interval;
  store.save_if_due(begin);
  EXPECT_EQ(saved(), 1U);
  add("b");
  store.save_if_due(begin + save_interval - std::chrono::seconds{1});
  EXPECT_EQ(saved(), 1U);
  store.save_if_due(begin + save_interval);
  EXPECT_EQ(saved(), 2U);
  add("c");
  store.save_if_changed();
  EXPECT_EQ(saved(), 3U) << "and when somebody says so";
}

TEST(AccountsFile, ComesBackAsItWas) {
  const Accounts accounts = samples();
  const auto back = decode_accounts(encode_accounts(accounts), 10);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->all(), accounts.all());
  EXPECT_EQ(back->contacts(), 3U);
}

TEST(AccountsFile, NamesTheLineThatIsWrong) {
  const std::string good = "p2pns-xmpp-accounts 1\n";
  EXPECT_THAT(error_of(""), StartsWith("line 1: it does not begin with"));
  EXPECT_THAT(error_of("p2pns-xmpp-accounts 2\n"), StartsWith("line 1"));
  for (const char* line :
       {"contact bob.p2p both\n", "account alice.p2p alice claimed\n", "account alice.p2p a@b/c claimed\n",
        "account Alice.p2p a@b claimed\n", "account alice.p2p a@b\n", "account alice.p2p a@b stolen\n", "\n", "junk\n",
        "account alice.p2p a@b claimed \n"})
    EXPECT_THAT(error_of(good + line), StartsWith("line 2: ")) << line;
  EXPECT_THAT(error_of(good + "account alice.p2p a@b claimed\ncontact bob.p2p none\n"), StartsWith("line 3: "));
  EXPECT_THAT(error_of(good + "account alice.p2p a@b claimed\naccount alice.p2p c@b claimed\n"), HasSubstr("twice"));
  EXPECT_THAT(error_of(good + "account a.p2p a@b claimed\naccount b.p2p b@b claimed\naccount c.p2p c@b claimed\n"),
              HasSubstr("more than there may be"));
}

TEST(AccountsFile, IsPrivateAndReplacedAsAWhole) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("xmpp.accounts");
  EXPECT_EQ(load_accounts(path, 10)->size(), 0U);
  ASSERT_TRUE(save_accounts(path, samples()));
  EXPECT_EQ(std::filesystem::status(path).permissions(), test::private_mode);
  EXPECT_EQ(load_accounts(path, 10)->all(), samples().all());
  ASSERT_TRUE(save_accounts(path, Accounts(10)));
  EXPECT_EQ(load_accounts(path, 10)->size(), 0U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++files;
  EXPECT_EQ(files, 1U) << "no draft is left";
}

TEST(AccountsFile, ThatCannotBeUsedIsRefusedInOneSentence) {
  const test::TemporaryFolder folder;
  test::write_file(folder.file("open"), encode_accounts(samples()), std::filesystem::perms{0640});
  EXPECT_THAT(load_accounts(folder.file("open"), 10).error().message, HasSubstr("chmod 600 " + folder.file("open")));
  test::write_file(folder.file("junk"), "junk", test::private_mode);
  EXPECT_THAT(load_accounts(folder.file("junk"), 10).error().message, StartsWith(folder.file("junk") + ": line 1"));
  EXPECT_THAT(load_accounts(folder.path(), 10).error().message, HasSubstr("no regular file"));
  EXPECT_EQ(save_accounts(folder.file("no/such/folder"), samples()).error(), Errc::io_error);
}

}  // namespace
}  // namespace p2pns::xmpp
