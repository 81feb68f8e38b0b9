#include "core/dht/repair.hpp"

#include <algorithm>

namespace p2pns::dht {

void Repair::on_joined(const wire::NodeHandle& node) { note(node.id, true); }

void Repair::on_left(const wire::NodeHandle& node) { note(node.id, false); }

void Repair::stop() {
  started_ = false;
  walk_.stop();
  timer_.cancel();
}

void Repair::note(const NodeId& id, bool joined) {
  if (!started_ || (changes_.size() >= changes_maximum && !changes_.contains(id))) return;
  changes_[id] = joined;
  arm();
}

void Repair::arm() {
  if (timer_.pending() || walk_.under_way() || changes_.empty()) return;
  const TimePoint soon = context_.timers.now() + context_.random.between(repair_delay_minimum, repair_delay_maximum);
  timer_ = context_.timers.at(std::max(soon, not_before_), [this] { begin(); });
}

void Repair::begin() {
  not_before_ = context_.timers.now() + repair_pause;
  at_work_ = std::exchange(changes_, {});
  walk_.start([this](const std::vector<VerifiedRecord>& records) { visit(records); }, [this] { arm(); });
}

void Repair::visit(const std::vector<VerifiedRecord>& records) {
  if (records.empty()) return;
  const Neighbourhood around{context_.routing};
  for (const VerifiedRecord& record : records) repair(around, record);
}

void Repair::repair(const Neighbourhood& around, const VerifiedRecord& record) {
  const Key& key = record.key();
  const auto others = around.nearest_others(key, storing_nodes);
  const std::size_t own_rank = around.rank_of(around.self(), key);
  if (own_rank > repairing_replicas) return;  // a newcomer may be nearer than those who act
  // With this node among them, the outermost of the others has no part in it.
  const std::size_t replicas = std::min(others.size(), storing_nodes - 1);
  const bool somebody_moves_up = replicas == storing_nodes - 1;  // with fewer nodes all store everything
  std::size_t vacancies = 0;
  for (const auto& [id, joined] : at_work_) {
    if (joined || !somebody_moves_up) continue;
    vacancies += closer(key, id, others[replicas - 1]->id) ? 1 : 0;
  }
  for (std::size_t rank = 0; rank < replicas; ++rank) {
    const auto change = at_work_.find(others[rank]->id);
    const bool is_new = change != at_work_.end() && change->second;
    if (is_new || rank + vacancies >= replicas) offers_.add(*others[rank], place_of(record));
  }
}

}  // namespace p2pns::dht
