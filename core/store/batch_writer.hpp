// BatchWriter: group commit. Whoever writes hands a write over and goes on; a thread of the store's own gathers them
// for some milliseconds and makes them durable together, because one sync to disk costs as much for a thousand records
// as for one. Completions run on the node's thread, after the commit, in the order of the writes.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/base/log.hpp"
#include "core/base/operation.hpp"
#include "core/store/write_batch.hpp"

namespace p2pns::store {

/// How long the first write of a batch waits for others: short against the round trips of a registration.
inline constexpr std::chrono::milliseconds gather_time{5};
/// More at once would hold an acknowledgement up: this many take about 40 ms with a million records.
inline constexpr std::size_t writes_per_commit_maximum = 1000;
/// Handed over and not yet committed: about a second's work, 8 MB. More are refused.
inline constexpr std::size_t queued_writes_maximum = 16'384;

/// Runs a task on the node's thread, with the node's clock moved on before and its timer armed after it. Called from
/// the store's thread; a task that can run no more is dropped.
using Post = Callback<void(Callback<void()> task)>;

class BatchWriter {
 public:
  /// References outlive the writer.
  BatchWriter(const LmdbEnvironment&, const WriteLimits&, Log&);
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;
  /// stop(); nobody is told any more.
  ~BatchWriter();

  /// Once, and before the first write.
  void start(Post);
  /// What was handed over becomes durable before this returns, and nothing is posted after it. The node's thread.
  void stop();
  /// The node's thread. Errors: overloaded (queue, disk or store full, or stopped), io_error.
  Operation write(Write, Callback<void(Result<void>)>);
  /// Completes with this (ok counts as success), without anything being written.
  Operation finish(Errc, Callback<void(Result<void>)>);
  /// Drops records that end before this, a few with each transaction.
  void expire(UnixTime before);

 private:
  using Completed = Completion<Result<void>>;
  /// What lives on the node's thread. Shared: a task on its way there may outlive the writer, and finds it gone.
  struct Desk {
    explicit Desk(Log& the_log) : log(the_log) {}
    void on_committed(const Committed&);
    void tell(const Committed&);
    Log& log;
    std::deque<Completed> waiting;  // of the writes handed over, in their order
    std::string trouble;            // told last
    bool full = false;
  };

  void run();
  /// False when there is nothing to do any more.
  bool wait_for_work(std::unique_lock<std::mutex>&);
  std::vector<Write> take_writes();
  void commit_once(std::unique_lock<std::mutex>&);

  const LmdbEnvironment& environment_;
  const WriteLimits limits_;
  std::shared_ptr<Desk> desk_;
  Post post_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Write> queue_;
  std::chrono::steady_clock::time_point gather_until_{};
  std::optional<UnixTime> expire_before_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace p2pns::store
