#include "core/store/lmdb_record_store.hpp"

#include "core/store/store_layout.hpp"

namespace p2pns::store {

namespace {

/// Walks from `first` up to, and without, `end` (none: to the last key), at most `left` entries.
/// True when it came to the end.
template <class Take>
bool walk(Cursor& cursor, const RecordPlaceKey& first, const std::optional<RecordPlaceKey>& end, std::size_t& left,
          Take take) {
  for (bool more = cursor.seek(first.view()); more; more = cursor.next()) {
    if (end && !(as_text(cursor.key()) < as_text(end->view()))) return true;
    if (left == 0) return false;
    --left;
    take(cursor.key(), cursor.value());
  }
  return true;
}

/// The key right behind `place`; none behind the last one there is.
std::optional<RecordPlaceKey> behind(const dht::RecordPlace& place) {
  RecordPlaceKey key = encode_place(place);
  for (auto byte = key.value.rbegin(); byte != key.value.rend(); ++byte) {
    *byte = static_cast<std::byte>(static_cast<unsigned>(*byte) + 1);
    if (*byte != std::byte{0}) return key;
  }
  return std::nullopt;
}

RecordPlaceKey beginning_of(const Key& key) { return encode_place({key, dht::RecordType{}}); }

}  // namespace

Operation LmdbRecordStore::put(dht::VerifiedRecord record, Callback<void(Result<void>)> callback) {
  const RecordPlaceKey key = encode_place({record.key(), record.type()});
  return writer_.write({Write::Table::records, copy_of(key.view()), RecordCodec::encode(key, record)},
                       std::move(callback));
}

std::optional<dht::VerifiedRecord> LmdbRecordStore::find(const Key& key, dht::RecordType type) const {
  const RecordPlaceKey place = encode_place({key, type});
  const ReadTransaction transaction(environment_);
  const auto value = transaction.get(environment_.tables().records, place.view());
  return value ? decode(place.view(), *value) : std::nullopt;
}

Operation LmdbRecordStore::remove(const Key& key, dht::RecordType type, Callback<void(Result<void>)> callback) {
  return writer_.write({Write::Table::records, copy_of(encode_place({key, type}).view()), std::nullopt},
                       std::move(callback));
}

dht::ScanPage LmdbRecordStore::scan(const dht::KeyRange& range, const std::optional<dht::RecordPlace>& after,
                                    std::size_t maximum) const {
  dht::ScanPage page;
  const ReadTransaction transaction(environment_);
  Cursor cursor(transaction.handle(), environment_.tables().records);
  const auto take = [this, &page](Bytes key, Bytes value) {
    page.last = decode_place(key);
    if (auto record = decode(key, value)) page.records.push_back(std::move(*record));
  };
  // Of a range that wraps around, the part from the beginning of the keys comes second.
  const bool wraps = range.to <= range.from;
  const bool in_second_part = wraps && after && after->key < range.from;
  const auto from = after ? behind(*after) : beginning_of(range.from);
  const auto to = beginning_of(range.to);
  const auto first_end = wraps && !in_second_part ? std::nullopt : std::optional{to};
  bool complete = !from || walk(cursor, *from, first_end, maximum, take);
  if (complete && wraps && !in_second_part) complete = walk(cursor, beginning_of(Key{}), to, maximum, take);
  if (complete) page.last.reset();
  return page;
}

std::size_t LmdbRecordStore::size() const {
  return ReadTransaction(environment_).entries(environment_.tables().records);
}

std::optional<dht::VerifiedRecord> LmdbRecordStore::decode(Bytes key, Bytes value) const {
  auto record = RecordCodec::decode(key, value);
  if (!record && damaged_++ == 0)
    log_.write(Severity::error, "store: a damaged record was met and left out; stop p2pnsd and run p2pns store check");
  return record;
}

}  // namespace p2pns::store
