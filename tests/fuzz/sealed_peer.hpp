// SealedPeer: a node's only neighbour, with a good key, that says whatever it is told to. It seals bodies as the
// protocol wants them, so that a target reaches what stands behind the seal, and remembers what the node asked it.
#pragma once

#include <deque>

#include "core/base/transport.hpp"
#include "core/base/wall_clock.hpp"
#include "core/wire/datagram.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {

class SealedPeer final : public Transport {
 public:
  explicit SealedPeer(const crypto::Identity& node) : node_(node), own_(identity_of(2)) {
    const auto secret = crypto::SodiumSealer{}.agree(own_.keys(), node_.public_key());
    key_ = crypto::derive_seal_key(*secret, test_network.network_id, own_.public_key(), node_.public_key(), day());
  }

  /// The same for the same number; unsolved puzzles count in the test network.
  static crypto::Identity identity_of(std::uint8_t number) {
    crypto::Seed seed;
    seed.value.fill(std::byte{number});
    return {crypto::KeyPair::from_seed(seed), {}};
  }
  static Endpoint endpoint() { return *parse_endpoint("192.0.2.2:4222"); }

  /// The node's datagrams end here; requests to the peer are remembered.
  void send(const Endpoint& to, Bytes bytes) override {
    const auto datagram = wire::decode_datagram(bytes);
    require(datagram.has_value(), "a node sends only datagrams that can be read");
    const auto type = static_cast<std::uint8_t>(datagram->header.type);
    const bool is_request = type >= 0x10 && type < 0x80;
    if (to == endpoint() && is_request) asked_.push_back(wire::request_id_of(datagram->nonce));
  }

  bool was_asked() const noexcept { return !asked_.empty(); }
  ByteVector request(wire::MessageType type, Bytes body) {
    const crypto::Nonce nonce = next_nonce();
    return sealed(type, nonce, wire::request_id_of(nonce), body, wire::request_body_minimum_bytes);
  }
  /// To the oldest request that has no answer yet; there must be one.
  ByteVector answer(wire::MessageType type, Bytes body) {
    const wire::RequestId id = asked_.front();
    asked_.pop_front();
    return sealed(type, next_nonce(), id, body, 0);
  }

 private:
  static crypto::UtcDay day() {
    return static_cast<crypto::UtcDay>(test_now.time_since_epoch() / std::chrono::days{1});
  }

  crypto::Nonce next_nonce() {
    crypto::Nonce nonce;
    nonce.value[0] = std::byte{1};
    nonce.value[6] = static_cast<std::byte>(counter_ >> 8U);
    nonce.value[7] = static_cast<std::byte>(counter_);
    return nonce;
  }

  ByteVector sealed(wire::MessageType type, const crypto::Nonce& nonce, const wire::RequestId& request, Bytes body,
                    std::size_t padded_body_bytes) {
    wire::ClearHeader header;
    header.type = type;
    header.network = crypto::fingerprint_of(test_network.network_id);
    header.day = day();
    header.sender = wire::fingerprint_of(own_.node_id());
    header.receiver = wire::fingerprint_of(node_.node_id());
    header.introduction = wire::Introduction{own_.public_key(), own_.puzzle()};
    const auto time_ms = static_cast<std::uint64_t>(test_now.time_since_epoch().count());
    const wire::Envelope envelope{request, time_ms, static_cast<std::uint32_t>(time_ms / 1000), ++counter_};
    ByteVector datagram = wire::encode_clear(header, nonce);
    const ByteVector plain = wire::encode_plain(envelope, body, padded_body_bytes);
    crypto::SodiumSealer{}.seal(key_, nonce, datagram, plain, datagram);
    return datagram;
  }

  crypto::Identity node_;
  crypto::Identity own_;
  crypto::SealKey key_;
  std::uint32_t counter_ = 0;
  std::deque<wire::RequestId> asked_;
};

}  // namespace p2pns::fuzz
