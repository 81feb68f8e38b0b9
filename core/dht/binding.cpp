#include "core/dht/binding.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/dht/record_parts.hpp"

namespace p2pns::dht {
namespace {

using wire::Reader;
using wire::Writer;

constexpr std::string_view binding_purpose = "binding v1";
constexpr std::string_view withdrawal_purpose = "withdrawal v1";

template <class Statement>
SignedRecord finish_and_sign(Writer out, RecordType type, std::string_view purpose, const Statement& statement,
                             const crypto::Signer& signer, const crypto::NetworkParameters& network) {
  P2PNS_ASSERT(signer.public_key() == statement.owner);
  P2PNS_ASSERT(check_statement(statement) == Errc::ok);
  out.u32(statement.generation).u64(statement.sequence);
  write_time(out, statement.not_after);
  out.fixed(signer.sign(crypto::signing_input(purpose, network.network_id, out.view())));
  return {type, std::move(out).take()};
}

}  // namespace

Key name_position(std::string_view zone, std::string_view label, std::uint8_t index) {
  Writer parts;
  parts.bytes(as_bytes("p2pns name")).u8(index).short_bytes(as_bytes(zone)).short_bytes(as_bytes(label));
  const crypto::Digest digest = crypto::sha256(parts.view());
  Key key;
  std::ranges::copy(digest.view().first(Key::size_bytes), key.value.begin());
  return key;
}

Errc check_form(const Binding& binding) noexcept { return check_statement(binding); }

SignedRecord sign(const Binding& binding, const crypto::Signer& signer, const crypto::NetworkParameters& network) {
  Writer out;
  write_start(out, RecordType::binding, binding.zone, binding.label);
  out.fixed(binding.owner).fixed(binding.node);
  return finish_and_sign(std::move(out), RecordType::binding, binding_purpose, binding, signer, network);
}

SignedRecord sign(const Withdrawal& withdrawal, const crypto::Signer& signer,
                  const crypto::NetworkParameters& network) {
  Writer out;
  write_start(out, RecordType::withdrawal, withdrawal.zone, withdrawal.label);
  out.fixed(withdrawal.owner);
  return finish_and_sign(std::move(out), RecordType::withdrawal, withdrawal_purpose, withdrawal, signer, network);
}

Result<Binding> decode_binding(Bytes bytes) {
  Reader in{bytes};
  Binding binding;
  read_start(in, RecordType::binding, binding);
  binding.node = in.fixed<NodeId>();
  read_versions(in, binding);
  in.fixed<crypto::Signature>();
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return binding;
}

Result<Withdrawal> decode_withdrawal(Bytes bytes) {
  Reader in{bytes};
  Withdrawal withdrawal;
  read_start(in, RecordType::withdrawal, withdrawal);
  read_versions(in, withdrawal);
  in.fixed<crypto::Signature>();
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return withdrawal;
}

Result<RecordForm> read_binding_form(Bytes bytes) {
  const auto binding = decode_binding(bytes);
  if (!binding) return binding.error();
  return form_of(*binding, binding_purpose, bytes);
}

Result<RecordForm> read_withdrawal_form(Bytes bytes) {
  const auto withdrawal = decode_withdrawal(bytes);
  if (!withdrawal) return withdrawal.error();
  return form_of(*withdrawal, withdrawal_purpose, bytes);
}

}  // namespace p2pns::dht
