// What a store on disk holds, after its checksum: a damaged or foreign file may have any bytes with a good one. The
// input is: kind (1 byte, see below), key (u8 length), and the value.
#include <algorithm>

#include "core/kbr/peer_memory.hpp"
#include "core/names/owned_name.hpp"
#include "core/store/store_layout.hpp"
#include "core/store/store_stamp.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {
namespace {

enum class Kind : std::uint8_t { record, expiry, stamp, owned_name, peer };

void check_record(Bytes key, Bytes content) {
  const ByteVector value = store::with_checksum(key, content);
  require(equal(*store::checked(key, value), content), "a value is found behind its checksum");
  const auto record = store::RecordCodec::decode(key, value);
  if (!record) return;
  const auto place = store::decode_place(key);
  require(place && record->key() == place->key && record->type() == place->type, "a record lies where it was put");
  const auto place_key = store::encode_place(*place);
  require(equal(place_key.view(), key), "a place has one encoding");
  const bool end_is_right = store::claimed_end(value) == record->not_after();
  const bool same = equal(store::RecordCodec::encode(place_key, *record), value);
  require(same == end_is_right, "a record has one encoding");
}

void check_expiry(Bytes key) {
  const auto entry = store::decode_expiry(key);
  if (entry) require(equal(store::encode_expiry(entry->first, entry->second).view(), key), "an end has one encoding");
}

void check_stamp(Bytes content) {
  const store::StoreStamp wanted{{}, test_network.network_id};
  const auto stamp = store::decode_stamp(content);
  if (!stamp) return require(is_one_line(stamp.error().message), "an error is one line");
  require(equal(store::encode(*stamp), content), "a stamp has one encoding");
  const auto owned = store::check_owner(*stamp, wanted);
  require(owned.has_value() == (*stamp == wanted), "a store has one owner");
  if (!owned) require(is_one_line(owned.error().message), "an error is one line");
}

void check_owned_name(Bytes key, Bytes value) {
  const crypto::PublicKey owner = test_signer().public_key();
  const auto owned = names::decode_owned_name(key, value, owner, BelievingVerifier{}, test_network);
  if (!owned) return;
  const names::P2PName name = names::name_of(*owned);
  require(equal(names::state_key_of(name), key), "an own name lies where it was put");
  require(names::is_canonical(name), "an own name is canonical");
  require(equal(names::encode_owned_name(*owned, RepeatingSigner{owner, value}, test_network), value),
          "an own name has one encoding");
}

void check_peer(Bytes key, Bytes value) {
  const auto node = kbr::decode_peer({copy_of(key), copy_of(value)}, test_network);
  if (!node) return;
  const StateEntry again = kbr::encode_peer(*node, test_network);
  require(equal(again.key, key) && equal(again.value, value), "a peer has one encoding");
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  const auto kind = static_cast<Kind>(in.u8());
  const Bytes key = in.short_bytes();
  if (in.failed()) return;
  const Bytes value = in.remaining();
  switch (kind) {
    case Kind::record:
      return check_record(key, value);
    case Kind::expiry:
      return check_expiry(key);
    case Kind::stamp:
      return check_stamp(value);
    case Kind::owned_name:
      return check_owned_name(key, value);
    case Kind::peer:
      return check_peer(key, value);
  }
}

}  // namespace p2pns::fuzz
