#include "core/store/batch_writer.hpp"

#include <algorithm>
#include <iterator>

#include "core/base/assert.hpp"

namespace p2pns::store {

namespace {
Result<void> result_of(Errc error) { return error == Errc::ok ? Result<void>{} : Result<void>{error}; }
}  // namespace

BatchWriter::BatchWriter(const LmdbEnvironment& environment, const WriteLimits& limits, Log& log)
    : environment_(environment), limits_(limits), desk_(std::make_shared<Desk>(log)) {}

BatchWriter::~BatchWriter() { stop(); }

void BatchWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void BatchWriter::start(Post post) {
  P2PNS_ASSERT(!post_);
  post_ = std::move(post);
  thread_ = std::thread([this] { run(); });
}

Operation BatchWriter::write(Write write, Callback<void(Result<void>)> callback) {
  std::unique_lock lock(mutex_);
  if (stopping_ || queue_.size() == queued_writes_maximum) {
    lock.unlock();
    return finish(Errc::overloaded, std::move(callback));
  }
  auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
  desk_->waiting.push_back(std::move(completion));
  if (queue_.empty()) gather_until_ = std::chrono::steady_clock::now() + gather_time;
  queue_.push_back(std::move(write));
  const bool wake = queue_.size() == 1 || queue_.size() == writes_per_commit_maximum;
  lock.unlock();
  if (wake) changed_.notify_one();
  return std::move(operation);
}

Operation BatchWriter::finish(Errc error, Callback<void(Result<void>)> callback) {
  P2PNS_ASSERT(post_);
  auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
  post_([done = std::move(completion), error]() mutable { done(result_of(error)); });
  return std::move(operation);
}

void BatchWriter::expire(UnixTime before) {
  {
    const std::lock_guard lock(mutex_);
    expire_before_ = before;
  }
  changed_.notify_one();
}

void BatchWriter::run() {
  std::unique_lock lock(mutex_);
  while (wait_for_work(lock)) commit_once(lock);
}

bool BatchWriter::wait_for_work(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return stopping_ || !queue_.empty() || expire_before_; });
  if (queue_.empty()) return !stopping_;
  changed_.wait_until(lock, gather_until_, [this] { return stopping_ || queue_.size() >= writes_per_commit_maximum; });
  return true;
}

std::vector<Write> BatchWriter::take_writes() {
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), writes_per_commit_maximum));
  std::vector<Write> writes(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return writes;
}

void BatchWriter::commit_once(std::unique_lock<std::mutex>& lock) {
  const std::vector<Write> writes = take_writes();
  const auto expire_before = std::exchange(expire_before_, std::nullopt);
  lock.unlock();
  Committed committed = commit(environment_, limits_, writes, expire_before);
  const bool more_expired = committed.more_expired;
  post_([desk = std::weak_ptr(desk_), committed = std::move(committed)] {
    if (const auto alive = desk.lock()) alive->on_committed(committed);
  });
  lock.lock();
  if (more_expired && !expire_before_) expire_before_ = expire_before;
}

void BatchWriter::Desk::on_committed(const Committed& committed) {
  tell(committed);
  for (const Errc result : committed.results) {
    P2PNS_ASSERT(!waiting.empty());
    Completed done = std::move(waiting.front());
    waiting.pop_front();
    done(result_of(result));
  }
}

/// Each state once, not each write that meets it.
void BatchWriter::Desk::tell(const Committed& committed) {
  if (committed.trouble != trouble) {
    trouble = committed.trouble;
    if (trouble.empty())
      log.write(Severity::info, "store: can be written again");
    else
      log.write(Severity::error, "store: cannot be written: " + trouble + "; registrations are refused until it can");
  }
  if (committed.refused_new && !full)
    log.write(Severity::warning,
              "store: full (store.maximum_mib); new names are refused, those it holds can still be renewed");
  full = committed.refused_new || (full && !committed.took_new);
}

}  // namespace p2pns::store
