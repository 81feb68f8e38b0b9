#include "core/names/record_set.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/assert.hpp"
#include "core/wire/message.hpp"

namespace p2pns::names {
namespace {

constexpr std::string_view handed_out_purpose = "record set v1";
constexpr std::uint16_t type_opt = 41;
constexpr std::uint16_t meta_type_first = 128;  // RFC 6895, section 3.1: queries and transactions, never data
constexpr std::uint16_t meta_type_last = 255;

auto order_of(const ResourceRecord& record) { return std::tie(record.owner, record.type, record.data); }

bool stands_before(const ResourceRecord& left, const ResourceRecord& right) { return order_of(left) < order_of(right); }

bool is_data_type(std::uint16_t type) {
  return type != 0 && type != type_opt && (type < meta_type_first || type > meta_type_last);
}

bool is_allowed(const ResourceRecord& record, std::size_t name_octets) {
  const std::size_t dot = record.owner.empty() ? 0 : 1;
  return is_canonical_prefix(record.owner) && record.owner.size() + dot + name_octets <= whole_name_maximum_octets &&
         is_data_type(record.type) && record.ttl_s <= record_ttl_maximum_s;
}

ByteVector encode_content(const RecordSet& set) {
  wire::Writer out;
  out.u8(static_cast<std::uint8_t>(dht::RecordType::record_set));
  out.short_bytes(as_bytes(set.name.zone)).short_bytes(as_bytes(set.name.label)).fixed(set.owner);
  out.u32(set.generation).u64(set.sequence);
  out.u64(static_cast<std::uint64_t>(set.not_after.time_since_epoch().count()));
  write_records(out, set.records);
  return std::move(out).take();
}

ResourceRecord read_record(wire::Reader& in) {
  ResourceRecord record;
  record.owner = as_text(in.short_bytes());
  record.type = in.u16();
  record.ttl_s = in.u32();
  record.data = copy_of(in.long_bytes());
  return record;
}

UnixTime read_time(wire::Reader& in) {
  // A number beyond the signed range would turn negative, and so mean another time than it says.
  const std::uint64_t value = in.u64();
  if (value > INT64_MAX) in.fail();
  return UnixTime{std::chrono::milliseconds{static_cast<std::int64_t>(value)}};
}

RecordSet read_content(wire::Reader& in) {
  RecordSet set;
  if (in.u8() != static_cast<std::uint8_t>(dht::RecordType::record_set)) in.fail();
  set.name.zone = as_text(in.short_bytes());
  set.name.label = as_text(in.short_bytes());
  set.owner = in.fixed<crypto::PublicKey>();
  set.generation = in.u32();
  set.sequence = in.u64();
  set.not_after = read_time(in);
  set.records = read_records(in);
  return set;
}

/// What the reader cannot see: the values themselves, and the one order.
Errc check_decoded(const RecordSet& set) {
  if (!is_canonical(set.name) || set.sequence == 0) return Errc::malformed;
  const std::size_t name_octets = to_string(set.name).size();
  for (const ResourceRecord& record : set.records)
    if (!is_allowed(record, name_octets)) return Errc::malformed;
  const auto unordered = [](const auto& left, const auto& right) { return !stands_before(left, right); };
  const bool ordered = std::adjacent_find(set.records.begin(), set.records.end(), unordered) == set.records.end();
  return ordered ? Errc::ok : Errc::malformed;
}

Result<ByteVector> sign_as(std::string_view purpose, const RecordSet& set, const crypto::Signer& signer,
                           const crypto::NetworkParameters& network) {
  P2PNS_ASSERT(set.owner == signer.public_key());
  P2PNS_ASSERT(set.not_after.time_since_epoch().count() >= 0);
  if (set.name.kind != NameKind::label || set.sequence == 0) return Errc::malformed;
  // Anything longer than a whole record cannot be meant, and would not fit its length field.
  for (const ResourceRecord& record : set.records)
    if (record.data.size() > wire::record_maximum_bytes) return Errc::too_large;
  if (auto fine = check_records(set.records, set.name); !fine) return fine.error();
  RecordSet sorted = set;
  sort_records(sorted.records);
  ByteVector bytes = encode_content(sorted);
  if (bytes.size() + crypto::Signature::size_bytes > wire::record_maximum_bytes) return Errc::too_large;
  const crypto::Signature signature = signer.sign(crypto::signing_input(purpose, network.network_id, bytes));
  bytes.insert(bytes.end(), signature.value.begin(), signature.value.end());
  return bytes;
}

Result<RecordSet> verify_as(std::string_view purpose, Bytes bytes, const crypto::Verifier& verifier,
                            const crypto::NetworkParameters& network, UnixTime now) {
  if (bytes.size() > wire::record_maximum_bytes) return Errc::too_large;
  if (bytes.size() < crypto::Signature::size_bytes) return Errc::truncated;
  const Bytes content = bytes.first(bytes.size() - crypto::Signature::size_bytes);
  wire::Reader in{content};
  RecordSet set = read_content(in);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  if (const Errc error = check_decoded(set); error != Errc::ok) return error;
  // Cheap checks first: 59 us for the signature come last.
  if (const Errc error = dht::check_lease(set.not_after, now); error != Errc::ok) return error;
  const ByteVector input = crypto::signing_input(purpose, network.network_id, content);
  if (!verifier.check(crypto::Algorithm::ed25519, set.owner.view(), input, bytes.last(crypto::Signature::size_bytes)))
    return Errc::bad_signature;
  return set;
}

}  // namespace

void write_records(wire::Writer& out, const std::vector<ResourceRecord>& records) {
  out.u8(static_cast<std::uint8_t>(records.size()));
  for (const ResourceRecord& record : records) {
    out.short_bytes(as_bytes(record.owner)).u16(record.type).u32(record.ttl_s);
    out.long_bytes(record.data);
  }
}

std::vector<ResourceRecord> read_records(wire::Reader& in) {
  std::vector<ResourceRecord> records;
  const std::size_t count = in.u8();
  if (count > records_per_name_maximum) in.fail(Errc::too_large);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) records.push_back(read_record(in));
  return records;
}

void sort_records(std::vector<ResourceRecord>& records) { std::sort(records.begin(), records.end(), stands_before); }

Result<void> check_records(const std::vector<ResourceRecord>& records, const P2PName& name) {
  if (records.size() > records_per_name_maximum) return Errc::too_large;
  RecordSet set{.name = name, .owner = {}, .records = records};
  sort_records(set.records);
  if (const Errc error = check_decoded(set); error != Errc::ok) return error;
  return {};
}

Result<ByteVector> sign(const RecordSet& set, const crypto::Signer& signer, const crypto::NetworkParameters& network) {
  return sign_as(handed_out_purpose, set, signer, network);
}

Result<dht::SignedRecord> sign_published(const RecordSet& set, const crypto::Signer& signer,
                                         const crypto::NetworkParameters& network) {
  auto bytes = sign_as(dht::published_set_purpose, set, signer, network);
  if (!bytes) return bytes.error();
  return dht::SignedRecord{dht::RecordType::record_set, std::move(*bytes)};
}

Result<RecordSet> verify_record_set(Bytes bytes, const crypto::Verifier& verifier,
                                    const crypto::NetworkParameters& network, UnixTime now) {
  return verify_as(handed_out_purpose, bytes, verifier, network, now);
}

Result<RecordSet> verify_published(Bytes bytes, const crypto::Verifier& verifier,
                                   const crypto::NetworkParameters& network, UnixTime now) {
  return verify_as(dht::published_set_purpose, bytes, verifier, network, now);
}

}  // namespace p2pns::names
