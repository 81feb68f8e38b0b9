#include "core/kbr/disjoint_path_lookup.hpp"

#include <algorithm>

namespace p2pns::kbr {

void DisjointPathLookup::begin(const std::vector<PoolIndex>& seeds) {
  const std::size_t wanted = std::clamp<std::size_t>(options().disjoint_paths, 1, disjoint_paths_maximum);
  paths_.resize(std::min(wanted, seeds.size()));
  for (std::size_t i = 0; i < seeds.size(); ++i) paths_[i % paths_.size()].known.push_back(seeds[i]);
}

bool DisjointPathLookup::advance() {
  bool over = true;
  for (std::size_t number = 0; number < paths_.size(); ++number) {
    if (!paths_[number].over) step(paths_[number], number);
    over = over && paths_[number].over;
  }
  return over && sweep();
}

void DisjointPathLookup::step(Path& path, std::size_t number) {
  std::optional<PoolIndex> next;
  bool late = false;
  for (const PoolIndex index : path.known) {
    const PoolNode& node = pool()[index];
    if (node.state == NodeState::asked && node.path == number) {
      if (!node.slow) return;  // one call a path, and one more for each that is late
      late = true;
    }
    if (node.state == NodeState::fresh && (!next || pool().nearer(index, *next))) next = index;
  }
  const bool gains = next && (!path.best || pool().nearer(*next, *path.best));
  if (gains && may_ask() && path.steps < path_steps_maximum) {
    ++path.steps;
    return ask(*next, number);
  }
  path.over = !late || path.best.has_value();
}

void DisjointPathLookup::on_answer(PoolIndex responder, const std::vector<PoolIndex>& named) {
  const std::size_t number = pool()[responder].path;
  if (number >= paths_.size()) return;
  Path& path = paths_[number];
  path.known.insert(path.known.end(), named.begin(), named.end());
  if (!path.best || pool().nearer(responder, *path.best)) path.best = responder;
  if (reached_neighbourhood(path, responder)) path.over = true;
}

// Who is among the nearest nodes that it and its path know is a sibling, as far as this path can tell. The sweep asks
// all the others, so going on would cost calls and find nothing more.
bool DisjointPathLookup::reached_neighbourhood(const Path& path, PoolIndex responder) {
  std::vector<PoolIndex> nearer;
  for (const PoolIndex index : path.known)
    if (pool()[index].state != NodeState::failed && pool().nearer(index, responder)) nearer.push_back(index);
  std::ranges::sort(nearer);
  const auto repeated = std::ranges::unique(nearer);
  return nearer.size() - repeated.size() < siblings_per_key;
}

std::unique_ptr<Lookup> make_lookup(const LookupEnvironment& environment, const Key& target, LookupOptions options,
                                    Lookup::Done done) {
  return std::make_unique<DisjointPathLookup>(environment, target, std::move(options), std::move(done));
}

}  // namespace p2pns::kbr
