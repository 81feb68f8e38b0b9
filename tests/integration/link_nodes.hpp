// Nodes of one test with real links on loopback: TLS, sockets and clocks are real, only stage 2 is a table.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "core/host/net/link_host.hpp"
#include "tests/support/fake_name_service.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::test {

inline constexpr std::chrono::seconds state_limit{30};

/// What every node of a test knows of the others.
using Addresses = std::map<NodeId, wire::NodeHandle>;

inline crypto::NetworkParameters link_network() {
  crypto::NetworkParameters network;
  network.network_id = "p2pns-links";
  network.puzzles = {4, 4};
  network.exempt_private_blocks = true;
  return network;
}

class LinkNode {
 public:
  LinkNode(boost::asio::io_context& context, const crypto::Identity& identity,
           const crypto::NetworkParameters& network = link_network())
      : identity_(identity),
        names_([&context](Callback<void()> task) { boost::asio::post(context, [task = std::move(task)] { task(); }); }),
        links_(std::make_unique<host::LinkHost>(context, names_, identity, network)) {}

  const NodeId& id() const { return identity_.node_id(); }
  host::LinkHost& links() { return *links_; }
  link::LinkCounters counters() const { return links_->numbers().counters; }
  FakeNameService& names() { return names_; }

  /// Listens at a free port of 127.0.0.1 and tells it in `addresses`.
  void start(Addresses& addresses) {
    ASSERT_TRUE(links_->open(*parse_endpoint("127.0.0.1:0")));
    links_->start();
    addresses[id()] = wire::make_node_handle(identity_.public_key(), identity_.puzzle(), links_->local_endpoint());
  }
  void stop() { links_->stop(); }

  /// What arrives under this protocol is kept and answered with `outcome`.
  void keep(std::string_view protocol, Result<void> outcome = {}) {
    const auto listening =
        links_->listen(protocol, [this, outcome](const NodeId& from, ByteVector message, link::AnswerTo done) {
          received.push_back({from, std::string{as_text(message)}});
          done(outcome);
        });
    ASSERT_TRUE(listening);
  }
  /// The outcome is kept in the order of completion.
  void send(const NodeId& to, std::string_view protocol, std::string_view text) {
    links_->send(to, protocol, copy_of(as_bytes(text)), [this](Result<void> outcome) { outcomes.push_back(outcome); })
        .detach();
  }

  struct Received {
    NodeId from;
    std::string text;
  };
  std::vector<Received> received;
  std::vector<Result<void>> outcomes;

 private:
  crypto::Identity identity_;
  FakeNameService names_;
  std::unique_ptr<host::LinkHost> links_;
};

class LinkNodes : public testing::Test {
 protected:
  crypto::Identity new_identity(const crypto::PuzzleDifficulty& difficulty = link_network().puzzles) {
    return *crypto::Identity::generate(random_, difficulty);
  }
  LinkNode& add_node(const crypto::NetworkParameters& network = link_network()) {
    return add_node(new_identity(network.puzzles), network);
  }
  LinkNode& add_node(const crypto::Identity& identity, const crypto::NetworkParameters& network = link_network()) {
    nodes_.push_back(std::make_unique<LinkNode>(context_, identity, network));
    nodes_.back()->start(addresses_);
    publish();
    return *nodes_.back();
  }
  /// Everybody finds everybody where `addresses_` says.
  void publish() {
    for (const auto& node : nodes_) node->names().nodes = addresses_;
  }
  /// Runs the loop until `done`; false when that takes too long.
  template <class Done>
  bool run_until(const Done& done, std::chrono::seconds limit = state_limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    context_.restart();
    while (!done() && std::chrono::steady_clock::now() < end) context_.run_one_for(std::chrono::milliseconds{100});
    return done();
  }
  /// Sends one message and waits for its outcome.
  Result<void> outcome_of(LinkNode& from, const NodeId& to, std::string_view protocol, std::string_view text) {
    const std::size_t before = from.outcomes.size();
    from.send(to, protocol, text);
    if (!run_until([&] { return from.outcomes.size() > before; })) return Errc::cancelled;
    return from.outcomes.back();
  }

  SeededRandom random_{announced_seed()};
  boost::asio::io_context context_{1};
  Addresses addresses_;
  std::vector<std::unique_ptr<LinkNode>> nodes_;
};

}  // namespace p2pns::test
