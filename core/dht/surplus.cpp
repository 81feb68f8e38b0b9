#include "core/dht/surplus.hpp"

namespace p2pns::dht {

void Surplus::arm() {
  timer_ = context_.timers.after(context_.random.between(surplus_interval_minimum, surplus_interval_maximum),
                                 [this] { begin(); });
}

void Surplus::stop() {
  walk_.stop();
  timer_.cancel();
  entries_.clear();
}

void Surplus::begin() {
  entries_.clear();  // what was not acknowledged is offered again
  walk_.start([this](const std::vector<VerifiedRecord>& records) { visit(records); }, [this] { arm(); });
}

void Surplus::visit(const std::vector<VerifiedRecord>& records) {
  for (const VerifiedRecord& record : records) {
    if (entries_.size() >= surplus_at_once_maximum) return;
    if (context_.routing.responsible_for(record.key(), storing_nodes)) continue;
    Entry entry{record, {}, {}};
    for (const wire::NodeHandle& node : context_.routing.local_lookup(record.key(), kbr::siblings_per_key)) {
      entry.asked.insert(node.id);
      offers_.add(node, place_of(record));
    }
    entries_.emplace(place_of(record), std::move(entry));
  }
}

void Surplus::on_outcome(const RecordPlace& place, const NodeId& target, bool holds) {
  const auto entry = entries_.find(place);
  if (!holds || entry == entries_.end() || !entry->second.asked.contains(target)) return;
  entry->second.acknowledged.insert(target);
  if (entry->second.acknowledged.size() < acknowledgements_needed) return;
  context_.replica.forget(entry->second.record);
  entries_.erase(entry);
}

}  // namespace p2pns::dht
