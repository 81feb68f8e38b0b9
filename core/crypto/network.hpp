// NetworkParameters: what all nodes of one overlay must agree on. Two overlays with different names never merge: the
// name is in every packet, in the key derivation and in everything signed.
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/puzzle.hpp"

namespace p2pns::crypto {

/// First 8 bytes of SHA-256(network id): stands in every datagram.
using NetworkFingerprint = FixedBytes<8, struct NetworkFingerprintTag>;
inline constexpr std::size_t network_id_maximum_bytes = 63;

/// 1 to network_id_maximum_bytes visible ASCII characters: more does not fit into what is signed, and a key file holds
/// it in one line.
bool is_network_id(std::string_view) noexcept;
/// What to tell a person whose text is none.
inline constexpr const char* network_id_form = "1 to 63 visible characters without spaces";

struct NetworkParameters {
  std::string network_id = "p2pns";
  PuzzleDifficulty puzzles;
  /// Loopback and private ranges do not count in address-block limits (test and LAN overlays).
  bool exempt_private_blocks = false;
};

NetworkFingerprint fingerprint_of(std::string_view network_id);

}  // namespace p2pns::crypto
