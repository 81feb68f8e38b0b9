// A whole node and one hostile peer, whose messages are sealed as they should be. The input is what the peer says, one
// message after the other: type (1 byte), time that passes before it (1 byte, in 1/16 s), body (u16 length). A number
// of an answer (0x80 and above) answers the oldest open request of the node, and is skipped when there is none.
#include "core/node/node.hpp"

#include "core/store/memory_record_store.hpp"
#include "core/store/memory_state_store.hpp"
#include "tests/fuzz/sealed_peer.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::fuzz {
namespace {

constexpr std::size_t messages_maximum = 32;

/// The node owns alice.p2p before the peer comes.
class Target {
 public:
  Target() {
    node_.start();
    for (int steps = 0; steps < 1000 && !node_.names().status().joined; ++steps) pass(std::chrono::milliseconds{50});
    names::Registration registration;
    registration.name = {names::NameKind::label, "p2p", "alice"};
    registration.publish = true;
    operation_ = node_.names().register_name(std::move(registration), [this](auto receipt) {
      require(receipt.has_value(), "the first node of an overlay can register a name");
      registered_ = true;
    });
    for (int steps = 0; steps < 1000 && !registered_; ++steps) pass(std::chrono::milliseconds{50});
    require(registered_, "a registration ends");
  }

  void pass(Duration time) {
    now_ += time;
    node_.on_time(now_);
  }
  void receive(Bytes datagram) { node_.on_datagram(now_, SealedPeer::endpoint(), datagram); }
  SealedPeer& peer() noexcept { return peer_; }
  const names::NameService& names() const { return node_.names(); }

 private:
  static node::NodeConfig config() {
    node::NodeConfig config;
    config.network = test_network;
    config.network.exempt_private_blocks = true;
    return config;
  }

  TimePoint now_{};
  crypto::Identity identity_ = SealedPeer::identity_of(1);
  crypto::KeyPairSigner owner_{identity_.keys()};
  SealedPeer peer_{identity_};
  TimerQueue timers_{now_};
  test::SeededRandom random_{1};
  crypto::SodiumVerifier verifier_;
  crypto::SodiumSealer sealer_;
  store::MemoryRecordStore records_{timers_};
  store::MemoryStateStore state_{timers_};
  test::NullLog log_;
  bool registered_ = false;
  node::Node node_{
      config(), identity_, owner_, {timers_, peer_, random_, verifier_, sealer_, records_, state_, log_}, test_now};
  Operation operation_;
};

void say(Target& target, wire::MessageType type, Bytes body) {
  SealedPeer& peer = target.peer();
  const bool is_answer = static_cast<std::uint8_t>(type) >= 0x80;
  if (!is_answer) return target.receive(peer.request(type, body));
  if (peer.was_asked()) target.receive(peer.answer(type, body));
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  Target target;
  for (std::size_t i = 0; i < messages_maximum && !in.at_end(); ++i) {
    const auto type = static_cast<wire::MessageType>(in.u8());
    const std::uint8_t sixteenths_s = in.u8();
    const Bytes body = in.long_bytes();
    const bool can_be_sent = type != wire::MessageType::hello && type != wire::MessageType::retry &&
                             body.size() <= wire::introduced_body_maximum_bytes;
    if (in.failed() || !can_be_sent) return;
    target.pass(std::chrono::milliseconds{1000 / 16 * sixteenths_s});
    say(target, type, body);
  }
  target.pass(std::chrono::seconds{30});
  require(target.names().status().names_owned == 1, "no peer can take a name from its owner's node");
}

}  // namespace p2pns::fuzz
