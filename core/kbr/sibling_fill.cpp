#include "core/kbr/sibling_fill.hpp"

#include <algorithm>

namespace p2pns::kbr {

void SiblingFill::run(Callback<void(bool)> done) {
  P2PNS_ASSERT(!busy_);
  busy_ = true;
  settling_ = false;
  done_ = std::move(done);
  rounds_ = 0;
  found_ = false;
  asked_.clear();
  LookupOptions options;
  options.request = find_node_request(context_.self, fill_contacts);
  lookup_ = context_.routing.lookup(context_.self, options, [this](const LookupResult&) { begin_round(); });
}

void SiblingFill::settle(Callback<void(bool)> done) {
  P2PNS_ASSERT(!busy_);
  busy_ = true;
  settling_ = true;
  done_ = std::move(done);
  rounds_ = 0;
  found_ = false;
  asked_.clear();
  begin_round();
}

// Spread evenly over the list: what one sibling names overlaps most with what its neighbours name.
std::vector<NodeHandle> SiblingFill::choose(std::size_t count) {
  std::vector<NodeHandle> open;
  const auto siblings = context_.contacts.siblings().contacts();
  const std::size_t reach = settling_ ? std::min(siblings.size(), siblings_per_key) : siblings.size();
  for (const Contact& contact : siblings.first(reach))
    if (!contact.suspect() && !asked_.contains(contact.node.id)) open.push_back(contact.node);
  const std::size_t taken = std::min(count, open.size());
  std::vector<NodeHandle> chosen;
  const std::size_t shift = settling_ && taken > 0 ? context_.random.below(open.size() / taken) : 0;
  for (std::size_t i = 0; i < taken; ++i) chosen.push_back(open[i * open.size() / taken + shift]);
  return chosen;
}

// Widest first: the narrow ones next to this node have been named by everybody.
Key SiblingFill::next_subtree() {
  const SiblingList& siblings = context_.contacts.siblings();
  const RoutingTable& table = context_.contacts.table();
  if (siblings.size() == 0) return context_.self;
  const std::size_t widest = siblings.full() ? table.index_of(siblings.contacts().back().node.id) : 0;
  const std::size_t narrowest = std::max(table.index_of(siblings.contacts().front().node.id), widest);
  const std::size_t index = widest + subtree_++ % (narrowest - widest + 1);
  return key_in_bucket(context_.self, index, context_.random.value<Key>());
}

void SiblingFill::begin_round() {
  known_at_start_.clear();
  for (const Contact& contact : context_.contacts.siblings().contacts()) known_at_start_.insert(contact.node.id);
  ++rounds_;
  calls_.clear();
  under_way_ = 0;
  for (const NodeHandle& node : choose(settling_ ? settle_asks : fill_asks_per_round)) {
    asked_.insert(node.id);
    ask(node, settling_ ? context_.self : node.id);
  }
  for (std::size_t i = 0; i < (settling_ ? settle_subtrees : fill_subtrees_per_round); ++i) {
    const Key target = next_subtree();
    const auto nearest = context_.contacts.nearest(target, 1);
    if (!nearest.empty()) ask(nearest.front()->node, target);
  }
  round_open_ = true;
  round_limit_ = context_.timers.after(fill_round_maximum, [this] { end_round(); });
  if (under_way_ == 0) end_round_when_ready();
}

void SiblingFill::ask(const NodeHandle& node, const Key& target) {
  ++under_way_;
  const LookupRequest request = find_node_request(target, fill_contacts);
  calls_.push_back(
      context_.channel.call(node, request.type, request.body, request.answer_bytes, [this](Result<rpc::Answer> answer) {
        --under_way_;
        if (answer) name_contacts(*answer, context_.puzzles, observer_);
        end_round_when_ready();
      }));
}

void SiblingFill::end_round_when_ready() {
  if (!busy_ || !round_open_ || under_way_ > 0 || !prober_.settled()) return;
  end_round();
}

void SiblingFill::end_round() {
  round_open_ = false;
  round_limit_.cancel();
  const auto siblings = context_.contacts.siblings().contacts();
  const bool found = std::ranges::any_of(
      siblings, [this](const Contact& contact) { return !known_at_start_.contains(contact.node.id); });
  found_ = found_ || found;
  const bool first = rounds_ == 1 && !settling_;
  if (!settling_ && (found || first) && rounds_ < fill_rounds_maximum) return begin_round();
  busy_ = false;
  const auto done = std::move(done_);
  done(found_);
}

}  // namespace p2pns::kbr
