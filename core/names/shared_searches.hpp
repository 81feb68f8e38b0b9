// SharedSearches: searches under way, one for each question; all who ask meanwhile share it. Who gives up leaves the
// others alone; the last one takes the search with it. A search is a class with Question, Answer, and
//   Search(const Environment&, const Question&);  void start(Callback<void(Answer)>);
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "core/base/operation.hpp"

namespace p2pns::names {

/// Of one kind; each has some twenty calls outstanding.
inline constexpr std::size_t shared_searches_maximum = 128;
inline constexpr std::size_t callers_per_search_maximum = 1024;

template <class Search, class Environment>
class SharedSearches {
 public:
  using Question = typename Search::Question;
  using Answer = typename Search::Answer;

  explicit SharedSearches(const Environment& environment) : environment_(environment) {}
  SharedSearches(const SharedSearches&) = delete;
  SharedSearches& operator=(const SharedSearches&) = delete;

  /// False: no further search, or no further caller, can be taken.
  bool has_room_for(const Question& question) const {
    const auto running = running_.find(question);
    if (running == running_.end()) return running_.size() < shared_searches_maximum;
    return running->second->callers.size() < callers_per_search_maximum;
  }
  /// There is room (has_room_for).
  Operation ask(const Question& question, Callback<void(Answer)> callback) {
    const bool is_new = !running_.contains(question);
    if (is_new) running_[question] = std::make_unique<Running>(environment_, question);
    Running& running = *running_.at(question);
    auto ends = start_operation<Answer>(std::move(callback));
    const std::uint64_t caller = next_caller_++;
    ends.second.on_cancel([weak = std::weak_ptr{self_}, question, caller] {
      if (const auto self = weak.lock()) (*self)->drop_caller(question, caller);
    });
    running.callers.emplace(caller, std::move(ends.second));
    if (is_new) running.search.start([this, question](Answer answer) { on_answer(question, std::move(answer)); });
    return std::move(ends.first);
  }
  std::size_t under_way() const noexcept { return running_.size(); }

 private:
  struct Running {
    Running(const Environment& environment, const Question& question) : search(environment, question) {}
    std::map<std::uint64_t, Completion<Answer>> callers;
    Search search;
  };

  void on_answer(const Question& question, Answer answer) {
    auto running = running_.extract(question);
    auto callers = std::move(running.mapped()->callers);
    running.mapped().reset();
    // From here on nothing of this object is touched: a caller may destroy it.
    for (auto& [caller, completion] : callers) completion(answer);
  }
  void drop_caller(const Question& question, std::uint64_t caller) {
    const auto running = running_.find(question);
    if (running == running_.end()) return;
    auto& callers = running->second->callers;
    if (callers.erase(caller) == 1 && callers.empty()) running_.erase(running);
  }

  Environment environment_;
  std::uint64_t next_caller_ = 0;
  std::map<Question, std::unique_ptr<Running>> running_;
  std::shared_ptr<SharedSearches*> self_ = std::make_shared<SharedSearches*>(this);  // an Operation may outlive us
};

}  // namespace p2pns::names
