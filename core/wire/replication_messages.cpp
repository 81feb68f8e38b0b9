#include "core/base/assert.hpp"
#include "core/wire/message_parts.hpp"
#include "core/wire/replication_message.hpp"

namespace p2pns::wire {
namespace {

using detail::MayBeEmpty;

constexpr auto highest_verdict = static_cast<std::uint8_t>(StoreVerdict::not_responsible);
constexpr auto highest_offer_state = static_cast<std::uint8_t>(OfferState::not_responsible);

void write_place(Writer& out, const WirePlace& place) { out.fixed(place.key).u8(place.record_type); }

WirePlace read_place(Reader& in) {
  WirePlace place;
  place.key = in.fixed<Key>();
  place.record_type = in.u8();
  return place;
}

void write_optional_place(Writer& out, const std::optional<WirePlace>& place) {
  detail::write_flag(out, place.has_value());
  if (place) write_place(out, *place);
}

std::optional<WirePlace> read_optional_place(Reader& in) {
  if (!detail::read_flag(in)) return std::nullopt;
  return read_place(in);
}

void write_count(Writer& out, std::size_t count, std::size_t minimum, std::size_t maximum) {
  P2PNS_ASSERT(count >= minimum && count <= maximum);
  out.u8(static_cast<std::uint8_t>(count));
}

std::size_t read_count(Reader& in, std::size_t minimum, std::size_t maximum) {
  const std::size_t count = in.u8();
  if (count > maximum) in.fail(Errc::too_large);
  if (count < minimum) in.fail();
  return in.failed() ? 0 : count;
}

void write_records(Writer& out, const std::vector<TypedRecord>& records, std::size_t minimum) {
  write_count(out, records.size(), minimum, records_per_message_maximum);
  for (const TypedRecord& each : records) {
    out.u8(each.record_type);
    detail::write_record(out, each.record, MayBeEmpty::no);
  }
}

std::vector<TypedRecord> read_records(Reader& in, std::size_t minimum) {
  std::vector<TypedRecord> records(read_count(in, minimum, records_per_message_maximum));
  for (TypedRecord& each : records) {
    each.record_type = in.u8();
    each.record = detail::read_record(in, MayBeEmpty::no);
  }
  return records;
}

bool may_show_existing(StoreVerdict verdict) {
  return verdict == StoreVerdict::taken || verdict == StoreVerdict::stale;
}

}  // namespace

ByteVector encode(const PullRange& pull) {
  Writer out;
  out.fixed(pull.from).fixed(pull.to);
  write_optional_place(out, pull.after);
  write_count(out, pull.known.size(), 0, known_digests_maximum);
  for (const RecordDigest digest : pull.known) out.u64(digest);
  return std::move(out).take();
}

Result<PullRange> decode_pull_range(Bytes body) {
  Reader in{body};
  PullRange pull;
  pull.from = in.fixed<Key>();
  pull.to = in.fixed<Key>();
  pull.after = read_optional_place(in);
  pull.known.resize(read_count(in, 0, known_digests_maximum));
  for (RecordDigest& digest : pull.known) digest = in.u64();
  return detail::finished(in, std::move(pull));
}

ByteVector encode(const RangePage& page) {
  Writer out;
  out.u64(page.lacking);
  write_records(out, page.records, 0);
  write_optional_place(out, page.last);
  return std::move(out).take();
}

Result<RangePage> decode_range_page(Bytes body) {
  Reader in{body};
  RangePage page;
  page.lacking = in.u64();
  page.records = read_records(in, 0);
  page.last = read_optional_place(in);
  return detail::finished(in, std::move(page));
}

ByteVector encode(const HandOver& hand_over) {
  Writer out;
  write_records(out, hand_over.records, 1);
  return std::move(out).take();
}

Result<HandOver> decode_hand_over(Bytes body) {
  Reader in{body};
  HandOver hand_over{read_records(in, 1)};
  return detail::finished(in, std::move(hand_over));
}

ByteVector encode(const HandedOver& handed_over, std::size_t maximum_bytes) {
  constexpr std::size_t item_bytes = 1 + 2;
  std::size_t left = maximum_bytes - std::min(maximum_bytes, 1 + item_bytes * handed_over.items.size());
  Writer out;
  write_count(out, handed_over.items.size(), 1, records_per_message_maximum);
  for (const HandedOver::Item& item : handed_over.items) {
    P2PNS_ASSERT(item.existing.empty() || may_show_existing(item.verdict));
    const bool fits = item.existing.size() <= left;
    out.u8(static_cast<std::uint8_t>(item.verdict));
    detail::write_record(out, fits ? Bytes{item.existing} : Bytes{}, MayBeEmpty::yes);
    if (fits) left -= item.existing.size();
  }
  return std::move(out).take();
}

Result<HandedOver> decode_handed_over(Bytes body) {
  Reader in{body};
  HandedOver handed_over;
  handed_over.items.resize(read_count(in, 1, records_per_message_maximum));
  for (HandedOver::Item& item : handed_over.items) {
    const std::uint8_t verdict = in.u8();
    if (verdict > highest_verdict) in.fail();
    item.verdict = static_cast<StoreVerdict>(verdict);
    item.existing = detail::read_record(in, MayBeEmpty::yes);
    if (!item.existing.empty() && !may_show_existing(item.verdict)) in.fail();
  }
  return detail::finished(in, std::move(handed_over));
}

ByteVector encode(const Offer& offer) {
  Writer out;
  write_count(out, offer.items.size(), 1, offers_per_message_maximum);
  for (const Offer::Item& item : offer.items) {
    write_place(out, item.place);
    out.u64(item.digest);
  }
  return std::move(out).take();
}

Result<Offer> decode_offer(Bytes body) {
  Reader in{body};
  Offer offer;
  offer.items.resize(read_count(in, 1, offers_per_message_maximum));
  for (Offer::Item& item : offer.items) {
    item.place = read_place(in);
    item.digest = in.u64();
  }
  return detail::finished(in, std::move(offer));
}

ByteVector encode(const Offered& offered) {
  Writer out;
  write_count(out, offered.states.size(), 1, offers_per_message_maximum);
  for (const OfferState state : offered.states) out.u8(static_cast<std::uint8_t>(state));
  return std::move(out).take();
}

Result<Offered> decode_offered(Bytes body) {
  Reader in{body};
  Offered offered;
  offered.states.resize(read_count(in, 1, offers_per_message_maximum));
  for (OfferState& state : offered.states) {
    const std::uint8_t value = in.u8();
    if (value > highest_offer_state) in.fail();
    state = static_cast<OfferState>(value);
  }
  return detail::finished(in, std::move(offered));
}

ByteVector encode(const CompareRanges& compare) {
  Writer out;
  write_count(out, compare.ranges.size(), 1, ranges_per_message_maximum);
  for (const CompareRanges::Range& range : compare.ranges) out.fixed(range.from).fixed(range.to).u64(range.digest);
  return std::move(out).take();
}

Result<CompareRanges> decode_compare_ranges(Bytes body) {
  Reader in{body};
  CompareRanges compare;
  compare.ranges.resize(read_count(in, 1, ranges_per_message_maximum));
  for (CompareRanges::Range& range : compare.ranges) {
    range.from = in.fixed<Key>();
    range.to = in.fixed<Key>();
    range.digest = in.u64();
  }
  return detail::finished(in, std::move(compare));
}

ByteVector encode(const Compared& compared) {
  Writer out;
  out.u32(compared.differing);
  return std::move(out).take();
}

Result<Compared> decode_compared(Bytes body) {
  Reader in{body};
  Compared compared;
  compared.differing = in.u32();
  if (compared.differing >> ranges_per_message_maximum != 0) in.fail();
  return detail::finished(in, compared);
}

}  // namespace p2pns::wire
