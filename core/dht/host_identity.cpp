#include "core/dht/host_identity.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/base/assert.hpp"
#include "core/crypto/ecdsa_form.hpp"
#include "core/dht/record_parts.hpp"
#include "core/wire/message.hpp"

namespace p2pns::dht {
namespace {

constexpr std::string_view purpose = "hit v1";

/// ::ffff:0:0/96: a second encoding of an IPv4 address, broadcast and multicast among them.
bool is_v4_mapped(const IpAddress& address) {
  constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return address.family == IpFamily::v6 &&
         std::ranges::equal(address.view().first(prefix.size()), std::as_bytes(std::span{prefix}));
}

/// Whoever believes a loopback address would talk to programs of its own machine.
Errc check_network(Bytes record, const crypto::Verifier& /*verifier*/, const crypto::NetworkParameters& network,
                   UnixTime /*now*/) {
  if (network.exempt_private_blocks) return Errc::ok;  // a whole overlay on loopback
  const auto statement = decode_hit_statement(record);
  if (!statement) return static_cast<Errc>(statement.error().value());
  return std::ranges::any_of(statement->locators, &IpAddress::is_loopback) ? Errc::malformed : Errc::ok;
}

/// Addresses at which no host is: what is sent there would reach nobody, or many.
bool may_be_locator(const IpAddress& address) {
  if (address.is_unspecified() || address.is_multicast()) return false;
  if (address.family == IpFamily::v6) {
    const auto hit = crypto::Hit::from(address.view());
    return hit && !crypto::kind_of(*hit) && !is_v4_mapped(address);
  }
  return std::ranges::any_of(address.view(), [](std::byte octet) { return octet != std::byte{0xff}; });
}

/// Tells the owners of statements apart, as a key does elsewhere; nobody signs with it.
crypto::PublicKey owner_of(Bytes hit_and_identity) {
  crypto::PublicKey owner;
  owner.value = crypto::sha256(hit_and_identity).value;
  return owner;
}

IpAddress read_locator(wire::Reader& in) {
  const std::uint8_t family = in.u8();
  if (family != 4 && family != 6) in.fail();
  const auto address = ip_address_from(in.bytes(family == 4 ? 4 : 16));
  return address ? *address : IpAddress{};
}

/// Everything up to the signature. The reader has the error.
HitStatement read_content(wire::Reader& in) {
  HitStatement statement;
  if (in.u8() != static_cast<std::uint8_t>(RecordType::host_identity)) in.fail();
  statement.hit = in.fixed<crypto::Hit>();
  statement.identity.algorithm = static_cast<crypto::HostAlgorithm>(in.u16());
  statement.identity.bytes = copy_of(in.long_bytes());
  statement.sequence = read_sequence(in);
  statement.not_after = read_time(in);
  statement.node = in.fixed<NodeId>();
  const std::size_t count = in.u8();
  if (count > locators_maximum) in.fail(Errc::too_large);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) statement.locators.push_back(read_locator(in));
  return statement;
}

constexpr std::size_t hit_offset = 1;
constexpr std::size_t identity_offset = hit_offset + crypto::Hit::size_bytes + 2 + 2;

}  // namespace

Key hip_position(const Key& key) {
  const crypto::Digest digest = crypto::sha256({as_bytes("p2pns hip"), key.view()});
  Key position;
  std::ranges::copy(digest.view().first(Key::size_bytes), position.value.begin());
  return position;
}

Errc check_form(const HitStatement& statement) {
  const auto& [algorithm, bytes] = statement.identity;
  const auto form = crypto::signature_form(algorithm, bytes);
  if (!form) return static_cast<Errc>(form.error().value());
  if (!crypto::belongs_to(statement.hit, algorithm, bytes)) return Errc::malformed;
  if (statement.sequence == 0 || statement.not_after < UnixTime{}) return Errc::malformed;
  if (statement.locators.size() > locators_maximum) return Errc::too_large;
  return std::ranges::all_of(statement.locators, may_be_locator) ? Errc::ok : Errc::malformed;
}

ByteVector hit_content(const HitStatement& statement) {
  P2PNS_ASSERT(check_form(statement) == Errc::ok);
  wire::Writer out;
  out.u8(static_cast<std::uint8_t>(RecordType::host_identity)).fixed(statement.hit);
  out.u16(static_cast<std::uint16_t>(statement.identity.algorithm)).long_bytes(statement.identity.bytes);
  out.u64(statement.sequence);
  write_time(out, statement.not_after);
  out.fixed(statement.node).u8(static_cast<std::uint8_t>(statement.locators.size()));
  for (const IpAddress& locator : statement.locators)
    out.u8(static_cast<std::uint8_t>(locator.family)).bytes(locator.view());
  return std::move(out).take();
}

ByteVector hit_signing_input(Bytes content, const crypto::NetworkParameters& network) {
  return crypto::signing_input(purpose, network.network_id, content);
}

SignedRecord hit_record(Bytes content, Bytes signature) {
  SignedRecord record{RecordType::host_identity, copy_of(content)};
  record.bytes.insert(record.bytes.end(), signature.begin(), signature.end());
  return record;
}

Result<HitStatement> decode_hit_statement(Bytes bytes) {
  if (bytes.size() > wire::record_maximum_bytes) return Errc::too_large;
  wire::Reader in{bytes};
  HitStatement statement = read_content(in);
  if (in.failed()) return in.finish();
  if (const Errc error = check_form(statement); error != Errc::ok) return error;
  const auto form = crypto::signature_form(statement.identity.algorithm, statement.identity.bytes);
  const Bytes signature = in.bytes(form->signature_bytes);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  const bool ecdsa = statement.identity.algorithm == crypto::HostAlgorithm::ecdsa;
  if (ecdsa && !crypto::has_low_s(signature)) return Errc::malformed;  // anybody could make the other one of it
  return statement;
}

Result<RecordForm> read_hit_form(Bytes bytes) {
  const auto statement = decode_hit_statement(bytes);
  if (!statement) return statement.error();
  const auto signed_as = crypto::signature_form(statement->identity.algorithm, statement->identity.bytes);
  RecordForm form;
  form.hip_key = crypto::hit_key_of(statement->hit);
  form.signer = bytes.subspan(identity_offset, statement->identity.bytes.size());
  form.owner = owner_of(bytes.subspan(hit_offset, identity_offset - hit_offset + form.signer.size()));
  if (signed_as->algorithm == crypto::Algorithm::ed25519) form.signer = form.signer.last(crypto::PublicKey::size_bytes);
  form.sequence = statement->sequence;
  form.not_after = statement->not_after;
  form.purpose = purpose;
  form.check_further = check_network;
  form.algorithm = signed_as->algorithm;
  form.content = bytes.first(bytes.size() - signed_as->signature_bytes);
  form.signature = bytes.last(signed_as->signature_bytes);
  return form;
}

}  // namespace p2pns::dht
