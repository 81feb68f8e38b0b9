// Tasks: the state machines of operations under way (reads, claims, releases). The list owns each until it finishes or
// its consumer cancels; a task is gone before its completion runs, so that the completion may destroy everything.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "core/base/assert.hpp"
#include "core/base/operation.hpp"
#include "core/base/result.hpp"

namespace p2pns::dht {

/// Operations of one kind of node at once: far more than front ends ask for, each a few kB.
inline constexpr std::size_t tasks_maximum = 1024;

class Task {
 public:
  virtual ~Task() = default;
  /// May complete nothing before it returns.
  virtual void start() = 0;
  /// The consumer gave up; the task is destroyed next.
  virtual void on_cancel() {}
};

class TaskList {
 public:
  explicit TaskList(std::size_t maximum = tasks_maximum) : maximum_(maximum) {}
  bool full() const noexcept { return tasks_.size() >= maximum_; }
  std::size_t size() const noexcept { return tasks_.size(); }
  /// Owns and starts the task; the list is not full (asserted).
  void add(std::unique_ptr<Task> task) {
    P2PNS_ASSERT(!full());
    Task& added = *task;
    tasks_.emplace(&added, std::move(task));
    added.start();
  }
  std::unique_ptr<Task> remove(const Task* task) {
    const auto found = tasks_.find(task);
    if (found == tasks_.end()) return nullptr;
    auto removed = std::move(found->second);
    tasks_.erase(found);
    return removed;
  }

 private:
  std::size_t maximum_;
  std::unordered_map<const Task*, std::unique_ptr<Task>> tasks_;
};

/// A task that completes with a T.
template <class T>
class TaskOf : public Task {
 public:
  TaskOf(const TaskOf&) = delete;
  TaskOf& operator=(const TaskOf&) = delete;
  // Whoever destroys the whole list leaves consumers with handles that must not reach back into it.
  ~TaskOf() override { completion_.on_cancel(nullptr); }

 protected:
  TaskOf(TaskList& list, Completion<T> completion) : list_(list), completion_(std::move(completion)) {
    completion_.on_cancel([this] {
      const auto cancelled = list_.remove(this);
      if (cancelled) cancelled->on_cancel();
    });
  }
  /// Destroys this task, then completes: the last thing the caller does.
  void finish(T result) {
    auto completion = std::move(completion_);
    list_.remove(this).reset();
    completion(std::move(result));
  }

 private:
  TaskList& list_;
  Completion<T> completion_;
};

}  // namespace p2pns::dht
