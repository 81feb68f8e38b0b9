#include "core/store/lmdb_state_store.hpp"

#include "core/store/store_layout.hpp"

namespace p2pns::store {

Operation LmdbStateStore::put(StateTable table, ByteVector key, ByteVector value,
                              Callback<void(Result<void>)> callback) {
  if (key.empty() || key.size() > state_key_maximum_bytes || value.size() > state_value_maximum_bytes)
    return writer_.finish(Errc::too_large, std::move(callback));
  ByteVector place = encode_state_key(table, key);
  ByteVector content = with_checksum(place, value);
  return writer_.write({Write::Table::state, std::move(place), std::move(content)}, std::move(callback));
}

Operation LmdbStateStore::remove(StateTable table, ByteVector key, Callback<void(Result<void>)> callback) {
  // No such key can have been put, and LMDB takes no longer ones.
  if (key.size() > state_key_maximum_bytes) return writer_.finish(Errc::ok, std::move(callback));
  return writer_.write({Write::Table::state, encode_state_key(table, key), std::nullopt}, std::move(callback));
}

std::vector<StateEntry> LmdbStateStore::load(StateTable table) const {
  std::vector<StateEntry> loaded;
  std::size_t damaged = 0;
  const ReadTransaction transaction(environment_);
  Cursor cursor(transaction.handle(), environment_.tables().state);
  const std::byte prefix{static_cast<std::uint8_t>(table)};
  for (bool more = cursor.seek({&prefix, 1}); more && cursor.key().front() == prefix; more = cursor.next()) {
    if (const auto value = checked(cursor.key(), cursor.value()))
      loaded.push_back({copy_of(cursor.key().subspan(1)), copy_of(*value)});
    else
      ++damaged;
  }
  if (damaged > 0)
    log_.write(Severity::error, "store: " + std::to_string(damaged) +
                                    " damaged entries of the node's own state were left out; see p2pns store check");
  return loaded;
}

}  // namespace p2pns::store
