// PromptSearch: looks for the value that `get` answers with. OpenHIP waits 300 ms for the first answer and asks again
// later, so a search that takes longer goes on without its asker and leaves what it finds in the name service's cache.
// One search runs for each key, whoever asks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

#include "core/names/name_service.hpp"

namespace p2pns::hip {

/// Long enough for replicas nearby, which spares the host its second question. OpenHIP waits 300 ms for a packet that
/// opens a connection; most of that is left for the way and for machines that are busy.
inline constexpr std::chrono::milliseconds answer_wait{50};
/// A value that is known is told for so long after its HIT's key was last asked whether it has revoked it: as long as
/// an answer of that key is kept. That no statement was found is forgotten sooner (names::hip_unknown_life), so that a
/// new one is seen soon; hosts that know nothing of P2PNS never have one, and would be asked about again at every call.
inline constexpr Duration revocation_check_life = std::chrono::seconds{60};
/// HITs whose last check is remembered; as many as the name service remembers keys.
inline constexpr std::size_t revocation_checks_maximum = 4096;

class PromptSearch {
 public:
  /// `service` outlives this; `now` is the time base of its cache.
  PromptSearch(boost::asio::any_io_executor executor, names::NameService& service, Callback<TimePoint()> now,
               std::size_t searches_maximum);
  PromptSearch(const PromptSearch&) = delete;
  PromptSearch& operator=(const PromptSearch&) = delete;

  /// The newest value under the key, when it is known or found within answer_wait. None: it is not; nothing is told of
  /// a HIT whose key has revoked it. A value whose last check is getting old is told, and checked again for the next
  /// one who asks. This must outlive the coroutine.
  boost::asio::awaitable<std::optional<ByteVector>> find(Key key);
  /// Gives all searches up.
  void stop() { searches_.clear(); }
  std::size_t running() const noexcept { return searches_.size(); }
  /// Searches that did not begin because too many were running.
  std::uint64_t over_limit() const noexcept { return over_limit_; }

 private:
  using WeakAnswer = std::shared_ptr<const names::WeakAnswer>;
  using HitAnswer = std::shared_ptr<const names::HitAnswer>;
  /// What the asker and the search share; the search may end first.
  struct Shared {
    explicit Shared(boost::asio::any_io_executor executor) : ended(std::move(executor)) {}
    boost::asio::steady_timer ended;  ///< the event that it has; expires when the asker has waited long enough
    std::optional<ByteVector> value{};
    bool done = false;
  };
  struct Search {
    std::vector<std::shared_ptr<Shared>> askers{};
    Operation operation{};
  };

  /// What the cache says. `checked`: the HIT's key has been heard, or there is no HIT: nothing more to look for.
  /// `recently`: it is not in the cache any more what it said, but it was heard a while ago.
  struct Known {
    std::optional<ByteVector> value{};
    bool checked = false;
    bool recently = false;
  };
  Known known(const Key&) const;
  void remember_check(const crypto::Hit&, names::HitOutcome);
  void begin(const Key&);
  void on_values(const Key&, const WeakAnswer&);
  void end(const Key&, std::optional<ByteVector> value);
  /// Runs it outside of the name service's call stack, unless this is gone by then.
  void later(Callback<void()> action);

  boost::asio::any_io_executor executor_;
  names::NameService& service_;
  Callback<TimePoint()> now_;
  std::size_t searches_maximum_;
  std::map<Key, Search> searches_;
  std::map<crypto::Hit, TimePoint> not_revoked_;  ///< when each of these was last said not to be
  std::uint64_t over_limit_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared: what was posted asks whether this still lives
};

}  // namespace p2pns::hip
