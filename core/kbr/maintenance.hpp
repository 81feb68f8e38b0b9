// Maintenance: keeps the tables right. It composes joining (Bootstrap, SiblingFill), proving candidates (Prober),
// checking contacts (Liveness) and BucketRefresh, and decides when this node has joined.
#pragma once

#include "core/kbr/bootstrap.hpp"
#include "core/kbr/bucket_refresh.hpp"
#include "core/kbr/liveness.hpp"
#include "core/kbr/prober.hpp"
#include "core/kbr/sibling_fill.hpp"

namespace p2pns::kbr {

/// After joining, neighbours are asked again at growing intervals, and then for ever: whoever joined at the same moment
/// was not named yet, and a list that lost members is filled again.
inline constexpr Duration settle_first = std::chrono::milliseconds{400};
inline constexpr Duration settle_last = std::chrono::seconds{64};
/// Neighbours that never greet must not keep a node from being of use.
inline constexpr Duration settle_patience = std::chrono::seconds{3};
/// Siblings told at once that this node serves; the others follow in groups.
inline constexpr std::size_t announce_group = siblings_per_key;
inline constexpr Duration announce_pause = std::chrono::milliseconds{200};

class Maintenance {
 public:
  Maintenance(const MaintenanceContext&, LookupObserver&);

  /// See Bootstrap::start.
  void start(std::vector<Endpoint> seeds, std::vector<Endpoint> former, bool more_to_come);
  bool joined() const noexcept { return joined_ && !leaving_; }
  /// `callback` runs when this node joins, before others are told.
  void on_joined(Callback<void()> callback) { on_joined_ = std::move(callback); }
  /// Tells all siblings that this node stops serving; from now on it has not joined, and never will again.
  void leave();
  /// See KeyBasedRouting::settled.
  bool settled() const noexcept { return settled_; }
  /// A serving node pinged us: it knows us, or is about to.
  void on_greeted(const NodeId&);
  Prober& prober() noexcept { return prober_; }
  Bootstrap& bootstrap() noexcept { return bootstrap_; }
  void on_suspect(const NodeId& id) { liveness_.on_suspect(id); }
  /// Pings the `count` nearest siblings, so that they see that we serve, and where. Nobody left: asks the seeds.
  void announce(std::size_t count);

 private:
  void integrate();
  void on_integrated();
  void become_joined();
  void await_greetings();
  void judge_settled();
  void arm_settling();
  void send_announcements();

  MaintenanceContext context_;
  Prober prober_;
  Liveness liveness_;
  Bootstrap bootstrap_;
  SiblingFill fill_;
  BucketRefresh refresh_;
  bool joined_ = false;
  bool leaving_ = false;
  Callback<void()> on_joined_;
  bool settled_ = false;
  bool quiet_pass_ = false;  // a settling pass found nobody new
  std::unordered_set<NodeId> not_greeted_by_;
  bool integrate_again_ = false;
  Duration settle_pause_ = settle_first;
  std::vector<NodeHandle> to_announce_;  // farthest first: taken from the back
  Timer settle_timer_;
  Timer settle_limit_;
  Timer announce_timer_;
};

}  // namespace p2pns::kbr
