// StoreDirectory: the directory a store lives in, held against other processes. It has two files, data.mdb and
// lock.mdb; the hold is an advisory lock (flock) on the directory itself and ends with the process, however that ends.
#pragma once

#include <optional>

#include "core/store/store_error.hpp"

namespace p2pns::store {

enum class Access { read, write };

class StoreDirectory {
 public:
  /// For writing, the directory is made (0700) when there is none; its parent has to be there. One writer, or any
  /// number of readers. Errors start with the path.
  static StoreResult<StoreDirectory> open(const std::string& path, Access);
  StoreDirectory(StoreDirectory&& other) noexcept;
  StoreDirectory& operator=(StoreDirectory&&) = delete;
  ~StoreDirectory();

  const std::string& path() const noexcept { return path_; }
  /// Nothing has been stored here yet.
  bool empty() const noexcept { return data_bytes_ == 0; }
  /// Of data.mdb when it was opened.
  std::uint64_t data_bytes() const noexcept { return data_bytes_; }
  /// "PATH: what", for the errors of whoever works in here.
  StoreError error(const std::string& what) const { return {path_ + ": " + what}; }
  /// Gives lock.mdb its blocks: LMDB maps that file and writes to it, and on a full disk a missing block would be a
  /// SIGBUS.
  StoreResult<void> reserve_lock_file() const;
  /// Makes the files' names durable. Errors: the operating system's.
  StoreResult<void> sync() const;

 private:
  StoreDirectory(std::string path, int directory) : path_(std::move(path)), directory_(directory) {}
  StoreResult<void> inspect_data();

  std::string path_;
  int directory_;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace p2pns::store
