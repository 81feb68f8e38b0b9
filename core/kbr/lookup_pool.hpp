// LookupPool: the nodes one lookup has heard of, ordered by distance to its target, and what became of each.
// A liar can name an honest node with a wrong address: up to three addresses are kept, and the node has failed only
// when all of them have. The lookup's budget of calls bounds the pool: every answer names at most 24.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/base/timer_queue.hpp"
#include "core/kbr/key_based_routing.hpp"

namespace p2pns::kbr {

using PoolIndex = std::uint32_t;

enum class NodeState : std::uint8_t { fresh, asked, answered, failed };

struct PoolNode {
  NodeHandle node;  ///< all addresses heard of; answered: the one it answered from in front
  NodeState state = NodeState::fresh;
  bool slow = false;     ///< asked, and later than expected
  bool suspect = false;  ///< was silent at its last call from this node
  bool self = false;     ///< this node itself
  std::size_t addresses_tried = 0;
  NodeHandle being_tried;  ///< with the addresses of the last call
  std::size_t path = sweep_path;
  TimePoint asked_at{};
  wire::MessageType answer_type = wire::MessageType::nodes;
  ByteVector answer;
  std::size_t calls_under_way = 0;
  bool widened = false;  ///< was asked for more names
  Key reach;             ///< distance to the target of the farthest node it named
  Operation call;
  Operation second_call;
  Operation widening_call;
  bool second_call_made = false;
  Timer hedge;
};

class LookupPool {
 public:
  explicit LookupPool(const Key& target) : target_(target) {}

  struct Named {
    PoolIndex index;
    bool is_new;
  };
  /// Adds the node, or further addresses of a known one: a failed node with a new address is fresh again.
  Named name(const NodeHandle&);
  /// The call to its addresses failed. Fresh again when another address was named meanwhile.
  void fail(PoolIndex);
  /// The node with only those addresses that were not tried; marks them as tried.
  NodeHandle take_untried(PoolIndex);

  PoolNode& operator[](PoolIndex index) { return nodes_[index]; }
  const PoolNode& operator[](PoolIndex index) const { return nodes_[index]; }
  std::size_t size() const noexcept { return nodes_.size(); }
  /// Nearest first.
  const std::vector<PoolIndex>& by_distance() const noexcept { return order_; }
  bool nearer(PoolIndex left, PoolIndex right) const noexcept {
    return closer(target_, nodes_[left].node.id, nodes_[right].node.id);
  }
  const Key& target() const noexcept { return target_; }

 private:
  Key target_;
  std::deque<PoolNode> nodes_;  // stable references
  std::vector<PoolIndex> order_;
};

}  // namespace p2pns::kbr
