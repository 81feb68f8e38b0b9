// HitSearch and WeakSearch: from a HIT to what its host says, and to where it can be reached; from a key of HIP's DHT
// interface to its values.
#pragma once

#include "core/names/hip_environment.hpp"

namespace p2pns::names {

class HitSearch {
 public:
  using Question = crypto::Hit;
  using Answer = std::shared_ptr<const HitAnswer>;

  HitSearch(const HipEnvironment& environment, const crypto::Hit& hit);
  /// Completes once, not inside this call, within the time-out. Destroying the search cancels it.
  void start(Callback<void(Answer)>);

 private:
  void on_gathered(const dht::GatherResult&);
  void take(const std::vector<dht::VerifiedRecord>&);
  void on_located(const Result<NodeHandle>&);
  void finish();

  HipEnvironment environment_;
  TimePoint started_;
  std::shared_ptr<HitAnswer> answer_ = std::make_shared<HitAnswer>();
  Callback<void(Answer)> done_;
  Operation step_;
  Timer limit_;
};

class WeakSearch {
 public:
  using Question = Key;
  using Answer = std::shared_ptr<const WeakAnswer>;

  WeakSearch(const HipEnvironment& environment, const Key& key) : environment_(environment), key_(key) {}
  /// As HitSearch::start.
  void start(Callback<void(Answer)>);

 private:
  Answer answer_from(const dht::GatherResult&) const;

  HipEnvironment environment_;
  Key key_;
  Callback<void(Answer)> done_;
  Operation gathering_;
};

}  // namespace p2pns::names
