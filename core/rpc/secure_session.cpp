#include "core/rpc/secure_session.hpp"

#include <algorithm>
#include <limits>

namespace p2pns::rpc {
namespace {

// A restart within the same second has the same start time: counters begin later in the second by more than any run of
// a second sends to one peer.
constexpr std::uint32_t counters_per_millisecond = 1'000'000;

std::uint32_t first_counter(UnixTime start) noexcept {
  const auto part = static_cast<std::uint32_t>((start.time_since_epoch() % std::chrono::seconds{1}).count());
  return part * counters_per_millisecond + 1;
}

std::uint32_t unix_seconds(UnixTime time) noexcept {
  return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

}  // namespace

crypto::UtcDay utc_day(UnixTime time) noexcept {
  return static_cast<crypto::UtcDay>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

bool day_is_near(crypto::UtcDay left, crypto::UtcDay right) noexcept {
  const auto difference = static_cast<std::int16_t>(static_cast<std::uint16_t>(left - right));
  return difference >= -1 && difference <= 1;
}

ByteVector Opened::take_body() && {
  plain_.erase(plain_.begin(), plain_.begin() + static_cast<std::ptrdiff_t>(body_offset_));
  plain_.resize(body_size_);
  return std::move(plain_);
}

SecureSession::SecureSession(const crypto::NetworkParameters& network, const crypto::Identity& identity,
                             const ChannelEnvironment& environment, RpcCounters& counters)
    : network_(network),
      identity_(identity),
      environment_(environment),
      counters_(counters),
      network_fingerprint_(crypto::fingerprint_of(network.network_id)),
      own_fingerprint_(wire::fingerprint_of(identity.node_id())),
      started_at_(environment.timers.now()),
      start_s_(unix_seconds(environment.wall_clock.now())),
      peers_(peers_maximum, first_counter(environment.wall_clock.now())) {}

UnixTime SecureSession::wall_at(TimePoint earlier) const noexcept {
  return wall() - std::chrono::ceil<std::chrono::milliseconds>(now() - earlier);
}

crypto::UtcDay SecureSession::day_of(const Peer& peer) const noexcept {
  return utc_day(wall() + peer.clock_offset.value_or(std::chrono::milliseconds{0}));
}

TimePoint SecureSession::windows_complete_since() const noexcept {
  return std::max(started_at_, peers_.windows_lost_at().value_or(started_at_));
}

Result<crypto::SharedSecret> SecureSession::agree(const crypto::PublicKey& key) {
  ++counters_.key_agreements;
  return environment_.sealer.agree(identity_.keys(), key);
}

Result<Peer*> SecureSession::peer_for(const wire::NodeHandle& node) {
  if (Peer* const known = peers_.find(wire::fingerprint_of(node.id))) {
    if (known->node.key != node.key) return Errc::bad_key;
    return known;
  }
  if (crypto::node_id_of(node.key) != node.id) return Errc::bad_key;
  const auto secret = agree(node.key);
  if (!secret) return secret.error();
  return peers_.add(node, *secret);
}

wire::ClearHeader SecureSession::header(wire::MessageType type, const wire::KeyFingerprint& receiver,
                                        crypto::UtcDay day) const {
  wire::ClearHeader header;
  header.type = type;
  header.network = network_fingerprint_;
  header.day = day;
  header.sender = own_fingerprint_;
  header.receiver = receiver;
  return header;
}

ByteVector SecureSession::seal(Peer& peer, const Outgoing& message) {
  wire::ClearHeader clear = header(message.type, wire::fingerprint_of(peer.node.id), message.day);
  if (message.introduce) clear.introduction = own_introduction();
  clear.cookie = message.cookie;
  wire::Envelope envelope;
  envelope.request = message.request;
  envelope.time_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(wall().time_since_epoch().count(), 0));
  envelope.counter = next_counter(peer);
  envelope.start_s = start_s_;

  use_day(peer, message.day);
  if (!peer.sending_key)
    peer.sending_key =
        crypto::derive_seal_key(peer.secret, network_.network_id, identity_.public_key(), peer.node.key, message.day);
  const ByteVector plain = wire::encode_plain(envelope, message.body, message.padded_body_bytes);
  ByteVector datagram = wire::encode_clear(clear, message.nonce);
  datagram.reserve(datagram.size() + plain.size() + crypto::seal_tag_bytes);
  environment_.sealer.seal(*peer.sending_key, message.nonce, datagram, plain, datagram);
  P2PNS_ASSERT(datagram.size() <= wire::datagram_maximum_bytes);
  return datagram;
}

Result<Opened> SecureSession::open(Peer& peer, const wire::Datagram& datagram) {
  use_day(peer, datagram.header.day);
  if (!peer.receiving_key)
    peer.receiving_key = crypto::derive_seal_key(peer.secret, network_.network_id, peer.node.key,
                                                 identity_.public_key(), datagram.header.day);
  auto opened = environment_.sealer.open(*peer.receiving_key, datagram.nonce, datagram.clear, datagram.sealed);
  ByteVector* const plain = opened.operator->();  // GCC sees through this check, not through operator bool
  if (!plain) return opened.error();
  const auto parts = wire::decode_plain(*plain);
  if (!parts) return parts.error();
  if (parts->envelope.time_ms > message_time_maximum_ms) return Errc::malformed;
  return Opened{std::move(*plain), *parts};
}

void SecureSession::send(const Endpoint& to, Bytes datagram) {
  ++counters_.datagrams_sent;
  counters_.bytes_sent += datagram.size();
  environment_.transport.send(to, datagram);
}

void SecureSession::use_day(Peer& peer, crypto::UtcDay day) const {
  if (peer.keys_day == day) return;
  peer.keys_day = day;
  peer.sending_key.reset();
  peer.receiving_key.reset();
}

std::uint32_t SecureSession::next_counter(Peer& peer) {
  // Counters must not repeat: when they run out, our messages begin a new run, as after a restart.
  if (peer.next_counter == std::numeric_limits<std::uint32_t>::max()) {
    start_s_ = std::max(start_s_ + 1, unix_seconds(wall()));
    peer.next_counter = 1;
  }
  return peer.next_counter++;
}

}  // namespace p2pns::rpc
