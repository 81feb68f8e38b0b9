// RecordSet: the DNS-typed records a name's owner publishes, together with the statement that it owns the name; signed
// by the owner, at most 1,000 bytes as a whole. Record data is DNS wire format without compression; the core does not
// look into it. The encoding is the table "Record set" of docs/protocol.md.
#pragma once

#include <vector>

#include "core/dht/published_set.hpp"
#include "core/names/p2p_name.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::names {

struct ResourceRecord {
  std::string owner;       ///< relative to the name: "" is the name itself, "www", "_sip._udp", "*"
  std::uint16_t type = 0;  ///< DNS RR type
  std::uint32_t ttl_s = 300;
  ByteVector data;  ///< uncompressed RDATA
  friend bool operator==(const ResourceRecord&, const ResourceRecord&) = default;
};
inline constexpr std::size_t records_per_name_maximum = dht::records_per_set_maximum;
/// RFC 8767 caps cached TTLs at a week for the same reason: a mistake must not live longer.
inline constexpr std::uint32_t record_ttl_maximum_s = 7 * 24 * 3600;

struct RecordSet {
  P2PName name;
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 1;  ///< rises with every change; at least 1
  UnixTime not_after{};
  std::vector<ResourceRecord> records;  ///< in canonical order, see sort_records
  friend bool operator==(const RecordSet&, const RecordSet&) = default;
};

/// Canonical order: by owner name, type, data. The order of DNS records means nothing, so there is one for each set:
/// then a set has exactly one encoding, and two sets can be compared.
void sort_records(std::vector<ResourceRecord>&);
/// At most records_per_name_maximum of them, behind their number.
void write_records(wire::Writer&, const std::vector<ResourceRecord>&);
/// Checks what write_records promises, and no more. Errors stick to the reader: truncated, too_large.
std::vector<ResourceRecord> read_records(wire::Reader&);
/// Whether records may stand in a record set, in any order. Errors: too_large (too many records), malformed (owner name
/// not canonical or too long below this name; type 0, OPT, or a meta type 128-255; TTL; a record that comes twice).
Result<void> check_records(const std::vector<ResourceRecord>&, const P2PName&);

/// Sorts the records on the way. The signer is the owner (asserted). Errors: too_large (over 1,000 bytes signed, or too
/// many records), malformed (owner name, type 0 or a meta type, TTL, a name of a public key).
Result<ByteVector> sign(const RecordSet&, const crypto::Signer&, const crypto::NetworkParameters&);
/// The same set as a copy for the replicas. A purpose of its own: neither passes as the other.
Result<dht::SignedRecord> sign_published(const RecordSet&, const crypto::Signer&, const crypto::NetworkParameters&);
/// Checks form, signature and not-after. Errors: truncated, trailing_bytes, malformed, bad_signature (also: signed for
/// another network), expired, too_large (the bytes, or a not-after beyond what a lease may be).
Result<RecordSet> verify_record_set(Bytes, const crypto::Verifier&, const crypto::NetworkParameters&, UnixTime now);
Result<RecordSet> verify_published(Bytes, const crypto::Verifier&, const crypto::NetworkParameters&, UnixTime now);

}  // namespace p2pns::names
