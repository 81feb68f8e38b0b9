// HandOver: what a node does with its records before it leaves: it offers each to the nodes that move up in its place.
#pragma once

#include "core/dht/offers.hpp"
#include "core/dht/store_walk.hpp"

namespace p2pns::dht {

class HandOver {
 public:
  /// `offers` outlives the object. `done` runs once, never inside the call that started it: everything was offered.
  HandOver(const ReplicationContext& context, Offers& offers, Callback<void()> done)
      : context_(context), offers_(offers), done_(std::move(done)), walk_(context) {}

  void start();

 private:
  void visit(const std::vector<VerifiedRecord>&);

  ReplicationContext context_;
  Offers& offers_;
  Callback<void()> done_;
  StoreWalk walk_;
};

}  // namespace p2pns::dht
