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

  /// `keep` is given each answer before those who asked are, unless it was outdated meanwhile.
  SharedSearches(const Environment& environment, Callback<void(const Answer&)> keep)
      : environment_(environment), keep_(std::move(keep)) {}
  SharedSearches(const SharedSearches&) = delete;
  SharedSearches& operator=(const SharedSearches&) = delete;

  /// False: no further search, or no further caller, can be taken.
  bool has_room_for(const Question& question) const {
    const auto current = current_.find(question);
    if (current == current_.end()) return running_.size() < shared_searches_maximum;
    return running_.at(current->second)->callers.size() < callers_per_search_maximum;
  }
  /// There is room (has_room_for).
  Operation ask(const Question& question, Callback<void(Answer)> callback) {
    const auto [current, is_new] = current_.emplace(question, next_number_);
    const std::uint64_t number = current->second;
    if (is_new) running_[next_number_++] = std::make_unique<Running>(environment_, question);
    Running& running = *running_.at(number);
    auto ends = start_operation<Answer>(std::move(callback));
    const std::uint64_t caller = next_number_++;
    ends.second.on_cancel([weak = std::weak_ptr{self_}, number, caller] {
      if (const auto self = weak.lock()) (*self)->drop_caller(number, caller);
    });
    running.callers.emplace(caller, std::move(ends.second));
    if (is_new) running.search.start([this, number](Answer answer) { on_answer(number, std::move(answer)); });
    return std::move(ends.first);
  }
  /// What is asked for has changed: a search under way answers those who have asked, and nobody else. Its answer may be
  /// of before or of after.
  void outdate(const Question& question) { current_.erase(question); }
  std::size_t under_way() const noexcept { return running_.size(); }

 private:
  struct Running {
    Running(const Environment& environment, const Question& asked) : question(asked), search(environment, asked) {}
    Question question;
    std::map<std::uint64_t, Completion<Answer>> callers;
    Search search;
  };

  /// False: it was not current any more.
  bool end_current(const Question& question, std::uint64_t number) {
    const auto current = current_.find(question);
    if (current == current_.end() || current->second != number) return false;
    current_.erase(current);
    return true;
  }
  void on_answer(std::uint64_t number, Answer answer) {
    auto running = running_.extract(number);
    auto callers = std::move(running.mapped()->callers);
    if (end_current(running.mapped()->question, number)) keep_(answer);
    running.mapped().reset();
    // From here on nothing of this object is touched: a caller may destroy it.
    for (auto& [caller, completion] : callers) completion(answer);
  }
  void drop_caller(std::uint64_t number, std::uint64_t caller) {
    const auto running = running_.find(number);
    if (running == running_.end()) return;
    auto& callers = running->second->callers;
    if (callers.erase(caller) != 1 || !callers.empty()) return;
    end_current(running->second->question, number);
    running_.erase(running);
  }

  Environment environment_;
  Callback<void(const Answer&)> keep_;
  std::uint64_t next_number_ = 0;  // of searches and of callers
  std::map<std::uint64_t, std::unique_ptr<Running>> running_;
  std::map<Question, std::uint64_t> current_;  // searches that whoever asks may share
  std::shared_ptr<SharedSearches*> self_ = std::make_shared<SharedSearches*>(this);  // an Operation may outlive us
};

}  // namespace p2pns::names
