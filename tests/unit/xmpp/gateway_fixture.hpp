// Two or more gateways with servers that only listen, links without sockets, and names from a table.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "frontends/xmpp/gateway.hpp"
#include "frontends/xmpp/stanza_reader.hpp"
#include "tests/support/fake_peer_links.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::xmpp {

/// Keeps what it is sent.
class KeepingServer final : public ServerSide {
 public:
  bool connected() const override { return is_connected; }
  bool crowded() const override { return is_crowded; }
  void send(std::string xml) override {
    if (is_connected) sent.push_back(std::move(xml));
  }
  boost::asio::awaitable<Result<void>> hand_over(std::string xml) override {
    if (loses) co_return Errc::timed_out;
    send(std::move(xml));
    co_return Result<void>{};
  }
  bool is_connected = true;
  bool is_crowded = false;
  bool loses = false;  ///< what is handed over
  std::vector<std::string> sent;
};

inline names::P2PName name(const std::string& label) { return {names::NameKind::label, "p2p", label}; }

inline NodeId node_id(int number) {
  NodeId id;
  id.value[0] = static_cast<std::byte>(number);
  return id;
}

/// One node with its gateway; its users live at a domain of their own.
struct Side {
  Side(boost::asio::io_context& context, test::FakeLinkNetwork& network, int number, GatewaySettings settings = {})
      : id(node_id(number)),
        domain("server" + std::to_string(number) + ".test"),
        host(context.get_executor()),
        links(network, id),
        store(folder.file("xmpp.accounts"), Accounts(100), host.kept_log) {
    host.peer_links = &links;
    gateway = std::make_shared<Gateway>(host, server, std::move(settings), store, counters);
    EXPECT_TRUE(gateway->start());
  }
  void add(const std::string& label, Origin origin = Origin::claimed) {
    EXPECT_TRUE(store.change().add({label + "@" + domain, name(label), origin, {}}));
  }
  /// What a client at this side's server sends; the server stamps `from`.
  void say(const std::string& xml) {
    const auto end = xml.find_first_of(" />");
    const auto element = read_stanza(xml.substr(0, end) + " xmlns='jabber:client'" + xml.substr(end));
    ASSERT_TRUE(element) << xml;
    gateway->on_stanza(*element);
  }

  test::TemporaryFolder folder;
  NodeId id;
  std::string domain;
  test::FakePluginHost host;
  test::FakePeerLinks links;
  KeepingServer server;
  XmppCounters counters;
  AccountStore store;
  std::shared_ptr<Gateway> gateway;
};

struct GatewayFixture : testing::Test {
  GatewayFixture() {
    a.add("alice");
    b.add("bob");
    know("alice", a.id);
    know("bob", b.id);
  }
  ~GatewayFixture() override {
    for (Side* side : {&a, &b}) boost::asio::co_spawn(context, side->gateway->stop(), boost::asio::detached);
    context.restart();
    context.run_for(std::chrono::seconds{3});
  }
  static names::NameAnswer living_at(const std::string& label, const NodeId& node) {
    names::NameAnswer answer = test::FakeNameService::found(name(label), {}, {}, TimePoint::max());
    answer.binding.emplace();
    answer.binding->zone = "p2p";
    answer.binding->label = label;
    answer.binding->node = node;
    return answer;
  }
  void know(const std::string& label, const NodeId& node) {
    for (Side* side : {&a, &b}) side->host.service.set(living_at(label, node));
  }
  /// Until nothing is left to do but to wait.
  void run() {
    for (int i = 0; i < 50; ++i) {
      context.restart();
      context.poll();
    }
  }
  template <class Condition>
  testing::AssertionResult until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return testing::AssertionFailure() << "gave up waiting";
      context.restart();
      context.run_one_for(std::chrono::milliseconds{50});
    }
    return testing::AssertionSuccess();
  }
  /// What `to` says to a message that came from the node `from`.
  Result<void> deliver(test::FakePeerLinks& from, Side& to, const std::string& xml) {
    std::optional<Result<void>> outcome;
    from.send(to.id, "xmpp", copy_of(as_bytes(xml)), [&](Result<void> result) { outcome = result; }).detach();
    EXPECT_TRUE(until([&] { return outcome.has_value(); }));
    return *outcome;
  }

  boost::asio::io_context context;
  test::FakeLinkNetwork network{context.get_executor()};
  Side a{context, network, 1};
  Side b{context, network, 2};
};

}  // namespace p2pns::xmpp
