// Private to core/dht: the parts that all records about a name have in common. Each begins with type, zone, label and
// owner, carries generation, sequence and not-after, and ends with the owner's signature.
#pragma once

#include <string>

#include "core/dht/binding.hpp"
#include "core/dht/record_form.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::dht {

/// ok, too_large or malformed.
Errc check_zone(std::string_view) noexcept;
Errc check_label(std::string_view) noexcept;

/// A text that passes `check`; otherwise its error sticks to the reader.
std::string read_text(wire::Reader&, Errc (*check)(std::string_view));
UnixTime read_time(wire::Reader&);
/// Never 0.
std::uint64_t read_sequence(wire::Reader&);
void write_time(wire::Writer&, UnixTime);
void write_start(wire::Writer&, RecordType, std::string_view zone, std::string_view label);

/// ok when zone, label, sequence and not-after can stand in a record.
template <class Statement>
Errc check_statement(const Statement& statement) noexcept {
  if (const Errc error = check_zone(statement.zone); error != Errc::ok) return error;
  if (const Errc error = check_label(statement.label); error != Errc::ok) return error;
  return statement.sequence > 0 && statement.not_after >= UnixTime{} ? Errc::ok : Errc::malformed;
}

template <class Statement>
void read_start(wire::Reader& in, RecordType type, Statement& statement) {
  if (in.u8() != static_cast<std::uint8_t>(type)) in.fail();
  statement.zone = read_text(in, check_zone);
  statement.label = read_text(in, check_label);
  statement.owner = in.fixed<crypto::PublicKey>();
}

template <class Statement>
void read_versions(wire::Reader& in, Statement& statement) {
  statement.generation = in.u32();
  statement.sequence = read_sequence(in);
  statement.not_after = read_time(in);
}

/// `bytes`: the whole record, which has been read as the statement without an error.
template <class Statement>
RecordForm form_of(const Statement& statement, std::string_view purpose, Bytes bytes) {
  RecordForm form;
  const std::string_view text = as_text(bytes);  // views of the bytes outlive this function
  form.zone = text.substr(2, statement.zone.size());
  form.label = text.substr(2 + statement.zone.size() + 1, statement.label.size());
  form.owner = statement.owner;
  form.generation = statement.generation;
  form.sequence = statement.sequence;
  form.not_after = statement.not_after;
  form.purpose = purpose;
  form.content = bytes.first(bytes.size() - crypto::Signature::size_bytes);
  form.signature = bytes.last(crypto::Signature::size_bytes);
  // The owner's key stands right behind the label.
  const std::size_t owner_at = 1 + 1 + statement.zone.size() + 1 + statement.label.size();
  form.signer = bytes.subspan(owner_at, crypto::PublicKey::size_bytes);
  return form;
}

}  // namespace p2pns::dht
