#include "core/dht/replication.hpp"

namespace p2pns::dht {

Replication::Replication(rpc::RpcChannel& channel, const crypto::NetworkParameters& network,
                         kbr::KeyBasedRouting& routing, RecordStore& store, Replica& replica, RecordVerifier& records,
                         TimerQueue& timers, const WallClock& wall_clock, Random& random)
    : client_(channel, counters_),
      context_{routing, store, replica, records, client_, counters_, timers, wall_clock, random},
      server_(channel, context_, network.exempt_private_blocks),
      offers_(context_),
      repair_(context_, offers_),
      surplus_(context_, offers_) {
  offers_.on_outcome([this](const RecordPlace& place, const NodeId& target, bool holds) {
    surplus_.on_outcome(place, target, holds);
  });
}

Replication::~Replication() {
  if (started_) context_.routing.observe_neighbours(nullptr);
}

void Replication::start() {
  started_ = true;
  context_.replica.set_range_ready(false);
  context_.routing.observe_neighbours(this);
  if (context_.routing.joined()) on_joined();
}

void Replication::on_joined() {
  pull_ = std::make_unique<RangePull>(context_, [this] { on_pulled(); });
  pull_->start();
}

void Replication::on_pulled() {
  pull_.reset();
  range_ready_ = true;
  context_.replica.set_range_ready(true);
  repair_.start();
  surplus_.start();
  arm_comparison();
}

void Replication::on_neighbour_joined(const wire::NodeHandle& node) { repair_.on_joined(node); }

void Replication::on_neighbour_left(const wire::NodeHandle& node) { repair_.on_left(node); }

void Replication::arm_comparison() {
  comparison_timer_ = context_.timers.after(
      context_.random.between(comparison_interval_minimum, comparison_interval_maximum), [this] { compare(); });
}

void Replication::compare() {
  const auto neighbours = context_.routing.neighbour_set(storing_nodes);
  if (neighbours.empty()) return arm_comparison();
  comparison_ =
      std::make_unique<Comparison>(context_, offers_, neighbours[context_.random.below(neighbours.size())], [this] {
        comparison_.reset();
        arm_comparison();
      });
  comparison_->start();
}

void Replication::leave(Callback<void()> done) {
  comparison_timer_.cancel();
  comparison_.reset();
  pull_.reset();
  repair_.stop();
  surplus_.stop();
  range_ready_ = false;
  hand_over_ = std::make_unique<HandOver>(context_, offers_, std::move(done));
  hand_over_->start();
}

}  // namespace p2pns::dht
