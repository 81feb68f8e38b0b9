#include "core/dht/binding.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/dht/record_form.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::dht {
namespace {

using wire::Reader;
using wire::Writer;

constexpr std::string_view binding_purpose = "binding v1";
constexpr std::string_view withdrawal_purpose = "withdrawal v1";

Errc check_zone(std::string_view zone) noexcept {
  if (zone.size() > zone_maximum_bytes) return Errc::too_large;
  return is_canonical_zone(zone) ? Errc::ok : Errc::malformed;
}

Errc check_label(std::string_view label) noexcept {
  if (label.size() > label_maximum_bytes) return Errc::too_large;
  return is_canonical_label(label) ? Errc::ok : Errc::malformed;
}

template <class Statement>
Errc check_statement(const Statement& statement) noexcept {
  if (const Errc error = check_zone(statement.zone); error != Errc::ok) return error;
  if (const Errc error = check_label(statement.label); error != Errc::ok) return error;
  return statement.sequence > 0 && statement.not_after >= UnixTime{} ? Errc::ok : Errc::malformed;
}

std::string read_text(Reader& in, Errc (*check)(std::string_view)) {
  const std::string_view text = as_text(in.short_bytes());
  if (in.failed()) return {};
  if (const Errc error = check(text); error != Errc::ok) in.fail(error);
  return std::string{text};
}

// A number beyond the signed range would turn negative, and so mean another time than it says.
UnixTime read_time(Reader& in) {
  const std::uint64_t milliseconds = in.u64();
  if (milliseconds > INT64_MAX) in.fail();
  return UnixTime{std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)}};
}

std::uint64_t read_sequence(Reader& in) {
  const std::uint64_t sequence = in.u64();
  if (sequence == 0) in.fail();
  return sequence;
}

void write_time(Writer& out, UnixTime time) { out.u64(static_cast<std::uint64_t>(time.time_since_epoch().count())); }

void write_start(Writer& out, RecordType type, std::string_view zone, std::string_view label) {
  out.u8(static_cast<std::uint8_t>(type)).short_bytes(as_bytes(zone)).short_bytes(as_bytes(label));
}

template <class Statement>
void read_start(Reader& in, RecordType type, Statement& statement) {
  if (in.u8() != static_cast<std::uint8_t>(type)) in.fail();
  statement.zone = read_text(in, check_zone);
  statement.label = read_text(in, check_label);
  statement.owner = in.fixed<crypto::PublicKey>();
}

template <class Statement>
void read_end(Reader& in, Statement& statement) {
  statement.generation = in.u32();
  statement.sequence = read_sequence(in);
  statement.not_after = read_time(in);
  in.fixed<crypto::Signature>();
}

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

template <class Statement>
RecordForm form_of(const Statement& statement, std::string_view purpose, Bytes bytes) {
  RecordForm form;
  form.key = name_position(statement.zone, statement.label, 0);
  form.owner = statement.owner;
  form.generation = statement.generation;
  form.sequence = statement.sequence;
  form.not_after = statement.not_after;
  form.purpose = purpose;
  form.content = bytes.first(bytes.size() - crypto::Signature::size_bytes);
  form.signature = bytes.last(crypto::Signature::size_bytes);
  // The owner's key stands right behind the label; a view of it outlives this function.
  const std::size_t owner_at = 1 + 1 + statement.zone.size() + 1 + statement.label.size();
  form.signer = bytes.subspan(owner_at, crypto::PublicKey::size_bytes);
  return form;
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
  read_end(in, binding);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return binding;
}

Result<Withdrawal> decode_withdrawal(Bytes bytes) {
  Reader in{bytes};
  Withdrawal withdrawal;
  read_start(in, RecordType::withdrawal, withdrawal);
  read_end(in, withdrawal);
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
