// MoveWatch: looks in turn whether own names still live here. Their owner may have restored its key at another node and
// registered a name there; a node that nobody tells would serve and show it until its weekly renewal. What a newer
// binding means is the registrar's matter.
#pragma once

#include "core/names/registrar.hpp"

namespace p2pns::names {

/// Least time between two looks. Each asks some twenty nodes, so a node with thousands of names takes longer than the
/// stage-1 life for all of them instead of asking all the time.
inline constexpr Duration look_pause_minimum = std::chrono::seconds{1};

/// While the overlay cannot be reached.
inline constexpr Duration look_retry = std::chrono::seconds{10};

/// What the watch works with; every reference outlives it.
struct MoveWatchEnvironment {
  dht::Dht& dht;
  TimerQueue& timers;
  OwnedNames& owned;
  Registrar& registrar;
  Duration stage1_life_maximum;  ///< so long at most, names permitting, a move goes unnoticed
};

class MoveWatch {
 public:
  explicit MoveWatch(const MoveWatchEnvironment&);
  MoveWatch(const MoveWatch&) = delete;
  MoveWatch& operator=(const MoveWatch&) = delete;

 private:
  void wait();
  void look();
  void on_read(const dht::ReadResult&);

  MoveWatchEnvironment environment_;
  bool first_pass_ = true;
  std::vector<P2PName> left_;  // of this pass; the last one is next
  Timer timer_;
  Operation read_;
};

}  // namespace p2pns::names
