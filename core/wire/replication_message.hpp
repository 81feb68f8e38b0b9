// What replicas say to each other: reading a range, offering and handing over records, comparing ranges by digests.
// Plain values with encode and decode, as in message.hpp; docs/protocol.md is the reference.
#pragma once

#include <optional>

#include "core/wire/datagram.hpp"

namespace p2pns::wire {

/// First 8 bytes of SHA-256(record type ‖ record). It tells records apart, and proves nothing.
using RecordDigest = std::uint64_t;

/// One bit for each in RangePage::lacking.
inline constexpr std::size_t known_digests_maximum = 64;
/// A page is bounded by its bytes; records are no shorter than a signature.
inline constexpr std::size_t records_per_message_maximum = 16;
/// 29 bytes each: one request holds them.
inline constexpr std::size_t offers_per_message_maximum = 32;
/// 48 bytes each: one request holds them. One bit for each in Compared::differing.
inline constexpr std::size_t ranges_per_message_maximum = 20;

/// Where a record stands: position and type.
struct WirePlace {
  Key key;
  std::uint8_t record_type = 0;
  friend bool operator==(const WirePlace&, const WirePlace&) = default;
};
/// A record that is not verified.
struct TypedRecord {
  std::uint8_t record_type = 0;
  ByteVector record;  ///< 1 to record_maximum_bytes (asserted)
};

/// Reads [from, to) in the order of key and type; wraps around when to <= from.
struct PullRange {
  Key from;
  Key to;
  std::optional<WirePlace> after;   ///< go on behind this place
  std::vector<RecordDigest> known;  ///< records with these digests need not be sent; at most known_digests_maximum
};
struct RangePage {
  /// Bit i: no record of this page's part of the range has the digest known[i].
  std::uint64_t lacking = 0;
  std::vector<TypedRecord> records;  ///< those not known, in order
  std::optional<WirePlace> last;     ///< the page ends with this place; none: with the range
};
struct HandOver {
  std::vector<TypedRecord> records;  ///< 1 to records_per_message_maximum (asserted)
};
struct HandedOver {
  struct Item {
    StoreVerdict verdict = StoreVerdict::stored;
    ByteVector existing;  ///< taken, stale: the record that stands in the way, if it fits; empty otherwise (asserted)
  };
  std::vector<Item> items;  ///< one for each record, in order
};
struct Offer {
  struct Item {
    WirePlace place;
    RecordDigest digest = 0;
  };
  std::vector<Item> items;  ///< 1 to offers_per_message_maximum (asserted)
};
enum class OfferState : std::uint8_t { wanted = 0, held = 1, not_responsible = 2 };
struct Offered {
  std::vector<OfferState> states;  ///< one for each item, in order
};
struct CompareRanges {
  struct Range {
    Key from;
    Key to;                    ///< as in PullRange
    std::uint64_t digest = 0;  ///< sum modulo 2^64 over the records both nodes should store
  };
  std::vector<Range> ranges;  ///< 1 to ranges_per_message_maximum (asserted)
};
struct Compared {
  std::uint32_t differing = 0;  ///< bit i: ranges[i] has another digest here
};

/// What a record takes in RangePage and HandOver.
constexpr std::size_t typed_record_bytes(std::size_t record_bytes) noexcept { return 1 + 2 + record_bytes; }
/// An empty RangePage with a last place.
inline constexpr std::size_t range_page_overhead_bytes = 8 + 1 + 1 + Key::size_bytes + 1;
inline constexpr std::size_t hand_over_overhead_bytes = 1;

ByteVector encode(const PullRange&);
ByteVector encode(const RangePage&);
ByteVector encode(const HandOver&);
/// Leaves out records that stand in the way once `maximum_bytes` is reached.
ByteVector encode(const HandedOver&, std::size_t maximum_bytes);
ByteVector encode(const Offer&);
ByteVector encode(const Offered&);
ByteVector encode(const CompareRanges&);
ByteVector encode(const Compared&);

/// Errors: truncated, trailing_bytes, malformed, too_large.
Result<PullRange> decode_pull_range(Bytes);
Result<RangePage> decode_range_page(Bytes);
Result<HandOver> decode_hand_over(Bytes);
Result<HandedOver> decode_handed_over(Bytes);
Result<Offer> decode_offer(Bytes);
Result<Offered> decode_offered(Bytes);
Result<CompareRanges> decode_compare_ranges(Bytes);
Result<Compared> decode_compared(Bytes);

}  // namespace p2pns::wire
