// What nodes say to each other: message types and their bodies as plain values, each with encode and decode.
// docs/protocol.md is the reference and holds the test vectors.
#pragma once

#include <string>
#include <vector>

#include "core/wire/node_handle.hpp"

namespace p2pns::wire {

/// Message types. An answer has the number of its request plus 0x80 unless it has a number of its own.
/// 0x20-0x26 are reserved for the claim protocol (lock, confirm, certificate).
enum class MessageType : std::uint8_t {
  // unsealed
  hello = 0x01,  ///< asks a node whose key is unknown for its RETRY
  retry = 0x02,  ///< stateless: cookie, key and puzzle of the responder, its time
  // overlay
  ping = 0x10,
  find_node = 0x11,
  leave = 0x12,  ///< the sender stops serving
  // DHT
  get = 0x18,
  store = 0x19,
  withdraw = 0x1a,
  // claim protocol, reserved: these numbers will not be used for anything else
  lock = 0x20,
  confirm = 0x21,
  renew = 0x22,
  store_certified = 0x23,
  release = 0x24,
  transfer = 0x25,
  get_certificate = 0x26,
  // replication (replication_message.hpp)
  pull_range = 0x27,
  hand_over = 0x28,
  offer = 0x29,
  compare_ranges = 0x2a,
  // names
  ask_owner = 0x40,
  watch = 0x41,      // reserved
  push = 0x42,       // reserved
  open_link = 0x48,  // reserved
  // answers
  pong = 0x90,
  nodes = 0x91,
  left = 0x92,
  value = 0x98,
  stored = 0x99,
  withdrawn = 0x9a,
  range_page = 0xa7,
  handed_over = 0xa8,
  offered = 0xa9,
  compared = 0xaa,
  owner_says = 0xc0,
  not_ready = 0xfe,  ///< the responder has not joined, or is still pulling this range: no vote
  refused = 0xff,    ///< the responder will not do it, and says why
};

/// Hard limits of one datagram (never fragmented on any IPv6 path) and of what fits into it.
inline constexpr std::size_t datagram_maximum_bytes = 1232;
inline constexpr std::size_t contacts_per_answer_maximum = 24;
inline constexpr std::size_t record_maximum_bytes = 1000;
/// A label and a zone of 63 bytes each, and the dot.
inline constexpr std::size_t name_maximum_bytes = 127;

struct Ping {
  bool joined = false;  ///< the sender serves requests, so it may be put into tables
};
struct Pong {
  bool joined = false;
  Endpoint observed;  ///< the asker's address as seen by the responder; default value: not said, or not usable
};
struct FindNode {
  Key target;
  std::uint8_t contacts_wanted = 16;  ///< 1..24
};
struct Nodes {
  std::vector<NodeHandle> contacts;  ///< nearest to the target first
};
struct Leave {};
struct Left {};
struct Get {
  Key key;
  std::uint8_t record_type = 0;
};
struct Value {
  ByteVector record;                 ///< empty: this replica has none; at most record_maximum_bytes (asserted)
  std::vector<NodeHandle> contacts;  ///< as many nearest ones as fit behind the record
};
struct Store {
  std::uint8_t record_type = 0;
  ByteVector record;  ///< 1 to record_maximum_bytes (asserted)
};
/// A replica's word about a put.
enum class StoreVerdict : std::uint8_t { stored = 0, taken = 1, stale = 2, invalid = 3, full = 4, not_responsible = 5 };
struct Stored {
  StoreVerdict verdict = StoreVerdict::stored;
  ByteVector existing;  ///< taken, stale: the record that stands in the way; empty otherwise (asserted)
};
struct Withdraw {
  ByteVector withdrawal;  ///< a signed withdrawal record (core/dht)
};
struct Withdrawn {};
struct AskOwner {
  std::string name;  ///< canonical "label.zone", not checked here; empty: only prove yourself and say what you are
};
struct OwnerSays {
  ByteVector record_set;  ///< signed; empty: this node owns no such name
};
struct NotReady {};
/// Why a request is refused. Numbers, because Errc may change between versions.
enum class RefusalReason : std::uint8_t {
  unspecified = 0,
  malformed = 1,
  unsupported = 2,
  overloaded = 3,
  forbidden = 4
};
struct Refused {
  RefusalReason reason = RefusalReason::unspecified;  ///< a number not known here reads as unspecified
};

ByteVector encode(const Ping&);
ByteVector encode(const Pong&);
ByteVector encode(const FindNode&);
/// Drops the farthest contacts that do not fit into `maximum_bytes` (at least 1: the count), any beyond
/// contacts_per_answer_maximum, repeated NodeIDs, and nodes without a usable address.
ByteVector encode(const Nodes&, std::size_t maximum_bytes);
ByteVector encode(const Leave&);
ByteVector encode(const Left&);
ByteVector encode(const Get&);
/// The record always goes in whole; contacts as above, in what is left of `maximum_bytes`.
ByteVector encode(const Value&, std::size_t maximum_bytes);
ByteVector encode(const Store&);
ByteVector encode(const Stored&);
ByteVector encode(const Withdraw&);
ByteVector encode(const Withdrawn&);
ByteVector encode(const AskOwner&);
ByteVector encode(const OwnerSays&);
ByteVector encode(const NotReady&);
ByteVector encode(const Refused&);

/// Each decoder accepts exactly one encoding. Errors: truncated, trailing_bytes, malformed, too_large, puzzle_unsolved.
/// One bad contact, or a NodeID that comes twice, makes the whole answer bad: no honest node sends it.
Result<Ping> decode_ping(Bytes);
Result<Pong> decode_pong(Bytes);
Result<FindNode> decode_find_node(Bytes);
Result<Nodes> decode_nodes(Bytes, const crypto::PuzzleDifficulty&);
Result<Leave> decode_leave(Bytes);
Result<Left> decode_left(Bytes);
Result<Get> decode_get(Bytes);
Result<Value> decode_value(Bytes, const crypto::PuzzleDifficulty&);
Result<Store> decode_store(Bytes);
Result<Stored> decode_stored(Bytes);
Result<Withdraw> decode_withdraw(Bytes);
Result<Withdrawn> decode_withdrawn(Bytes);
Result<AskOwner> decode_ask_owner(Bytes);
Result<OwnerSays> decode_owner_says(Bytes);
Result<NotReady> decode_not_ready(Bytes);
Result<Refused> decode_refused(Bytes);

}  // namespace p2pns::wire
