#include "core/kbr/candidate_queue.hpp"

namespace p2pns::kbr {

bool CandidateQueue::offer(const NodeHandle& node, TimePoint due) {
  const auto known = std::ranges::find_if(waiting_, [&](const Waiting& each) { return each.node.id == node.id; });
  if (known != waiting_.end()) {
    known->due = std::min(known->due, due);
    wire::prefer_endpoint(known->node, node.endpoints.front());
    return true;
  }
  if (waiting_.size() < candidates_maximum) {
    waiting_.push_back({node, due});
    return true;
  }
  const auto farthest = std::ranges::max_element(waiting_, [this](const Waiting& left, const Waiting& right) {
    return closer(self_, left.node.id, right.node.id);
  });
  if (!closer(self_, node.id, farthest->node.id)) return false;
  *farthest = {node, due};
  return true;
}

std::vector<CandidateQueue::Waiting>::const_iterator CandidateQueue::find_nearest_due(TimePoint now) const {
  auto best = waiting_.end();
  for (auto each = waiting_.begin(); each != waiting_.end(); ++each)
    if (each->due <= now && (best == waiting_.end() || closer(self_, each->node.id, best->node.id))) best = each;
  return best;
}

const NodeHandle* CandidateQueue::nearest_due(TimePoint now) const {
  const auto nearest = find_nearest_due(now);
  return nearest == waiting_.end() ? nullptr : &nearest->node;
}

std::optional<NodeHandle> CandidateQueue::take(TimePoint now) {
  const auto nearest = find_nearest_due(now);
  if (nearest == waiting_.end()) return std::nullopt;
  NodeHandle node = nearest->node;
  waiting_.erase(nearest);
  return node;
}

std::optional<TimePoint> CandidateQueue::next_due() const {
  if (waiting_.empty()) return std::nullopt;
  return std::ranges::min_element(waiting_, {}, &Waiting::due)->due;
}

}  // namespace p2pns::kbr
