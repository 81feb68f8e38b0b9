// AnswerCache: a bounded table of answers that end by themselves; the least recently used one is forgotten first.
// find() may be called from any thread: the mutex is held for a look-up and a few pointer moves.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/base/time.hpp"

namespace p2pns::names {

/// `Answer` has a member `expires`.
template <class Question, class Answer>
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t maximum) : maximum_(maximum) {}
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  /// A fresh answer or null.
  std::shared_ptr<const Answer> find(const Question& question, TimePoint now) const {
    const std::lock_guard lock{mutex_};
    const auto known = index_.find(question);
    if (known == index_.end() || known->second->second->expires <= now) return nullptr;
    entries_.splice(entries_.begin(), entries_, known->second);
    return known->second->second;
  }
  /// Keeps it until its end; one that has ended is not kept.
  void keep(const Question& question, std::shared_ptr<const Answer> answer, TimePoint now) {
    forget(question);
    if (answer->expires <= now || maximum_ == 0) return;
    Entries dropped;  // destroyed after the mutex is free
    const std::lock_guard lock{mutex_};
    if (entries_.size() == maximum_) {
      index_.erase(entries_.back().first);
      dropped.splice(dropped.begin(), entries_, std::prev(entries_.end()));
    }
    entries_.emplace_front(question, std::move(answer));
    index_.emplace(question, entries_.begin());
  }
  void forget(const Question& question) {
    Entries dropped;
    const std::lock_guard lock{mutex_};
    const auto known = index_.find(question);
    if (known == index_.end()) return;
    dropped.splice(dropped.begin(), entries_, known->second);
    index_.erase(known);
  }
  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
  }

 private:
  using Entries = std::list<std::pair<Question, std::shared_ptr<const Answer>>>;

  std::size_t maximum_;
  mutable std::mutex mutex_;
  mutable Entries entries_;  // most recently used first
  std::unordered_map<Question, typename Entries::iterator> index_;
};

}  // namespace p2pns::names
