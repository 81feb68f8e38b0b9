// Published record sets of names in p2p, right or wrong as the test wants them.
#pragma once

#include "core/dht/published_set.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {

struct SetOptions {
  std::uint64_t sequence = 1;
  std::uint32_t generation = 0;
  Duration left = std::chrono::days{30};
  std::uint8_t count = 1;
  std::size_t data_bytes = 4;
  std::string_view purpose = published_set_purpose;
  ByteVector behind{};  // the records
  std::string_view label = "alice";
};

/// A copy with one record, whatever `count` says.
inline SignedRecord set_of(const Owner& owner, const SetOptions& options = {}) {
  wire::Writer out;
  out.u8(3).short_bytes(as_bytes("p2p")).short_bytes(as_bytes(options.label)).fixed(owner.keys.public_key());
  const UnixTime end = test_wall + std::chrono::duration_cast<std::chrono::milliseconds>(options.left);
  out.u32(options.generation).u64(options.sequence).u64(static_cast<std::uint64_t>(end.time_since_epoch().count()));
  out.u8(options.count).short_bytes({}).u16(1).u32(300).long_bytes(ByteVector(options.data_bytes));
  out.bytes(options.behind);
  out.fixed(owner.signer.sign(crypto::signing_input(options.purpose, test_parameters().network_id, out.view())));
  return {RecordType::record_set, std::move(out).take()};
}

/// One that verifies at test_wall (asserted).
inline VerifiedRecord verified_set(const Owner& owner, const SetOptions& options = {}) {
  auto result = verify(set_of(owner, options), crypto::SodiumVerifier{}, test_parameters(), test_wall);
  P2PNS_ASSERT(result);
  return std::move(*result);
}

}  // namespace p2pns::dht
