// StoreWalk: visits everything a store holds, a turn at a time, so that others are served in between.
#pragma once

#include "core/dht/replication_context.hpp"

namespace p2pns::dht {

inline constexpr Duration turn_pause = std::chrono::milliseconds{10};

class StoreWalk {
 public:
  /// A visit of one turn. Expired records are left out.
  using Visit = Callback<void(const std::vector<VerifiedRecord>&)>;

  explicit StoreWalk(const ReplicationContext& context) : context_(context) {}

  /// Starts from the beginning; a walk under way ends. `done` runs once, never inside this call. Neither may destroy
  /// the walk.
  void start(Visit visit, Callback<void()> done) {
    visit_ = std::move(visit);
    done_ = std::move(done);
    after_.reset();
    next_turn(Duration{0});
  }
  void stop() { timer_.cancel(); }
  bool under_way() const noexcept { return timer_.pending(); }

 private:
  void next_turn(Duration pause) {
    timer_ = context_.timers.after(pause, [this] { take_turn(); });
  }
  void take_turn() {
    ScanPage page = context_.store.scan(all_positions, after_, records_per_turn);
    std::erase_if(page.records, [this](const VerifiedRecord& record) { return !counts(context_, record); });
    after_ = page.last;
    if (after_) next_turn(turn_pause);
    visit_(page.records);
    if (!after_) done_();
  }

  ReplicationContext context_;
  std::optional<RecordPlace> after_;
  Visit visit_;
  Callback<void()> done_;
  Timer timer_;
};

}  // namespace p2pns::dht
