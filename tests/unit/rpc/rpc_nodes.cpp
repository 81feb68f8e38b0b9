#include "tests/unit/rpc/rpc_nodes.hpp"

#include <algorithm>

namespace p2pns::rpc::test {
namespace {

crypto::Identity identity_from(Random& random, const crypto::NetworkParameters& parameters) {
  const auto identity = crypto::Identity::generate(random, parameters.puzzles);
  P2PNS_ASSERT(identity);
  return *identity;
}

// Keeps the outcome alive for as long as the completion may run.
Callback<void(Result<Answer>)> record_in(const std::shared_ptr<Outcome>& outcome) {
  return [weak = std::weak_ptr{outcome}](Result<Answer> result) {
    const auto alive = weak.lock();
    P2PNS_ASSERT(alive && !alive->result);
    alive->result = std::move(result);
  };
}

}  // namespace

crypto::NetworkParameters test_parameters(std::string network_id) {
  crypto::NetworkParameters parameters;
  parameters.network_id = std::move(network_id);
  parameters.puzzles = {3, 6};
  return parameters;
}

TestNode::TestNode(TestNetwork& network, std::string_view address, std::uint64_t seed, std::chrono::milliseconds skew,
                   const crypto::NetworkParameters& parameters)
    : network_(network),
      host_(network.add_host(endpoint(address))),
      parameters_(parameters),
      random_(seed),
      identity_(identity_from(random_, parameters)),
      skew_(skew) {
  start();
}

TestNode::~TestNode() { stop(); }

void TestNode::stop() {
  host_.on_datagram(nullptr);
  channel_.reset();
}

void TestNode::start() {
  const auto running =
      std::chrono::duration_cast<std::chrono::milliseconds>(network_.now() - p2pns::test::network_start);
  wall_clock_.emplace(host_.timers(), wall_at_start + running + skew_);
  channel_ = std::make_unique<RpcChannel>(
      parameters_, identity_, ChannelEnvironment{host_, random_, sealer_, host_.timers(), *wall_clock_, log});
  channel_->observe(&observer);
  host_.on_datagram([this](const Endpoint& from, Bytes datagram) { channel_->on_datagram(from, datagram); });
  serve_tests();
}

void TestNode::serve_tests() {
  channel_->serve(MessageType::ping, [this](const Request& request, Responder respond) {
    requests.push_back(request);
    if (!silent) respond(MessageType::pong, copy_of(request.body));
  });
  channel_->serve(MessageType::get, [this](const Request& request, Responder respond) {
    requests.push_back(request);
    const auto wanted =
        std::to_integer<std::size_t>(request.body[0]) << 8 | std::to_integer<std::size_t>(request.body[1]);
    respond(MessageType::value, ByteVector(std::min(wanted, request.answer_maximum_bytes), std::byte{7}));
  });
}

wire::NodeHandle TestNode::handle() const {
  return wire::make_node_handle(identity_.public_key(), identity_.puzzle(), host_.address());
}

std::shared_ptr<Outcome> TestNode::ask(const wire::NodeHandle& to, std::string_view text, std::size_t answer_bytes) {
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation = channel_->call(to, MessageType::ping, copy_of(as_bytes(text)), answer_bytes, record_in(outcome));
  EXPECT_FALSE(outcome->done()) << "a completion ran inside the call";
  return outcome;
}

std::shared_ptr<Outcome> TestNode::ask_for_bytes(const wire::NodeHandle& to, std::size_t bytes) {
  const auto outcome = std::make_shared<Outcome>();
  ByteVector body{static_cast<std::byte>(bytes >> 8), static_cast<std::byte>(bytes & 0xffU)};
  outcome->operation = channel_->call(to, MessageType::get, std::move(body), bytes, record_in(outcome));
  return outcome;
}

std::shared_ptr<Outcome> TestNode::ask_address(const Endpoint& to, std::string_view text) {
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation = channel_->call_address(to, MessageType::ping, copy_of(as_bytes(text)), 100, record_in(outcome));
  EXPECT_FALSE(outcome->done()) << "a completion ran inside the call";
  return outcome;
}

std::shared_ptr<Outcome> RpcPair::finish(std::shared_ptr<Outcome> outcome) {
  EXPECT_TRUE(network.run_until([outcome] { return outcome->done(); })) << "the call never ended";
  return outcome;
}

std::vector<Captured> RpcPair::sent_by(const TestNode& node) const {
  std::vector<Captured> result;
  std::ranges::copy_if(network.captured(), std::back_inserter(result),
                       [&](const Captured& datagram) { return datagram.from == node.address(); });
  return result;
}

std::vector<Captured> RpcPair::sent_by(const TestNode& node, MessageType type) const {
  auto result = sent_by(node);
  std::erase_if(result, [type](const Captured& datagram) { return header_of(datagram).type != type; });
  return result;
}

wire::ClearHeader header_of(const Captured& datagram) {
  const auto decoded = wire::decode_datagram(datagram.bytes);
  P2PNS_ASSERT(decoded);
  return decoded->header;
}

}  // namespace p2pns::rpc::test
