#include "core/dht/comparison.hpp"

#include <algorithm>

namespace p2pns::dht {

Comparison::Comparison(const ReplicationContext& context, Offers& offers, wire::NodeHandle peer, Callback<void()> done)
    : context_(context),
      offers_(offers),
      peer_(std::move(peer)),
      done_(std::move(done)),
      around_(context.routing),
      not_opened_(around_.range()) {
  ++context_.counters.comparisons;
}

bool Comparison::shared(const VerifiedRecord& record) const {
  return counts(context_, record) && around_.stores(around_.self(), record.key()) &&
         around_.stores(peer_.id, record.key());
}

Comparison::Cut Comparison::cut(const KeyRange& range, std::size_t maximum) const {
  std::optional<RecordPlace> after;
  std::size_t taken = 0;
  do {
    const ScanPage page = context_.store.scan(range, after, records_per_turn);
    for (const VerifiedRecord& record : page.records) {
      if (!shared(record)) continue;
      if (taken >= maximum && record.key() != range.from)
        return {{range.from, record.key()}, KeyRange{record.key(), range.to}};
      ++taken;
    }
    after = page.last;
  } while (after);
  return {range, std::nullopt};
}

std::size_t Comparison::count(const KeyRange& range, std::size_t enough) const {
  std::optional<RecordPlace> after;
  std::size_t found = 0;
  do {
    const ScanPage page = context_.store.scan(range, after, records_per_turn);
    for (const VerifiedRecord& record : page.records) found += shared(record) ? 1 : 0;
    after = page.last;
  } while (after && found < enough);
  return found;
}

void Comparison::proceed_later() {
  pause_ = context_.timers.after(comparison_pause, [this] { proceed(); });
}

void Comparison::proceed() {
  if (calls_ >= comparison_calls_maximum || taken_ >= comparison_records_maximum) return finish();
  if (!leaves_.empty()) {
    const KeyRange leaf = leaves_.front();
    leaves_.pop_front();
    return exchange(leaf);
  }
  if (open_.empty()) open_more();
  if (open_.empty()) return finish();
  compare();
}

void Comparison::open_more() {
  for (std::size_t i = 0; i < compared_ranges_first && not_opened_; ++i) {
    const Cut piece = cut(*not_opened_, compared_records_per_range);
    open_.push_back(piece.first);
    not_opened_ = piece.rest;
  }
}

void Comparison::compare() {
  wire::CompareRanges question;
  std::vector<KeyRange> asked;
  const auto is_shared = [this](const VerifiedRecord& record) { return shared(record); };
  while (!open_.empty() && asked.size() < wire::ranges_per_message_maximum) {
    const KeyRange range = open_.front();
    open_.pop_front();
    std::size_t unlimited = SIZE_MAX;
    const auto sum = sum_of(context_.store, range, is_shared, unlimited);
    question.ranges.push_back({range.from, range.to, sum->digest});
    asked.push_back(range);
  }
  ++calls_;
  call_ = context_.client.compare(
      peer_, question,
      [this, asked = std::move(asked)](const Result<wire::Compared>& answer) { on_compared(asked, answer); });
}

void Comparison::on_compared(const std::vector<KeyRange>& asked, const Result<wire::Compared>& answer) {
  if (!answer) return finish();  // gone, busy or not ready: the next neighbour's turn comes soon
  for (std::size_t i = 0; i < asked.size(); ++i)
    if ((answer->differing >> i & 1U) != 0) descend(asked[i]);
  proceed_later();
}

void Comparison::descend(const KeyRange& range) {
  const std::size_t records = count(range, SIZE_MAX);
  if (records <= comparison_leaf_records) {
    ++context_.counters.differences;
    leaves_.push_back(range);
    return;
  }
  const std::size_t piece_records = (records + comparison_fan_out - 1) / comparison_fan_out;
  for (std::optional<KeyRange> rest = range; rest;) {
    const Cut piece = cut(*rest, piece_records);
    open_.push_back(piece.first);
    rest = piece.rest;
  }
}

void Comparison::exchange(const KeyRange& leaf) {
  leaf_ = leaf;
  same_.clear();
  reader_ = std::make_unique<RangeReader>(context_, peer_, leaf, [this] { on_page(); });
  reader_->start();
}

void Comparison::on_page() {
  ++calls_;
  while (reader_->head()) {
    take(*reader_->head());
    reader_->pop();
  }
  const bool enough = calls_ >= comparison_calls_maximum || taken_ >= comparison_records_maximum;
  if (enough) reader_->stop();
  if (reader_->finished() && !enough) offer_rest();
  if (reader_->finished() || reader_->failed()) proceed_later();
}

void Comparison::take(const HeldRecord& held) {
  const RecordPlace place = place_of(held.record);
  if (held.same) {
    same_.insert(place);
    return;
  }
  if (!shared(held.record)) return;
  ++taken_;
  storing_[place] = context_.replica.hand_over({held.record.type(), held.record.bytes()},
                                               [this, place](const wire::Stored& stored) { on_taken(place, stored); });
}

// Ours is newer: it is offered with the rest of the leaf. The owner took it back: the neighbour does not know yet.
// (What stands in the way of a published set is not told: its withdrawal travels with its binding.)
void Comparison::on_taken(const RecordPlace& place, const wire::Stored& stored) {
  storing_.erase(place);
  if (stored.verdict == wire::StoreVerdict::taken) ++context_.counters.conflicts;
  const auto withdrawal = static_cast<std::byte>(RecordType::withdrawal);
  if (stored.verdict != wire::StoreVerdict::stale || stored.existing.empty() || stored.existing.front() != withdrawal)
    return;
  const wire::HandOver news{{{static_cast<std::uint8_t>(RecordType::withdrawal), stored.existing}}};
  context_.client.hand_over(peer_, news, [](const Result<wire::HandedOver>&) {}).detach();
}

void Comparison::offer_rest() {
  std::optional<RecordPlace> after;
  do {
    const ScanPage page = context_.store.scan(*leaf_, after, records_per_turn);
    for (const VerifiedRecord& record : page.records)
      if (shared(record) && !same_.contains(place_of(record))) offers_.add(peer_, place_of(record));
    after = page.last;
  } while (after);
}

void Comparison::finish() {
  call_.cancel();
  pause_ = context_.timers.after(comparison_pause, [this] {
    if (const auto done = std::move(done_)) done();  // may destroy this object
  });
}

}  // namespace p2pns::dht
