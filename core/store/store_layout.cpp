#include "core/store/store_layout.hpp"

#include <algorithm>

#include "core/crypto/digest.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::store {

namespace {

constexpr std::size_t end_bytes = 8;

std::uint64_t number_of(UnixTime end) { return static_cast<std::uint64_t>(end.time_since_epoch().count()); }
UnixTime time_of(std::uint64_t number) {
  return UnixTime{std::chrono::milliseconds{static_cast<std::int64_t>(number)}};
}

}  // namespace

RecordPlaceKey encode_place(const dht::RecordPlace& place) {
  RecordPlaceKey key;
  std::ranges::copy(place.key.value, key.value.begin());
  key.value.back() = static_cast<std::byte>(place.type);
  return key;
}

std::optional<dht::RecordPlace> decode_place(Bytes bytes) {
  if (bytes.size() != RecordPlaceKey::size_bytes) return std::nullopt;
  return dht::RecordPlace{*Key::from(bytes.first(Key::size_bytes)), static_cast<dht::RecordType>(bytes.back())};
}

ExpiryKey encode_expiry(UnixTime end, const RecordPlaceKey& place) {
  wire::Writer out;
  out.u64(number_of(end)).fixed(place);
  return *ExpiryKey::from(out.view());
}

std::optional<std::pair<UnixTime, RecordPlaceKey>> decode_expiry(Bytes bytes) {
  wire::Reader in{bytes};
  const UnixTime end = time_of(in.u64());
  const auto place = in.fixed<RecordPlaceKey>();
  if (in.finish() != Errc::ok) return std::nullopt;
  return std::pair{end, place};
}

ByteVector encode_state_key(StateTable table, Bytes key) {
  wire::Writer out;
  out.u8(static_cast<std::uint8_t>(table)).bytes(key);
  return std::move(out).take();
}

ByteVector with_checksum(Bytes key, Bytes content) {
  wire::Writer out;
  out.bytes(crypto::sha256({key, content}).view().first(checksum_bytes)).bytes(content);
  return std::move(out).take();
}

std::optional<Bytes> checked(Bytes key, Bytes value) {
  if (value.size() < checksum_bytes) return std::nullopt;
  const Bytes content = value.subspan(checksum_bytes);
  const auto digest = crypto::sha256({key, content});
  if (!equal(value.first(checksum_bytes), digest.view().first(checksum_bytes))) return std::nullopt;
  return content;
}

UnixTime claimed_end(Bytes value) {
  if (value.size() < checksum_bytes + end_bytes) return {};
  return time_of(wire::Reader{value.subspan(checksum_bytes)}.u64());
}

ByteVector RecordCodec::encode(const RecordPlaceKey& key, const dht::VerifiedRecord& record) {
  wire::Writer content;
  content.u64(number_of(record.not_after())).bytes(record.bytes());
  return with_checksum(key.view(), content.view());
}

std::optional<dht::VerifiedRecord> RecordCodec::decode(Bytes key, Bytes value) {
  const auto place = decode_place(key);
  const auto content = checked(key, value);
  if (!place || !content || content->size() < end_bytes) return std::nullopt;
  auto record = restore(dht::RestorePass{}, place->key, {place->type, copy_of(content->subspan(end_bytes))});
  if (!record) return std::nullopt;
  return std::move(*record);
}

}  // namespace p2pns::store
