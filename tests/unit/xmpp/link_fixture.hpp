// What tests of the connection to the server share: a FakeXmppServer, a ComponentLink, and what came of it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include "frontends/xmpp/component_link.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/xmpp/fake_xmpp_server.hpp"

namespace p2pns::xmpp {

struct LinkFixture : testing::Test {
  LinkFixture() {
    settings.identity.domain = "p2p";
    settings.identity.secret = "s3cret";
    settings.retry_first = std::chrono::milliseconds{5};
    settings.retry_maximum = std::chrono::milliseconds{20};
    settings.retry_unwanted = std::chrono::milliseconds{5};
    settings.retry_unwanted_maximum = std::chrono::milliseconds{20};
  }
  ~LinkFixture() override {
    if (link) boost::asio::co_spawn(context, link->stop(), boost::asio::detached);
    server.stop();
    context.restart();
    context.run_for(std::chrono::seconds{5});
  }
  void start() {
    settings.identity.server = server.endpoint();
    ComponentLink::Events events;
    events.connected = [this] { ++connects; };
    events.stanza = [this](Element stanza) { stanzas.push_back(to_xml(stanza, stanza_space)); };
    events.skipped = [this](std::string_view tag) { skipped.emplace_back(tag); };
    link = std::make_shared<ComponentLink>(context.get_executor(), settings, std::move(events), log, counters);
    link->start();
  }
  /// Connected, and something waits that the server does not take.
  void start_with_a_server_that_reads_nothing() {
    server.reads = false;
    server.listen();
    start();
    ASSERT_TRUE(until([&] { return link->connected(); }));
    for (int i = 0; i < 40 && link->waiting_bytes() == 0; ++i) link->send(std::string(250'000, ' '));
    ASSERT_GT(link->waiting_bytes(), 0U);
  }
  template <class Condition>
  testing::AssertionResult until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    context.restart();
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return testing::AssertionFailure() << "gave up waiting";
      context.run_one_for(std::chrono::milliseconds{100});
      context.restart();
    }
    return testing::AssertionSuccess();
  }
  /// What hand_over says; empty while it waits.
  std::shared_ptr<std::optional<Result<void>>> hand_over(std::string xml) {
    auto outcome = std::make_shared<std::optional<Result<void>>>();
    boost::asio::co_spawn(context, link->hand_over(std::move(xml)),
                          [outcome](std::exception_ptr, Result<void> result) { *outcome = result; });
    return outcome;
  }

  boost::asio::io_context context;
  FakeXmppServer server{context};
  ComponentLinkSettings settings;
  test::KeptLog log;
  XmppCounters counters;
  std::shared_ptr<ComponentLink> link;
  int connects = 0;
  std::vector<std::string> stanzas;
  std::vector<std::string> skipped;
};

}  // namespace p2pns::xmpp
