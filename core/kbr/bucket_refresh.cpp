#include "core/kbr/bucket_refresh.hpp"

namespace p2pns::kbr {

void BucketRefresh::start() {
  to_fill_ = far_end();
  arm(refresh_pause_filling);
}

std::size_t BucketRefresh::far_end() const {
  const SiblingList& siblings = context_.contacts.siblings();
  if (!siblings.full()) return 0;  // as far as we know the list holds everybody
  return context_.contacts.table().index_of(siblings.contacts().back().node.id) + 1;
}

void BucketRefresh::arm(Duration pause) {
  timer_ = context_.timers.after(context_.random.between(pause / 2, pause * 3 / 2), [this] { next(); });
}

std::optional<std::size_t> BucketRefresh::choose() {
  while (to_fill_ > 0)
    if (!context_.contacts.table().full(--to_fill_)) return to_fill_;
  const TimePoint now = context_.timers.now();
  if (now.time_since_epoch() < refresh_idle_after) return std::nullopt;
  return context_.contacts.table().find_idle(far_end(), now - refresh_idle_after);
}

void BucketRefresh::next() {
  const auto index = choose();
  if (!index) return arm(refresh_pause_idle);
  const Key key = key_in_bucket(context_.self, *index, context_.random.value<Key>());
  context_.contacts.table().mark_used(key, context_.timers.now());
  lookup_ = context_.routing.lookup(
      key, {}, [this](const LookupResult&) { arm(to_fill_ > 0 ? refresh_pause_filling : refresh_pause_idle); });
}

}  // namespace p2pns::kbr
