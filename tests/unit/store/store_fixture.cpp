#include "tests/unit/store/store_fixture.hpp"

#include <unistd.h>

#include <cstdlib>

namespace p2pns::store {

void TaskQueue::post(Callback<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  arrived_.notify_one();
}

void TaskQueue::run_until(const Callback<bool()>& done) {
  while (!done()) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::minutes{1}, [this] { return !tasks_.empty(); })) {
      ADD_FAILURE() << "nothing was posted for a minute";
      return;
    }
    const Callback<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

StoreFixture::StoreFixture() {
  // In memory where there is such a place: what a sync to disk is worth is for the integration tests to show.
  const std::filesystem::path memory = "/dev/shm";
  const bool in_memory = ::access(memory.c_str(), W_OK) == 0;
  std::string name = ((in_memory ? memory : std::filesystem::temp_directory_path()) / "p2pns-store-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  directory = name;
}

StoreFixture::~StoreFixture() {
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
}

std::unique_ptr<DurableStore> StoreFixture::open(const StoreOptions& wanted) {
  auto store = DurableStore::open(wanted, log);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();  // everything after it would be a crash
  }
  (*store)->start([this](Callback<void()> task) { tasks.post(std::move(task)); });
  return std::move(*store);
}

std::string StoreFixture::refusal(const StoreOptions& wanted) {
  const auto store = DurableStore::open(wanted, log);
  EXPECT_FALSE(store);
  return store ? "" : store.error().message;
}

dht::VerifiedRecord StoreFixture::record(std::string label, std::uint64_t sequence, std::chrono::hours left) {
  dht::Binding binding = owner.binding(std::move(label), sequence);
  binding.not_after = dht::test_wall + left;
  return dht::verified(binding, owner);
}

Result<void> StoreFixture::put(DurableStore& store, dht::VerifiedRecord value) {
  return outcome([&](auto callback) { return store.records().put(std::move(value), std::move(callback)); });
}

std::size_t StoreFixture::put_all(DurableStore& store, std::size_t count, std::size_t first, std::uint64_t sequence) {
  std::size_t completed = 0;
  std::size_t stored = 0;
  const auto count_result = [&](const Result<void>& result) {
    ++completed;
    stored += result ? 1 : 0;
  };
  for (std::size_t i = first; i < first + count; ++i)
    store.records().put(record("n" + std::to_string(i), sequence), count_result).detach();
  tasks.run_until([&] { return completed == count; });
  return stored;
}

Result<void> StoreFixture::remove(DurableStore& store, std::string_view label) {
  return outcome([&](auto callback) {
    return store.records().remove(key_of(label), dht::RecordType::binding, std::move(callback));
  });
}

std::optional<dht::VerifiedRecord> StoreFixture::find(DurableStore& store, std::string_view label) {
  return store.records().find(key_of(label), dht::RecordType::binding);
}

}  // namespace p2pns::store
