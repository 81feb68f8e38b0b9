#include "tests/support/complete_routing.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::test {
namespace {

auto nearer_to(const Key& target) {
  return [target](const auto& left, const auto& right) { return closer(target, left.id, right.id); };
}

}  // namespace

void CompleteRouting::know(const std::vector<wire::NodeHandle>& nodes) {
  const auto before = std::exchange(others_, nodes);
  std::erase_if(others_, [this](const wire::NodeHandle& node) { return node.id == self_; });
  if (!observer_) return;
  for (const wire::NodeHandle& node : before)
    if (std::ranges::find(others_, node) == others_.end()) observer_->on_neighbour_left(node);
  for (const wire::NodeHandle& node : others_)
    if (std::ranges::find(before, node) == before.end()) observer_->on_neighbour_joined(node);
}

void CompleteRouting::set_joined(bool joined) {
  if (!std::exchange(joined_, joined) && joined && observer_) observer_->on_joined();
}

Operation CompleteRouting::lookup(const Key& target, const kbr::LookupOptions& options,
                                  Callback<void(kbr::LookupResult)> callback) {
  P2PNS_ASSERT(options.mode == kbr::LookupMode::key && options.request);
  ++lookups_;
  auto [operation, completion] = start_operation<kbr::LookupResult>(std::move(callback));
  const auto lookup = under_way_.emplace(under_way_.end());
  lookup->target = target;
  lookup->options = options;
  lookup->started = timers_.now();
  lookup->candidates = others_;
  lookup->candidates.push_back(wire::NodeHandle{self_, {}, {}, {}});
  std::ranges::sort(lookup->candidates, nearer_to(target));
  lookup->completion = std::move(completion);
  lookup->completion.on_cancel([this, lookup] { under_way_.erase(lookup); });
  advance(lookup);
  return std::move(operation);
}

void CompleteRouting::advance(Lookups::iterator lookup) {
  auto& answers = lookup->result.answers;
  while (lookup->next < lookup->candidates.size() && answers.size() + lookup->open < lookup->options.siblings) {
    const wire::NodeHandle& candidate = lookup->candidates[lookup->next++];
    if (candidate.id == self_)
      answers.push_back({candidate, true, wire::MessageType::nodes, {}});
    else
      ask(lookup, candidate);
  }
  if (lookup->open > 0) return;
  // A lookup that needs to ask nobody must not complete inside the call that started it.
  ++lookup->open;
  lookup->calls.emplace_back();
  auto [wait, done] = start_operation<bool>([this, lookup](bool) { finish(lookup); });
  lookup->calls.back() = std::move(wait);
  timers_.post([done = std::move(done)]() mutable { done(true); });
}

void CompleteRouting::ask(Lookups::iterator lookup, const wire::NodeHandle& node) {
  ++lookup->open;
  const auto& request = *lookup->options.request;
  const Duration asked = timers_.now() - lookup->started;
  lookup->calls.push_back(channel_.call(
      node, request.type, request.body, request.answer_bytes, [this, lookup, node, asked](Result<rpc::Answer> answer) {
        --lookup->open;
        const Duration took = timers_.now() - lookup->started - asked;
        lookup->result.hops.push_back({node, kbr::sweep_path, asked, took, answer.has_value(), 0});
        if (answer) lookup->result.answers.push_back({node, false, answer->type, std::move(answer->body)});
        advance(lookup);
      }));
}

void CompleteRouting::finish(Lookups::iterator lookup) {
  auto completion = std::move(lookup->completion);
  auto result = std::move(lookup->result);
  std::ranges::sort(result.answers, [target = lookup->target](const auto& left, const auto& right) {
    return closer(target, left.node.id, right.node.id);
  });
  if (cut_off_after_) {
    result.error = Errc::timed_out;
    result.answers.resize(std::min(*cut_off_after_, result.answers.size()));
  }
  result.took = timers_.now() - lookup->started;
  under_way_.erase(lookup);
  completion(std::move(result));
}

std::vector<wire::NodeHandle> CompleteRouting::local_lookup(const Key& target, std::size_t count) const {
  auto nodes = others_;
  std::ranges::sort(nodes, nearer_to(target));
  if (nodes.size() > count) nodes.resize(count);
  return nodes;
}

std::vector<wire::NodeHandle> CompleteRouting::neighbour_set(std::size_t maximum) const {
  return local_lookup(self_, maximum);
}

bool CompleteRouting::responsible_for(const Key& key, std::size_t rank) const {
  const auto nearer = std::ranges::count_if(
      others_, [this, &key](const wire::NodeHandle& node) { return closer(key, node.id, self_); });
  return static_cast<std::size_t>(nearer) < rank;
}

}  // namespace p2pns::test
