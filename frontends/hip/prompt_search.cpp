#include "frontends/hip/prompt_search.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p2pns::hip {

namespace asio = boost::asio;

PromptSearch::PromptSearch(asio::any_io_executor executor, names::NameService& service, Callback<TimePoint()> now,
                           std::size_t searches_maximum)
    : executor_(std::move(executor)), service_(service), now_(std::move(now)), searches_maximum_(searches_maximum) {}

asio::awaitable<std::optional<ByteVector>> PromptSearch::find(Key key) {
  Known now_known = known(key);
  if (now_known.checked) co_return std::move(now_known.value);
  if (!searches_.contains(key)) {
    if (searches_.size() < searches_maximum_) {
      begin(key);
    } else {
      ++over_limit_;
      if (!now_known.recently) co_return std::nullopt;
    }
  }
  if (now_known.recently) co_return std::move(now_known.value);
  const auto shared = std::make_shared<Shared>(executor_);
  shared->ended.expires_after(answer_wait);
  searches_[key].askers.push_back(shared);
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  if (!shared->done) co_await shared->ended.async_wait(token);
  co_return shared->value;
}

PromptSearch::Known PromptSearch::known(const Key& key) const {
  const TimePoint now = now_();
  const WeakAnswer answer = service_.find_cached_weak(key, now);
  if (!answer) return {};
  if (answer->values.empty()) return {std::nullopt, true};
  const names::WeakValue& newest = answer->values.back();
  if (!newest.hit) return {newest.value, true};
  if (const HitAnswer hit = service_.find_cached_hit(*newest.hit, now)) {
    if (hit->outcome == names::HitOutcome::revoked) return {std::nullopt, true};
    return {newest.value, true};
  }
  const auto check = not_revoked_.find(*newest.hit);
  if (check == not_revoked_.end() || now - check->second >= revocation_check_life) return {};
  return {newest.value, false, true};
}

/// Only what the key's replicas have said counts: a lookup that failed says nothing, and lets the older check run out.
void PromptSearch::remember_check(const crypto::Hit& hit, names::HitOutcome outcome) {
  const bool heard = outcome == names::HitOutcome::found || outcome == names::HitOutcome::unknown;
  if (!heard && outcome != names::HitOutcome::revoked) return;
  not_revoked_.erase(hit);
  if (!heard) return;
  const TimePoint now = now_();
  if (not_revoked_.size() >= revocation_checks_maximum)
    std::erase_if(not_revoked_, [now](const auto& each) { return now - each.second >= revocation_check_life; });
  if (not_revoked_.size() < revocation_checks_maximum) not_revoked_.emplace(hit, now);
}

void PromptSearch::begin(const Key& key) {
  auto on_answer = [this, key](WeakAnswer answer) {
    later([this, key, answer = std::move(answer)] { on_values(key, answer); });
  };
  searches_[key].operation = service_.find_weak(key, std::move(on_answer));
}

void PromptSearch::on_values(const Key& key, const WeakAnswer& answer) {
  const auto search = searches_.find(key);
  if (search == searches_.end()) return;
  if (answer->values.empty()) return end(key, std::nullopt);
  names::WeakValue newest = answer->values.back();
  if (!newest.hit) return end(key, std::move(newest.value));
  const crypto::Hit hit = *newest.hit;
  auto on_hit = [this, key, value = std::move(newest.value)](const HitAnswer& found) mutable {
    std::optional<ByteVector> believed;
    if (found->outcome != names::HitOutcome::revoked) believed = std::move(value);
    remember_check(found->hit, found->outcome);
    later([this, key, believed = std::move(believed)]() mutable { end(key, std::move(believed)); });
  };
  search->second.operation = service_.find_hit(hit, std::move(on_hit));
}

void PromptSearch::end(const Key& key, std::optional<ByteVector> value) {
  const auto search = searches_.extract(key);
  if (search.empty()) return;
  for (const auto& asker : search.mapped().askers) {
    asker->value = value;
    asker->done = true;
    asker->ended.cancel();
  }
}

void PromptSearch::later(Callback<void()> action) {
  asio::post(executor_, [alive = std::weak_ptr{alive_}, action = std::move(action)] {
    if (alive.lock()) action();
  });
}

}  // namespace p2pns::hip
