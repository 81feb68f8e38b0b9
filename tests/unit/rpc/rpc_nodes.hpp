// Nodes of RPC tests: a channel with real cryptography on a host of the test network, with its own wall clock, which
// can be switched off and started again with the same identity.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "core/rpc/rpc_channel.hpp"
#include "core/wire/datagram.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/test_network.hpp"

namespace p2pns::rpc::test {

using namespace std::chrono_literals;
using p2pns::test::Captured;
using p2pns::test::endpoint;
using p2pns::test::TestHost;
using p2pns::test::TestNetwork;
using wire::MessageType;

/// UTC when the test network starts: 22 March 2026, 12:00.
inline constexpr UnixTime wall_at_start{std::chrono::seconds{1'774'180'800}};

/// Puzzles of a test network: solved at once, and unsolved by most random values.
crypto::NetworkParameters test_parameters(std::string network_id = "rpc-test");

class RecordingObserver final : public PeerObserver {
 public:
  void on_peer_answered(const wire::NodeHandle& node, Duration) override { answered.push_back(node); }
  void on_peer_seen(const wire::NodeHandle& node) override { seen.push_back(node); }
  void on_peer_silent(const NodeId& id) override { silent.push_back(id); }
  std::vector<wire::NodeHandle> answered;
  std::vector<wire::NodeHandle> seen;
  std::vector<NodeId> silent;
};

/// A call and what became of it.
struct Outcome {
  std::optional<Result<Answer>> result;
  Operation operation;
  bool done() const { return result.has_value(); }
  bool ok() const { return result && *result; }
  bool failed_with(Errc error) const { return result && !*result && result->error() == error; }
  std::string text() const { return ok() ? std::string{as_text((*result)->body)} : "no answer"; }
};

class TestNode {
 public:
  /// `skew` is what its wall clock is ahead of the true time.
  TestNode(TestNetwork&, std::string_view address, std::uint64_t seed, std::chrono::milliseconds skew = 0ms,
           const crypto::NetworkParameters& = test_parameters());
  ~TestNode();

  /// Off: nothing is received, all state is lost. The identity stays.
  void stop();
  void start();
  void restart() {
    stop();
    start();
  }
  /// Changes the wall clock's error at the next start.
  void set_skew(std::chrono::milliseconds skew) { skew_ = skew; }

  wire::NodeHandle handle() const;
  RpcChannel& channel() { return *channel_; }
  const RpcCounters& counters() const { return channel_->counters(); }
  TestHost& host() { return host_; }
  WallClock& wall_clock() { return *wall_clock_; }
  const crypto::Identity& identity() const { return identity_; }
  const Endpoint& address() const { return host_.address(); }

  /// Asks for an echo of `text`.
  std::shared_ptr<Outcome> ask(const wire::NodeHandle& to, std::string_view text, std::size_t answer_bytes = 100);
  /// Asks for `bytes` bytes; the answer is as large as allowed.
  std::shared_ptr<Outcome> ask_for_bytes(const wire::NodeHandle& to, std::size_t bytes);
  std::shared_ptr<Outcome> ask_address(const Endpoint& to, std::string_view text);

  RecordingObserver observer;
  p2pns::test::NullLog log;
  std::vector<Request> requests;  ///< served ones; their bodies are gone
  bool silent = false;            ///< serves requests without answering

 private:
  void serve_tests();

  TestNetwork& network_;
  TestHost& host_;
  crypto::NetworkParameters parameters_;
  p2pns::test::SeededRandom random_;
  crypto::Identity identity_;
  crypto::SodiumSealer sealer_;
  std::chrono::milliseconds skew_;
  std::optional<WallClock> wall_clock_;
  std::unique_ptr<RpcChannel> channel_;
};

/// Two nodes that know each other's handles, nothing else.
class RpcPair : public ::testing::Test {
 protected:
  std::shared_ptr<Outcome> finish(std::shared_ptr<Outcome>);
  std::vector<Captured> sent_by(const TestNode&) const;
  std::vector<Captured> sent_by(const TestNode&, MessageType) const;

  TestNetwork network;
  TestNode alice{network, "192.0.2.1:4000", 1};
  TestNode bob{network, "198.51.100.2:4000", 2};
};

/// The clear header of a captured datagram, which must be well-formed.
wire::ClearHeader header_of(const Captured&);

}  // namespace p2pns::rpc::test
