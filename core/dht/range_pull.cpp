#include "core/dht/range_pull.hpp"

#include <algorithm>

#include "core/dht/votes.hpp"

namespace p2pns::dht {

namespace {

std::vector<Vote> votes_of(const std::vector<VerifiedRecord>& held) {
  std::vector<Vote> votes;
  votes.reserve(held.size());
  for (const VerifiedRecord& record : held) votes.push_back({true, record});
  return votes;
}

}  // namespace

std::optional<VerifiedRecord> most_held(const std::vector<VerifiedRecord>& held, std::size_t asked) {
  const auto votes = votes_of(held);
  const auto owners = count_owners(votes);
  if (owners.empty() || 2 * owners.front().votes <= asked) return std::nullopt;
  return newest_of(votes, owners.front().owner);
}

std::optional<VerifiedRecord> newest_held(const std::vector<VerifiedRecord>& held) {
  const VerifiedRecord* newest = nullptr;
  for (const VerifiedRecord& record : held) {
    const bool better =
        !newest || newer(record, *newest) || (!newer(*newest, record) && record.bytes() < newest->bytes());
    if (better) newest = &record;
  }
  return newest ? std::optional{*newest} : std::nullopt;
}

std::optional<VerifiedRecord> newest_set(const std::vector<VerifiedRecord>& held, const crypto::PublicKey& owner) {
  return newest_of(votes_of(held), owner);
}

RangePull::RangePull(const ReplicationContext& context, Callback<void()> done)
    : context_(context), done_(std::move(done)) {}

void RangePull::start() {
  const Neighbourhood around{context_.routing};
  const std::size_t bits = std::min(around.range_bits(), key_bits - pull_lane_bits - 1);
  lanes_.resize(std::size_t{1} << pull_lane_bits);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    Key start = prefix_range(around.self(), bits).from;
    for (std::size_t bit = 0; bit < pull_lane_bits; ++bit)
      start = with_last_bit(start, bits + bit, (lane >> (pull_lane_bits - 1 - bit) & 1U) != 0);
    start_lane(lanes_[lane], prefix_range(start, bits + pull_lane_bits),
               with_last_bit(start, bits + pull_lane_bits, true));
  }
  limit_ = context_.timers.after(pull_life, [this] {
    for (Lane& lane : lanes_) end(lane);
    finish_when_done();
  });
  finish_when_done();
}

void RangePull::start_lane(Lane& lane, const KeyRange& range, const Key& middle) {
  for (wire::NodeHandle& node : context_.routing.local_lookup(middle, pull_nodes_per_lane)) {
    lane.readers.push_back(
        std::make_unique<RangeReader>(context_, std::move(node), range, [this, &lane] { advance(lane); }));
    lane.readers.back()->start();
  }
  lane.done = lane.readers.empty();
}

void RangePull::advance(Lane& lane) {
  while (step(lane)) {
  }
  finish_when_done();
}

bool RangePull::step(Lane& lane) {
  if (lane.done || adopting_.size() >= adoptions_at_once_maximum) return false;
  std::size_t asked = 0;
  std::size_t unfinished = 0;
  std::optional<RecordPlace> next;
  for (const auto& reader : lane.readers) {
    asked += reader->failed() ? 0 : 1;
    if (reader->failed() || reader->finished()) continue;
    ++unfinished;
    if (!reader->head()) return false;
    const RecordPlace place = place_of(reader->head()->record);
    next = next ? std::min(*next, place) : place;
  }
  // What only the rest of them shows is held by no majority: a liar with endless inventions is not waited for.
  if (2 * unfinished <= asked) {
    end(lane);
    return false;
  }
  judge(lane, *next, asked);
  return true;
}

void RangePull::judge(Lane& lane, const RecordPlace& place, std::size_t asked) {
  std::vector<VerifiedRecord> held;
  for (const auto& reader : lane.readers) {
    if (reader->failed() || !reader->head() || place_of(reader->head()->record) != place) continue;
    held.push_back(reader->head()->record);
    reader->pop();
  }
  if (const auto record = choose(lane, place, held, asked)) adopt(*record);
}

std::optional<VerifiedRecord> RangePull::choose(Lane& lane, const RecordPlace& place,
                                                const std::vector<VerifiedRecord>& held, std::size_t asked) const {
  if (proves_itself(place.type)) return newest_held(held);
  if (place.type != RecordType::record_set) {
    lane.binding = most_held(held, asked);
    return lane.binding;
  }
  // The binding may still be on its way into the store; the replica keeps the order of writes to one name.
  const bool taken = lane.binding && lane.binding->key() == place.key;
  const auto binding = taken ? lane.binding : context_.store.find(place.key, RecordType::binding);
  return binding ? newest_set(held, binding->owner()) : std::nullopt;
}

void RangePull::adopt(const VerifiedRecord& record) {
  if (context_.store.find(record.key(), record.type()) == record) return;
  const RecordPlace place = place_of(record);
  adopting_[place] =
      context_.replica.adopt(record, [this, place](const wire::Stored& stored) { on_adopted(place, stored); });
}

void RangePull::on_adopted(const RecordPlace& place, const wire::Stored& stored) {
  if (stored.verdict == wire::StoreVerdict::stored) ++context_.counters.pulled;
  const bool waited_for = adopting_.size() >= adoptions_at_once_maximum;
  adopting_.erase(place);
  if (waited_for)
    for (Lane& lane : lanes_) advance(lane);
  else
    finish_when_done();
}

void RangePull::end(Lane& lane) {
  lane.done = true;
  for (const auto& reader : lane.readers) reader->stop();
}

void RangePull::finish_when_done() {
  if (!done_ || !adopting_.empty() || !std::ranges::all_of(lanes_, &Lane::done)) return;
  limit_.cancel();
  context_.timers.post(std::move(done_));
  done_ = nullptr;
}

}  // namespace p2pns::dht
