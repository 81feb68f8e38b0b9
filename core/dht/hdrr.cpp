#include "core/dht/hdrr.hpp"

#include <algorithm>

#include "core/wire/reader.hpp"

namespace p2pns::dht {
namespace {

using wire::Reader;

constexpr std::uint8_t no_next_header = 59;
constexpr std::uint8_t packet_type_hdrr = 20;
constexpr std::size_t unit_bytes = 8;

constexpr std::uint16_t parameter_locator = 193;
constexpr std::uint16_t parameter_host_id = 705;
constexpr std::uint16_t parameter_signature = 61697;

/// RFC 5201 keeps a key as in a KEY record: flags, protocol 255, algorithm. RFC 7401 has the algorithm alone.
constexpr std::uint16_t key_record_flags = 0x0202;
constexpr std::uint8_t key_record_protocol = 255;
constexpr std::size_t key_record_head_bytes = 4;

struct Parameter {
  std::uint16_t type = 0;
  std::size_t offset = 0;  // in the packet
  Bytes content;
};

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte each) { return each == std::byte{0}; });
}

/// Header: what must be as it is, and the sender's HIT.
Result<crypto::Hit> read_header(Reader& in, std::size_t packet_bytes) {
  const bool has_form = in.u8() == no_next_header && (std::size_t{in.u8()} + 1) * unit_bytes == packet_bytes &&
                        in.u8() == packet_type_hdrr;
  const std::uint8_t version = in.u8();
  const bool known_version = (version & 0x0fU) == 1 && (version >> 4U == 1 || version >> 4U == 2);
  const std::uint16_t checksum = in.u16();
  in.u16();  // controls: covered by the signature
  const auto hit = in.fixed<crypto::Hit>();
  const auto receiver = in.fixed<crypto::Hit>();
  if (in.failed()) return Errc::truncated;
  if (!has_form || !known_version || checksum != 0 || receiver != crypto::Hit{} || !crypto::kind_of(hit))
    return Errc::malformed;
  return hit;
}

/// In the order of their types (RFC 7401, 5.2.1), padded with zeros to units of 8 bytes.
Result<std::vector<Parameter>> read_parameters(Reader& in, std::size_t packet_bytes) {
  std::vector<Parameter> parameters;
  while (!in.at_end() && !in.failed()) {
    Parameter parameter;
    parameter.offset = packet_bytes - in.left();
    parameter.type = in.u16();
    const std::size_t length = in.u16();
    parameter.content = in.bytes(length);
    if (!all_zero(in.bytes((unit_bytes - (4 + length) % unit_bytes) % unit_bytes))) in.fail();
    if (!parameters.empty() && parameter.type <= parameters.back().type) in.fail();
    parameters.push_back(parameter);
  }
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return parameters;
}

const Parameter* find(const std::vector<Parameter>& parameters, std::uint16_t type) {
  const auto found = std::ranges::find(parameters, type, &Parameter::type);
  return found == parameters.end() ? nullptr : &*found;
}

Result<crypto::HostIdentity> read_identity(Bytes host_id) {
  Reader in{host_id};
  std::size_t identity_bytes = in.u16();
  const std::size_t domain_bytes = in.u16() & 0x0fffU;
  crypto::HostIdentity identity;
  std::uint16_t algorithm = in.u16();
  if (algorithm == key_record_flags) {
    if (in.u8() != key_record_protocol || identity_bytes < key_record_head_bytes) in.fail();
    algorithm = in.u8();
    identity_bytes -= std::min(identity_bytes, key_record_head_bytes);
  }
  identity.algorithm = static_cast<crypto::HostAlgorithm>(algorithm);
  identity.bytes = copy_of(in.bytes(identity_bytes));
  in.bytes(domain_bytes);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return identity;
}

std::optional<IpAddress> address_of(Bytes sixteen) {
  constexpr std::size_t mapped_prefix_bytes = 12;
  const Bytes prefix = sixteen.first(mapped_prefix_bytes);
  const bool mapped = all_zero(prefix.first(10)) && prefix[10] == std::byte{0xff} && prefix[11] == std::byte{0xff};
  const auto address = ip_address_from(mapped ? sixteen.subspan(mapped_prefix_bytes) : sixteen);
  return address ? std::optional{*address} : std::nullopt;
}

/// RFC 8046, 4: each an address (type 0), or an SPI and an address (type 1). Others are passed over.
Result<std::vector<IpAddress>> read_locators(Bytes content) {
  constexpr std::size_t address_units = 4;
  constexpr std::size_t address_bytes = 16;
  std::vector<IpAddress> locators;
  Reader in{content};
  while (!in.at_end() && !in.failed()) {
    in.u8();  // traffic type
    const std::uint8_t type = in.u8();
    const std::size_t units = in.u8();
    in.u8();   // preferred or not
    in.u32();  // lifetime
    const Bytes locator = in.bytes(4 * units);
    const bool plain = type == 0 && units == address_units;
    const bool with_spi = type == 1 && units == address_units + 1;
    if (in.failed() || !(plain || with_spi) || locators.size() == hdrr_locators_maximum) continue;
    if (const auto address = address_of(locator.last(address_bytes))) locators.push_back(*address);
  }
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return locators;
}

/// Algorithm in one byte (RFC 5201, and OpenHIP always) or two (RFC 7401), then a signature of the key's length.
Result<ByteVector> read_signature(Bytes content, const crypto::HostIdentity& identity) {
  const auto form = crypto::signature_form(identity.algorithm, identity.bytes);
  if (!form) return form.error();
  if (content.size() < form->signature_bytes) return Errc::malformed;
  const std::size_t algorithm_bytes = content.size() - form->signature_bytes;
  const auto algorithm = static_cast<std::byte>(identity.algorithm);
  const bool short_form = algorithm_bytes == 1 && content[0] == algorithm;
  const bool long_form = algorithm_bytes == 2 && content[0] == std::byte{0} && content[1] == algorithm;
  if (!short_form && !long_form) return Errc::malformed;
  return copy_of(content.last(form->signature_bytes));
}

}  // namespace

Result<Hdrr> read_hdrr(Bytes packet) {
  if (packet.size() > hdrr_maximum_bytes) return Errc::too_large;
  Reader in{packet};
  const auto hit = read_header(in, packet.size());
  if (!hit) return hit.error();
  const auto parameters = read_parameters(in, packet.size());
  if (!parameters) return parameters.error();
  const Parameter* const host_id = find(*parameters, parameter_host_id);
  const Parameter* const locator = find(*parameters, parameter_locator);
  if (!host_id || parameters->back().type != parameter_signature) return Errc::malformed;
  const Parameter& signed_by = parameters->back();
  Hdrr hdrr;
  hdrr.hit = *hit;
  auto identity = read_identity(host_id->content);
  if (!identity) return identity.error();
  hdrr.identity = std::move(*identity);
  auto signature = read_signature(signed_by.content, hdrr.identity);
  if (!signature) return signature.error();
  hdrr.signature = std::move(*signature);
  if (locator) {
    auto locators = read_locators(locator->content);
    if (!locators) return locators.error();
    hdrr.locators = std::move(*locators);
  }
  if (!crypto::belongs_to(hdrr.hit, hdrr.identity.algorithm, hdrr.identity.bytes)) return Errc::malformed;
  hdrr.content = copy_of(packet.first(signed_by.offset));
  // Signed with a length that ends here, and a checksum of 0, which read_header has seen.
  hdrr.content[1] = static_cast<std::byte>(signed_by.offset / unit_bytes - 1);
  return hdrr;
}

bool check_signature(const Hdrr& hdrr, const crypto::Verifier& verifier) {
  using crypto::Algorithm;
  const auto form = crypto::signature_form(hdrr.identity.algorithm, hdrr.identity.bytes);
  if (!form) return false;
  const auto check = [&](Algorithm algorithm) {
    Bytes key = hdrr.identity.bytes;
    if (algorithm == Algorithm::ed25519) key = key.last(crypto::PublicKey::size_bytes);
    return verifier.check(algorithm, key, hdrr.content, hdrr.signature);
  };
  if (check(form->algorithm)) return true;
  if (hdrr.identity.algorithm != crypto::HostAlgorithm::rsa) return false;
  const bool first_version = crypto::kind_of(hdrr.hit) == crypto::HitKind::hip_v1;
  return check(first_version ? Algorithm::rsa_sha1 : Algorithm::rsa_openhip);
}

}  // namespace p2pns::dht
