// Bodies of the messages that read, store and withdraw records.
#include "core/base/assert.hpp"
#include "core/wire/message_parts.hpp"

namespace p2pns::wire {

using detail::MayBeEmpty;

namespace {

constexpr auto highest_verdict = static_cast<std::uint8_t>(StoreVerdict::not_responsible);

// Only a record that stands in the way comes back: anything else would be a second encoding of the same verdict.
bool may_show_existing(StoreVerdict verdict) {
  return verdict == StoreVerdict::taken || verdict == StoreVerdict::stale;
}

}  // namespace

ByteVector encode(const Get& get) {
  Writer out;
  out.fixed(get.key).u8(get.record_type);
  return std::move(out).take();
}

Result<Get> decode_get(Bytes body) {
  Reader in{body};
  Get get;
  get.key = in.fixed<Key>();
  get.record_type = in.u8();
  return detail::finished(in, get);
}

ByteVector encode(const Value& value, std::size_t maximum_bytes) {
  Writer out;
  detail::write_record(out, value.record, MayBeEmpty::yes);
  detail::write_contacts(out, value.contacts, maximum_bytes);
  return std::move(out).take();
}

Result<Value> decode_value(Bytes body, const crypto::PuzzleDifficulty& difficulty) {
  Reader in{body};
  Value value;
  value.record = detail::read_record(in, MayBeEmpty::yes);
  value.contacts = detail::read_contacts(in, difficulty);
  return detail::finished(in, std::move(value));
}

ByteVector encode(const Store& store) {
  Writer out;
  out.u8(store.record_type);
  detail::write_record(out, store.record, MayBeEmpty::no);
  return std::move(out).take();
}

Result<Store> decode_store(Bytes body) {
  Reader in{body};
  Store store;
  store.record_type = in.u8();
  store.record = detail::read_record(in, MayBeEmpty::no);
  return detail::finished(in, std::move(store));
}

ByteVector encode(const Stored& stored) {
  P2PNS_ASSERT(stored.existing.empty() || may_show_existing(stored.verdict));
  Writer out;
  out.u8(static_cast<std::uint8_t>(stored.verdict));
  detail::write_record(out, stored.existing, MayBeEmpty::yes);
  return std::move(out).take();
}

Result<Stored> decode_stored(Bytes body) {
  Reader in{body};
  Stored stored;
  const std::uint8_t verdict = in.u8();
  if (verdict > highest_verdict) in.fail();
  stored.verdict = static_cast<StoreVerdict>(verdict);
  stored.existing = detail::read_record(in, MayBeEmpty::yes);
  if (!stored.existing.empty() && !may_show_existing(stored.verdict)) in.fail();
  return detail::finished(in, std::move(stored));
}

ByteVector encode(const Withdraw& withdraw) {
  Writer out;
  detail::write_record(out, withdraw.withdrawal, MayBeEmpty::no);
  return std::move(out).take();
}

Result<Withdraw> decode_withdraw(Bytes body) {
  Reader in{body};
  Withdraw withdraw{detail::read_record(in, MayBeEmpty::no)};
  return detail::finished(in, std::move(withdraw));
}

ByteVector encode(const Withdrawn&) { return {}; }

Result<Withdrawn> decode_withdrawn(Bytes body) { return detail::finished(Reader{body}, Withdrawn{}); }

}  // namespace p2pns::wire
