#include "core/kbr/candidate_queue.hpp"

#include <algorithm>

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

std::optional<NodeHandle> CandidateQueue::take(TimePoint now) {
  auto best = waiting_.end();
  for (auto each = waiting_.begin(); each != waiting_.end(); ++each)
    if (each->due <= now && (best == waiting_.end() || closer(self_, each->node.id, best->node.id))) best = each;
  if (best == waiting_.end()) return std::nullopt;
  NodeHandle node = best->node;
  waiting_.erase(best);
  return node;
}

std::optional<TimePoint> CandidateQueue::next_due() const {
  if (waiting_.empty()) return std::nullopt;
  return std::ranges::min_element(waiting_, {}, &Waiting::due)->due;
}

}  // namespace p2pns::kbr
