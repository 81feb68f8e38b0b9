#include "core/names/owned_name.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::names {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::string_view purpose = "owned name v1";

UnixTime read_time(wire::Reader& in) {
  const std::uint64_t value = in.u64();
  if (value > INT64_MAX) in.fail();
  return UnixTime{std::chrono::milliseconds{static_cast<std::int64_t>(value)}};
}

Copy read_copy(wire::Reader& in) {
  const std::uint8_t number = in.u8();
  if (number > static_cast<std::uint8_t>(Copy::taken_back)) in.fail();
  return static_cast<Copy>(number);
}

OwnedName read_name(wire::Reader& in) {
  OwnedName name;
  name.binding.zone = as_text(in.short_bytes());
  name.binding.label = as_text(in.short_bytes());
  name.binding.owner = in.fixed<crypto::PublicKey>();
  name.binding.node = in.fixed<NodeId>();
  name.binding.generation = in.u32();
  name.binding.sequence = in.u64();
  name.binding.not_after = read_time(in);
  name.copy = read_copy(in);
  name.record_sequence = in.u64();
  name.records = read_records(in);
  return name;
}

/// Version and network stand in front, so that they can be told apart from damage.
Errc check_start(wire::Reader& in, const crypto::NetworkParameters& network) {
  const std::uint8_t version = in.u8();
  if (in.failed()) return in.finish();
  if (version != format_version) return Errc::wrong_version;
  const std::string_view network_id = as_text(in.short_bytes());
  if (in.failed()) return in.finish();
  return network_id == network.network_id ? Errc::ok : Errc::wrong_network;
}

bool has_form(const OwnedName& owned) {
  return check_form(owned.binding) == Errc::ok && owned.record_sequence > 0 &&
         check_records(owned.records, name_of(owned));
}

}  // namespace

P2PName name_of(const OwnedName& owned) { return {NameKind::label, owned.binding.zone, owned.binding.label}; }

ByteVector state_key_of(const P2PName& name) { return copy_of(as_bytes(to_string(name))); }

ByteVector encode_owned_name(const OwnedName& owned, const crypto::Signer& signer,
                             const crypto::NetworkParameters& network) {
  const dht::Binding& binding = owned.binding;
  P2PNS_ASSERT(signer.public_key() == binding.owner);
  wire::Writer out;
  out.u8(format_version).short_bytes(as_bytes(network.network_id));
  out.short_bytes(as_bytes(binding.zone)).short_bytes(as_bytes(binding.label)).fixed(binding.owner);
  out.fixed(binding.node).u32(binding.generation).u64(binding.sequence);
  out.u64(static_cast<std::uint64_t>(binding.not_after.time_since_epoch().count()));
  out.u8(static_cast<std::uint8_t>(owned.copy)).u64(owned.record_sequence);
  write_records(out, owned.records);
  out.fixed(signer.sign(crypto::signing_input(purpose, network.network_id, out.view())));
  return std::move(out).take();
}

Result<OwnedName> decode_owned_name(Bytes key, Bytes value, const crypto::PublicKey& owner,
                                    const crypto::Verifier& verifier, const crypto::NetworkParameters& network) {
  wire::Reader in{value};
  if (const Errc error = check_start(in, network); error != Errc::ok) return error;
  OwnedName owned = read_name(in);
  in.fixed<crypto::Signature>();
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  const Bytes content = value.first(value.size() - crypto::Signature::size_bytes);
  const ByteVector input = crypto::signing_input(purpose, network.network_id, content);
  const Bytes signature = value.last(crypto::Signature::size_bytes);
  if (!verifier.check(crypto::Algorithm::ed25519, owned.binding.owner.view(), input, signature))
    return Errc::bad_signature;
  if (owned.binding.owner != owner) return Errc::not_owner;
  const ByteVector own_key = state_key_of(name_of(owned));
  if (!has_form(owned) || !std::equal(key.begin(), key.end(), own_key.begin(), own_key.end())) return Errc::malformed;
  return owned;
}

}  // namespace p2pns::names
