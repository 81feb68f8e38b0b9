#include "frontends/hip/weak_search.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p2pns::hip {

namespace asio = boost::asio;

WeakSearch::WeakSearch(asio::any_io_executor executor, names::NameService& service, Callback<TimePoint()> now,
                       std::size_t searches_maximum)
    : executor_(std::move(executor)), service_(service), now_(std::move(now)), searches_maximum_(searches_maximum) {}

asio::awaitable<std::optional<ByteVector>> WeakSearch::find(Key key) {
  bool complete = false;
  std::optional<ByteVector> value = known(key, complete);
  if (complete) co_return value;
  if (!searches_.contains(key)) {
    if (searches_.size() >= searches_maximum_) {
      ++over_limit_;
      co_return std::nullopt;
    }
    begin(key);
  }
  const auto shared = std::make_shared<Shared>(executor_);
  shared->ended.expires_after(answer_wait);
  searches_[key].askers.push_back(shared);
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  if (!shared->done) co_await shared->ended.async_wait(token);
  co_return shared->value;
}

/// From the cache, with what its HIT's key says of it. `complete`: there is nothing more to look for.
std::optional<ByteVector> WeakSearch::known(const Key& key, bool& complete) const {
  const WeakAnswer answer = service_.find_cached_weak(key, now_());
  complete = answer != nullptr;
  if (!answer || answer->values.empty()) return std::nullopt;
  const names::WeakValue& newest = answer->values.back();
  if (!newest.hit) return newest.value;
  const HitAnswer hit = service_.find_cached_hit(*newest.hit, now_());
  complete = hit != nullptr;
  if (!hit || hit->outcome == names::HitOutcome::revoked) return std::nullopt;
  return newest.value;
}

void WeakSearch::begin(const Key& key) {
  auto on_answer = [this, key](WeakAnswer answer) {
    later([this, key, answer = std::move(answer)] { on_values(key, answer); });
  };
  searches_[key].operation = service_.find_weak(key, std::move(on_answer));
}

void WeakSearch::on_values(const Key& key, const WeakAnswer& answer) {
  const auto search = searches_.find(key);
  if (search == searches_.end()) return;
  if (answer->values.empty()) return end(key, std::nullopt);
  names::WeakValue newest = answer->values.back();
  if (!newest.hit) return end(key, std::move(newest.value));
  const crypto::Hit hit = *newest.hit;
  auto on_hit = [this, key, value = std::move(newest.value)](const HitAnswer& found) mutable {
    std::optional<ByteVector> believed;
    if (found->outcome != names::HitOutcome::revoked) believed = std::move(value);
    later([this, key, believed = std::move(believed)]() mutable { end(key, std::move(believed)); });
  };
  search->second.operation = service_.find_hit(hit, std::move(on_hit));
}

void WeakSearch::end(const Key& key, std::optional<ByteVector> value) {
  const auto search = searches_.extract(key);
  if (search.empty()) return;
  for (const auto& asker : search.mapped().askers) {
    asker->value = value;
    asker->done = true;
    asker->ended.cancel();
  }
}

void WeakSearch::later(Callback<void()> action) {
  asio::post(executor_, [alive = std::weak_ptr{alive_}, action = std::move(action)] {
    if (alive.lock()) action();
  });
}

}  // namespace p2pns::hip
