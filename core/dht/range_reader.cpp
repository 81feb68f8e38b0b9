#include "core/dht/range_reader.hpp"

#include <map>

namespace p2pns::dht {

RangeReader::RangeReader(const ReplicationContext& context, wire::NodeHandle node, const KeyRange& range,
                         Callback<void()> on_progress)
    : context_(context), node_(std::move(node)), range_(range), on_progress_(std::move(on_progress)) {}

void RangeReader::stop() {
  state_ = State::ended;
  held_.clear();
  call_.cancel();
  pause_.cancel();
}

void RangeReader::pop() {
  P2PNS_ASSERT(!held_.empty());
  held_.pop_front();
  if (held_.empty() && state_ == State::reading) ask_after(page_pause);
}

void RangeReader::ask_after(Duration pause) {
  pause_ = context_.timers.after(pause, [this] { ask(); });
}

// A slice ends before the first record of ours that the request cannot name any more.
void RangeReader::choose_slice() {
  ScanPage own = context_.store.scan(range_, after_, wire::known_digests_maximum);
  slice_ = range_;
  known_ = std::move(own.records);
  if (!own.last) return;
  slice_.to = own.last->key;
  std::erase_if(known_, [this](const VerifiedRecord& record) { return record.key() == slice_.to; });
}

void RangeReader::ask() {
  choose_slice();
  wire::PullRange pull{slice_.from, slice_.to, after_ ? std::optional{to_wire(*after_)} : std::nullopt, {}};
  for (const VerifiedRecord& record : known_) pull.known.push_back(digest_of(record));
  call_ = context_.client.pull(node_, pull, [this](Result<wire::RangePage> page) { on_page(std::move(page)); });
}

void RangeReader::on_page(Result<wire::RangePage> page) {
  if (!page) return on_failure(page.error());
  tries_ = 0;
  if (!take(std::move(*page))) {
    ++context_.counters.lies;
    fail();
  }
  on_progress_();
}

void RangeReader::on_failure(const boost::system::error_code& error) {
  if (error == Errc::timed_out && ++tries_ < page_tries) return ask();
  if (error == Errc::overloaded && ++busy_answers_ <= busy_answers_maximum) return ask_after(busy_pause);
  fail();
  on_progress_();
}

void RangeReader::fail() {
  state_ = State::failed;
  held_.clear();
}

bool RangeReader::take(wire::RangePage&& page) {
  std::map<RecordPlace, HeldRecord> held;
  auto behind = after_;
  for (wire::TypedRecord& each : page.records) {
    auto record = context_.records.verify(from_wire(std::move(each)));
    if (!record && record.error() == Errc::expired) continue;  // by our clock
    if (!record || !contains(slice_, record->key()) || (behind && place_of(*record) <= *behind)) return false;
    behind = place_of(*record);
    held.emplace(*behind, HeldRecord{std::move(*record), false});
  }
  const auto last = page.last ? std::optional{from_wire(*page.last)} : std::nullopt;
  if (last && (!contains(slice_, last->key) || (behind && *last < *behind) || (after_ && *last <= *after_)))
    return false;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const RecordPlace place = place_of(known_[i]);
    const bool covered = !last || place <= *last;
    if (covered && (page.lacking >> i & 1U) == 0) held.emplace(place, HeldRecord{known_[i], true});
  }
  for (auto& [place, each] : held) held_.push_back(std::move(each));
  go_on_behind(page);
  return true;
}

void RangeReader::go_on_behind(const wire::RangePage& page) {
  if (page.last)
    after_ = from_wire(*page.last);
  else if (slice_.to == range_.to)
    state_ = State::ended;
  else
    after_ = RecordPlace{slice_.to, RecordType{}};  // no type is 0: right before the first record at that key
  if (held_.empty() && state_ == State::reading) ask_after(page_pause);
}

}  // namespace p2pns::dht
