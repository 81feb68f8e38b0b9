// RecordSet: the DNS-typed records a name's owner publishes, together with the statement that it owns the name; signed
// by the owner, at most 1,000 bytes as a whole. Record data is DNS wire format without compression; the core does not
// look into it.
#pragma once

#include <vector>

#include "core/dht/record.hpp"
#include "core/names/p2p_name.hpp"

namespace p2pns::names {

struct ResourceRecord {
  std::string owner;       ///< relative to the name: "" is the name itself, "www", "_sip._udp", "*"
  std::uint16_t type = 0;  ///< DNS RR type
  std::uint32_t ttl_s = 300;
  ByteVector data;  ///< uncompressed RDATA
  friend bool operator==(const ResourceRecord&, const ResourceRecord&) = default;
};
inline constexpr std::size_t records_per_name_maximum = 100;
inline constexpr std::uint32_t record_ttl_maximum_s = 7 * 24 * 3600;

struct RecordSet {
  P2PName name;
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 1;  ///< rises with every change
  UnixTime not_after{};
  std::vector<ResourceRecord> records;
};

/// Errors: too_large (over 1,000 bytes signed, or too many records), malformed (owner name, type 0 or a meta type,
/// TTL).
Result<ByteVector> sign(const RecordSet&, const crypto::Signer&, const crypto::NetworkParameters&);
/// Checks form, signature and not-after. Errors: truncated, trailing_bytes, malformed, bad_signature, expired.
Result<RecordSet> verify_record_set(Bytes, const crypto::Verifier&, const crypto::NetworkParameters&, UnixTime now);

}  // namespace p2pns::names
