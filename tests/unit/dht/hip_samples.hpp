// Host keys, statements and weak records for tests.
#pragma once

#include "core/crypto/host_key.hpp"
#include "core/dht/hdrr.hpp"
#include "core/dht/weak_record.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {

/// A host with the key of tests/data/hip/NAME.pem.
struct Host {
  explicit Host(const std::string& name = "ed25519")
      : key(*crypto::HostKey::from_pem(test::content_of(P2PNS_TEST_DATA "/hip/" + name + ".pem"))),
        hit(*crypto::hit_of(key.identity().algorithm, key.identity().bytes)) {}
  HitStatement statement(std::uint64_t sequence = 1) const {
    HitStatement value;
    value.hit = hit;
    value.identity = key.identity();
    value.sequence = sequence;
    value.not_after = test_wall + std::chrono::days{1};
    value.locators = {*parse_ip_address("192.0.2.7")};
    return value;
  }
  SignedRecord sign(const HitStatement& value) const {
    const ByteVector content = hit_content(value);
    return hit_record(content, *key.sign(hit_signing_input(content, test_parameters())));
  }
  SignedRecord record(std::uint64_t sequence = 1) const { return sign(statement(sequence)); }
  Key position() const { return hip_position(crypto::hit_key_of(hit)); }

  crypto::HostKey key;
  crypto::Hit hit;
};

inline void write_u16(ByteVector& out, std::size_t value) {
  out.push_back(static_cast<std::byte>(value >> 8U));
  out.push_back(static_cast<std::byte>(value));
}

inline void add_parameter(ByteVector& packet, std::uint16_t type, Bytes content) {
  write_u16(packet, type);
  write_u16(packet, content.size());
  packet.insert(packet.end(), content.begin(), content.end());
  packet.resize((packet.size() + 7) / 8 * 8);
}

/// A HDRR as RFC 7401 has packets, of this host, signed by this key.
inline ByteVector packet_of(const Host& host, const crypto::HostKey& signer) {
  ByteVector packet = test::hex("3b00142100000000");
  packet.insert(packet.end(), host.hit.value.begin(), host.hit.value.end());
  packet.resize(40);
  add_parameter(packet, 193, test::hex("000004010000070820010db8000000000000000000000001"));
  const auto& [algorithm, bytes] = host.key.identity();
  ByteVector host_id;
  write_u16(host_id, bytes.size());
  write_u16(host_id, 0);
  write_u16(host_id, static_cast<std::uint16_t>(algorithm));
  host_id.insert(host_id.end(), bytes.begin(), bytes.end());
  add_parameter(packet, 705, host_id);
  packet[1] = static_cast<std::byte>(packet.size() / 8 - 1);
  ByteVector signature = *signer.sign(packet);
  signature.insert(signature.begin(), {std::byte{0}, static_cast<std::byte>(algorithm)});
  add_parameter(packet, 61697, signature);
  packet[1] = static_cast<std::byte>(packet.size() / 8 - 1);
  return packet;
}

/// What OpenHIP has put: tests/data/hip/openhip-hdrr.txt.
inline ByteVector openhip_hdrr() {
  return test::hex(test::read_vectors(P2PNS_TEST_DATA "/hip/openhip-hdrr.txt").at("value"));
}
inline Key openhip_key() {
  return test::fixed<Key>(test::read_vectors(P2PNS_TEST_DATA "/hip/openhip-hdrr.txt").at("key"));
}
/// A key that is no HIT_KEY.
inline Key name_key() { return test::fixed<Key>("fe8ff5d9b5537d34ecaa4f340f8f49a772ecb6be"); }

/// Milliseconds since 1970 at the wall time of tests.
inline constexpr auto weak_now = static_cast<std::uint64_t>(test_wall.time_since_epoch().count());

inline crypto::Identity weak_node(int number) {
  crypto::Seed seed;
  seed.value.fill(static_cast<std::byte>(number));
  return {crypto::KeyPair::from_seed(seed), crypto::PuzzleSolution{}};
}
inline WeakStatement weak_statement(const crypto::Identity& node, const Key& key, ByteVector value,
                                    std::uint64_t sequence = weak_now) {
  WeakStatement statement;
  statement.key = key;
  statement.node_key = node.public_key();
  statement.puzzle = node.puzzle();
  statement.sequence = sequence;
  statement.not_after = test_wall + std::chrono::hours{1};
  statement.value = std::move(value);
  return statement;
}
inline VerifiedRecord verified(const SignedRecord& record, UnixTime now = test_wall) {
  return *verify(record, crypto::SodiumVerifier{}, test_parameters(), now);
}
inline boost::system::error_code refusal(const SignedRecord& record, UnixTime now = test_wall) {
  const auto result = verify(record, crypto::SodiumVerifier{}, test_parameters(), now);
  return result ? boost::system::error_code{} : result.error();
}

}  // namespace p2pns::dht
