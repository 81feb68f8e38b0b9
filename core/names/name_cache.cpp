#include "core/names/name_cache.hpp"

#include <algorithm>
#include <tuple>

namespace p2pns::names {
namespace {

constexpr std::size_t shards = 16;  // far more than threads that ask
/// Below this, one shard: the maximum of a small cache stays exact, and least recently used means it.
constexpr std::size_t sharded_from_entries = 4096;

bool newer(const dht::Binding& left, const dht::Binding& right) {
  return std::tie(left.generation, left.sequence) > std::tie(right.generation, right.sequence);
}

}  // namespace

NameCache::NameCache(const NameLimits& limits)
    : limits_(limits), shard_count_(limits.cache_entries_maximum >= sharded_from_entries ? shards : 1) {
  shard_maximum_ = std::max<std::size_t>(1, limits.cache_entries_maximum / shard_count_);
  shards_ = std::make_unique<Shard[]>(shard_count_);
}

NameCache::Shard& NameCache::shard_of(const P2PName& name) const {
  return shards_[std::hash<P2PName>{}(name) / 7 % shard_count_];
}

NameCache::Entry* NameCache::find_entry(const Shard& shard, const P2PName& name) {
  const auto found = shard.index.find(name);
  if (found == shard.index.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return &*found->second;
}

std::shared_ptr<const NameAnswer> NameCache::find(const P2PName& name, TimePoint now) const {
  const Shard& shard = shard_of(name);
  const std::lock_guard lock{shard.mutex};
  const Entry* entry = find_entry(shard, name);
  if (!entry || !entry->answer || entry->answer->expires <= now) return nullptr;
  return entry->answer;
}

std::optional<dht::Binding> NameCache::find_binding(const P2PName& name, TimePoint now) const {
  const Shard& shard = shard_of(name);
  const std::lock_guard lock{shard.mutex};
  const Entry* entry = find_entry(shard, name);
  if (!entry || entry->binding_fresh_until <= now) return std::nullopt;
  return entry->binding;
}

TimePoint NameCache::binding_fresh_until(const P2PName& name) const {
  const Shard& shard = shard_of(name);
  const std::lock_guard lock{shard.mutex};
  const Entry* entry = find_entry(shard, name);
  return entry ? entry->binding_fresh_until : TimePoint{};
}

std::optional<AddressHint> NameCache::find_hint(const P2PName& name) const {
  const Shard& shard = shard_of(name);
  const std::lock_guard lock{shard.mutex};
  const Entry* entry = find_entry(shard, name);
  return entry ? entry->hint : std::nullopt;
}

std::optional<SeenRecordSet> NameCache::find_seen(const P2PName& name) const {
  const Shard& shard = shard_of(name);
  const std::lock_guard lock{shard.mutex};
  const Entry* entry = find_entry(shard, name);
  return entry ? entry->seen : std::nullopt;
}

template <class Change>
void NameCache::change(const P2PName& name, IfMissing if_missing, Change&& apply) {
  Shard& shard = shard_of(name);
  Entries evicted;  // destroyed after the mutex is free again
  const std::lock_guard lock{shard.mutex};
  Entry* entry = find_entry(shard, name);
  if (!entry && if_missing == IfMissing::ignore) return;
  if (!entry) {
    entry = &shard.entries.emplace_front();
    entry->name = name;
    shard.index.emplace(name, shard.entries.begin());
    if (shard.index.size() > shard_maximum_) {
      shard.index.erase(shard.entries.back().name);
      evicted.splice(evicted.begin(), shard.entries, std::prev(shard.entries.end()));
    }
  }
  apply(*entry);
}

dht::Binding NameCache::keep_binding(const P2PName& name, const dht::Binding& binding, TimePoint now, UnixTime wall) {
  dht::Binding result = binding;
  change(name, IfMissing::add, [&](Entry& entry) {
    const auto& known = entry.binding;
    // Of one owner the newer counts, whatever an out-of-date majority says. Another owner is the replicas' business.
    if (known && known->owner == binding.owner && newer(*known, binding) && known->not_after > wall) result = *known;
    entry.binding = result;
    const Duration lease_left = result.not_after - wall;
    entry.binding_fresh_until = now + std::min(limits_.stage1_life, lease_left);
  });
  return result;
}

void NameCache::forget_binding(const P2PName& name) {
  change(name, IfMissing::ignore, [](Entry& entry) { entry.binding_fresh_until = {}; });
}

void NameCache::keep_hint(const P2PName& name, AddressHint hint) {
  change(name, IfMissing::add, [&](Entry& entry) { entry.hint = std::move(hint); });
}

void NameCache::keep_seen(const P2PName& name, const SeenRecordSet& seen) {
  change(name, IfMissing::add, [&](Entry& entry) { entry.seen = seen; });
}

void NameCache::keep_answer(std::shared_ptr<const NameAnswer> answer, TimePoint now) {
  if (answer->expires <= now) return;
  const P2PName name = answer->name;
  // `answer` takes the old one out with it, so that it dies after the mutex is free.
  change(name, IfMissing::add, [&](Entry& entry) { entry.answer.swap(answer); });
}

void NameCache::forget(const P2PName& name) {
  std::shared_ptr<const NameAnswer> old;
  change(name, IfMissing::ignore, [&](Entry& entry) {
    entry.answer.swap(old);
    entry.binding.reset();
    entry.binding_fresh_until = {};
    entry.hint.reset();
  });
}

std::size_t NameCache::size() const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < shard_count_; ++i) {
    const std::lock_guard lock{shards_[i].mutex};
    sum += shards_[i].index.size();
  }
  return sum;
}

}  // namespace p2pns::names
