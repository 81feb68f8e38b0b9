#include "frontends/sip/wrong_digests.hpp"

#include <algorithm>

#include "frontends/sip/source_limiter.hpp"

namespace p2pns::sip {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

}  // namespace

void WrongDigests::add(const IpAddress& source, TimePoint now) {
  const IpAddress key = counted_source(source);
  if (!sources_.contains(key)) make_room(now);
  Count& count = sources_[key];
  if (count.wrong == 0 || now - count.begin >= minute) {
    count.begin = now;
    count.wrong = 0;
  }
  count.last = now;
  if (++count.wrong < limits_.per_minute) return;
  count.silent_until = now + limits_.silence;
  count.wrong = 0;
}

bool WrongDigests::is_silenced(const IpAddress& source, TimePoint now) const {
  const auto found = sources_.find(counted_source(source));
  return found != sources_.end() && now < found->second.silent_until;
}

void WrongDigests::make_room(TimePoint now) {
  if (sources_.size() < wrong_digest_sources_maximum) return;
  std::erase_if(sources_, [now](const auto& entry) {
    return now - entry.second.last >= minute && now >= entry.second.silent_until;
  });
  if (sources_.size() < wrong_digest_sources_maximum) return;
  sources_.erase(std::ranges::min_element(sources_, {}, [](const auto& entry) { return entry.second.last; }));
}

}  // namespace p2pns::sip
