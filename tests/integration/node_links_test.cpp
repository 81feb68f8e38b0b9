// Links as front ends see them: receivers are coroutines, which may wait, throw, or end while they are at work.
#include "apps/p2pnsd/node_links.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <set>

#include "plugins/api/async_links.hpp"
#include "tests/integration/link_nodes.hpp"

namespace p2pns::test {
namespace {

namespace asio = boost::asio;
using plugins::PeerMessage;

asio::awaitable<void> send_into(plugins::PeerLinks& links, NodeId to, std::string protocol, std::string text,
                                std::optional<Result<void>>& outcome) {
  ByteVector bytes = copy_of(as_bytes(text));
  outcome = co_await plugins::send(links, to, std::move(protocol), std::move(bytes));
}

class NodeLinks : public LinkNodes {
 protected:
  Result<void> outcome_of_send(std::string_view protocol, std::string_view text) {
    std::optional<Result<void>> outcome;
    asio::co_spawn(context_, send_into(alice_links_, bob_.id(), std::string{protocol}, std::string{text}, outcome),
                   asio::detached);
    if (!run_until([&] { return outcome.has_value(); })) return Errc::cancelled;
    return *outcome;
  }

  LinkNode& alice_ = add_node();
  LinkNode& bob_ = add_node();
  daemon::NodeLinks alice_links_{context_.get_executor(), alice_.links()};
  daemon::NodeLinks bob_links_{context_.get_executor(), bob_.links()};
  std::vector<std::string> received_;
};

TEST_F(NodeLinks, WaitForACoroutineThatTakesAMessage) {
  auto receive = [this](PeerMessage message) -> asio::awaitable<Result<void>> {
    asio::steady_timer pause(context_, std::chrono::milliseconds{20});
    co_await pause.async_wait(asio::use_awaitable);
    EXPECT_EQ(message.from, alice_.id());
    received_.emplace_back(as_text(message.bytes));
    co_return Errc::not_owner;
  };
  const auto listener = bob_links_.listen("sip", receive);
  ASSERT_TRUE(listener);
  EXPECT_EQ(outcome_of_send("sip", "hello").error(), make_error_code(Errc::not_owner));
  EXPECT_THAT(received_, testing::ElementsAre("hello"));
}

TEST_F(NodeLinks, TakeAnExceptionForARefusal) {
  auto receive = [](PeerMessage) -> asio::awaitable<Result<void>> {
    throw std::runtime_error("not caught");
    co_return Result<void>{};
  };
  const auto listener = bob_links_.listen("sip", receive);
  EXPECT_EQ(outcome_of_send("sip", "hello").error(), make_error_code(Errc::refused));
}

TEST_F(NodeLinks, EndAReceiverWithItsListener) {
  auto receive = [](PeerMessage) -> asio::awaitable<Result<void>> { co_return Result<void>{}; };
  auto listener = bob_links_.listen("sip", receive);
  EXPECT_FALSE(bob_links_.listen("sip", receive));
  EXPECT_TRUE(outcome_of_send("sip", "one"));
  listener->reset();
  EXPECT_EQ(outcome_of_send("sip", "two").error(), make_error_code(Errc::unsupported));
  EXPECT_TRUE(bob_links_.listen("sip", receive));
}

TEST_F(NodeLinks, LetAReceiverFinishThatIsAtWorkWhenItsListenerEnds) {
  std::optional<Result<std::unique_ptr<plugins::PeerListener>>> listener;
  auto receive = [this, &listener, text = std::string{"what the receiver has captured is still there"}](
                     PeerMessage) -> asio::awaitable<Result<void>> {
    listener.reset();
    asio::steady_timer pause(context_, std::chrono::milliseconds{20});
    co_await pause.async_wait(asio::use_awaitable);
    received_.push_back(text);
    co_return Result<void>{};
  };
  listener = bob_links_.listen("sip", std::move(receive));
  EXPECT_TRUE(outcome_of_send("sip", "hello"));
  EXPECT_THAT(received_, testing::ElementsAre("what the receiver has captured is still there"));
}

TEST_F(NodeLinks, OutliveAReceiverThatIsStillAtWork) {
  bool began = false;
  auto receive = [this, &began](PeerMessage) -> asio::awaitable<Result<void>> {
    began = true;
    asio::steady_timer pause(context_, std::chrono::hours{1});
    co_await pause.async_wait(asio::use_awaitable);
    co_return Result<void>{};
  };
  const auto listener = bob_links_.listen("sip", receive);
  alice_.send(bob_.id(), "sip", "hello");
  EXPECT_TRUE(run_until([&] { return began; }));
  bob_.stop();  // and then everything dies while it waits
}

struct Sink final : plugins::MetricSink {
  void counter(std::string_view name, std::string_view, std::uint64_t value, plugins::MetricLabel label) override {
    EXPECT_TRUE(name.ends_with("_total")) << name;
    take(name, value, label);
  }
  void gauge(std::string_view name, std::string_view, std::uint64_t value, plugins::MetricLabel label) override {
    take(name, value, label);
  }
  void take(std::string_view name, std::uint64_t value, plugins::MetricLabel label) {
    std::string key{name};
    if (!label.key.empty()) key += " " + std::string{label.value};
    EXPECT_TRUE(values.emplace(key, value).second) << key << " came twice";
  }
  std::map<std::string, std::uint64_t> values;
};

TEST_F(NodeLinks, TellWhatTheyCount) {
  auto receive = [](PeerMessage) -> asio::awaitable<Result<void>> { co_return Result<void>{}; };
  const auto listener = bob_links_.listen("sip", receive);
  ASSERT_TRUE(outcome_of_send("sip", "one"));
  ASSERT_FALSE(outcome_of_send("xmpp", "two"));
  Sink alice;
  alice_links_.collect(alice);
  EXPECT_EQ(alice.values.at("links this_node"), 1U);
  EXPECT_EQ(alice.values.at("links_opened_total this_node"), 1U);
  EXPECT_EQ(alice.values.at("link_sent_messages_total"), 2U);
  EXPECT_EQ(alice.values.at("link_taken_messages_total"), 1U);
  Sink bob;
  bob_links_.collect(bob);
  EXPECT_EQ(bob.values.at("links others"), 1U);
  EXPECT_EQ(bob.values.at("link_received_messages_total"), 1U);
  EXPECT_EQ(bob.values.at("link_refused_messages_total unsupported"), 1U);
  EXPECT_EQ(bob.values.at("link_received_bytes_total"), alice.values.at("link_sent_bytes_total"));
  EXPECT_EQ(std::set(link::end_reason_names.begin(), link::end_reason_names.end()).size(), link::end_reasons);
}

}  // namespace
}  // namespace p2pns::test
