#include "core/dht/weak_record.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/dht/hdrr.hpp"
#include "core/dht/record_parts.hpp"
#include "core/wire/message.hpp"

namespace p2pns::dht {
namespace {

constexpr std::string_view purpose = "weak record v1";
static_assert(weak_value_maximum_bytes + 165 == wire::record_maximum_bytes);

constexpr std::size_t node_key_offset = 1 + Key::size_bytes;

/// ok, or why this cannot stand under this key; signatures are not looked at.
Errc check_value(const Key& key, Bytes value) {
  if (value.size() > weak_value_maximum_bytes) return Errc::too_large;
  if (value.empty() || !crypto::is_hit_key(key)) return Errc::ok;
  const auto hdrr = read_hdrr(value);
  if (!hdrr) return static_cast<Errc>(hdrr.error().value());
  return crypto::hit_key_of(hdrr->hit) == key ? Errc::ok : Errc::malformed;
}

ByteVector content_of(const WeakStatement& statement) {
  wire::Writer out;
  out.u8(static_cast<std::uint8_t>(weak_type_of(statement.key, crypto::node_id_of(statement.node_key))));
  out.fixed(statement.key).fixed(statement.node_key).fixed(statement.puzzle);
  out.u8(static_cast<std::uint8_t>(statement.application())).u64(statement.sequence);
  write_time(out, statement.not_after);
  out.short_bytes(statement.secret_hash ? statement.secret_hash->view() : Bytes{});
  out.long_bytes(statement.value);
  return std::move(out).take();
}

std::optional<crypto::Sha1Digest> read_secret_hash(wire::Reader& in) {
  const Bytes bytes = in.short_bytes();
  if (bytes.empty()) return std::nullopt;
  const auto hash = crypto::Sha1Digest::from(bytes);
  if (!hash) in.fail();
  return hash ? std::optional{*hash} : std::nullopt;
}

/// Beside the signature of the record: the node's puzzles, so that what it puts has a price, and the host's signature.
Errc check_further(Bytes record, const crypto::Verifier& verifier, const crypto::NetworkParameters& network,
                   UnixTime now) {
  const auto statement = decode_weak_statement(record);
  if (!statement) return static_cast<Errc>(statement.error().value());
  // A sequence of tomorrow would hold the place against everybody else's of today.
  const auto latest = (now + clock_tolerance).time_since_epoch().count();
  if (statement->sequence > static_cast<std::uint64_t>(std::max<std::int64_t>(latest, 0))) return Errc::clock_skew;
  if (!crypto::puzzles_solved(statement->node_key, statement->puzzle, network.puzzles)) return Errc::puzzle_unsolved;
  if (statement->value.empty() || statement->application() != WeakApplication::address) return Errc::ok;
  const auto hdrr = read_hdrr(statement->value);
  return hdrr && check_signature(*hdrr, verifier) ? Errc::ok : Errc::bad_signature;
}

}  // namespace

WeakApplication WeakStatement::application() const noexcept {
  return crypto::is_hit_key(key) ? WeakApplication::address : WeakApplication::name;
}

RecordType weak_type_of(const Key& key, const NodeId& node) {
  const crypto::Digest digest = crypto::sha256({as_bytes("p2pns weak place"), key.view(), node.view()});
  return weak_type(std::to_integer<std::size_t>(digest.value.front()) % weak_places);
}

Result<SignedRecord> sign(const WeakStatement& statement, const crypto::Identity& node,
                          const crypto::NetworkParameters& network) {
  P2PNS_ASSERT(statement.node_key == node.public_key() && statement.puzzle == node.puzzle());
  if (statement.sequence == 0 || statement.not_after < UnixTime{}) return Errc::malformed;
  if (const Errc error = check_value(statement.key, statement.value); error != Errc::ok) return error;
  SignedRecord record{weak_type_of(statement.key, node.node_id()), content_of(statement)};
  const auto signature = node.keys().sign(crypto::signing_input(purpose, network.network_id, record.bytes));
  record.bytes.insert(record.bytes.end(), signature.value.begin(), signature.value.end());
  return record;
}

Result<WeakStatement> decode_weak_statement(Bytes bytes) {
  if (bytes.size() > wire::record_maximum_bytes) return Errc::too_large;
  wire::Reader in{bytes};
  WeakStatement statement;
  const auto type = static_cast<RecordType>(in.u8());
  statement.key = in.fixed<Key>();
  statement.node_key = in.fixed<crypto::PublicKey>();
  statement.puzzle = in.fixed<crypto::PuzzleSolution>();
  const std::uint8_t application = in.u8();
  statement.sequence = read_sequence(in);
  statement.not_after = read_time(in);
  statement.secret_hash = read_secret_hash(in);
  statement.value = copy_of(in.long_bytes());
  in.fixed<crypto::Signature>();
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  if (type != weak_type_of(statement.key, crypto::node_id_of(statement.node_key)) ||
      application != static_cast<std::uint8_t>(statement.application()))
    return Errc::malformed;
  if (const Errc error = check_value(statement.key, statement.value); error != Errc::ok) return error;
  return statement;
}

Result<RecordForm> read_weak_form(Bytes bytes) {
  const auto statement = decode_weak_statement(bytes);
  if (!statement) return statement.error();
  RecordForm form;
  form.hip_key = statement->key;
  form.owner = statement->node_key;
  form.sequence = statement->sequence;
  form.not_after = statement->not_after;
  form.purpose = purpose;
  form.signer = bytes.subspan(node_key_offset, crypto::PublicKey::size_bytes);
  form.content = bytes.first(bytes.size() - crypto::Signature::size_bytes);
  form.signature = bytes.last(crypto::Signature::size_bytes);
  form.check_further = check_further;
  return form;
}

}  // namespace p2pns::dht
