#include "core/store/store_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

#include "core/store/page_audit.hpp"

namespace p2pns::store {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
/// Larger than LMDB's header and table of readers.
constexpr off_t lock_file_bytes = 16384;

std::string why() { return std::strerror(errno); }

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

StoreResult<StoreDirectory> StoreDirectory::open(const std::string& path, Access access) {
  if (access == Access::write && ::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return StoreError{path + ": this directory cannot be made: " + why()};
  StoreDirectory directory(path, ::open(path.c_str(), directory_flags));
  if (directory.directory_ < 0) return directory.error("cannot be used as a store: " + why());
  const int hold = access == Access::write ? LOCK_EX : LOCK_SH;
  if (::flock(directory.directory_, hold | LOCK_NB) != 0)
    return directory.error(errno == EWOULDBLOCK ? "is in use by a running p2pnsd; stop that one first"
                                                : "cannot be locked: " + why());
  if (const auto inspected = directory.inspect_data(); !inspected) return inspected.error();
  return directory;
}

StoreDirectory::StoreDirectory(StoreDirectory&& other) noexcept
    : path_(std::move(other.path_)), directory_(std::exchange(other.directory_, -1)), data_bytes_(other.data_bytes_) {}

StoreDirectory::~StoreDirectory() {
  if (directory_ >= 0) ::close(directory_);
}

StoreResult<void> StoreDirectory::inspect_data() {
  const File data(::openat(directory_, "data.mdb", O_RDONLY | O_CLOEXEC));
  if (!data && errno == ENOENT) return {};
  struct stat status {};
  if (!data || ::fstat(data.get(), &status) != 0) return error("data.mdb cannot be read: " + why());
  if (!S_ISREG(status.st_mode)) return error("data.mdb is no file");
  data_bytes_ = static_cast<std::uint64_t>(status.st_size);
  if (data_bytes_ == 0) return {};
  if (const auto sound = audit_pages(data.get()); !sound)
    return error("data.mdb " + sound.error().message +
                 "; it was left as it is: bring back a copy, or move it away to start anew");
  return {};
}

StoreResult<void> StoreDirectory::reserve_lock_file() const {
  const File file(::openat(directory_, "lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return error("lock.mdb cannot be opened: " + why());
  if (const int failed = ::posix_fallocate(file.get(), 0, lock_file_bytes); failed != 0)
    return error(std::string{"lock.mdb cannot be made: "} + std::strerror(failed));
  return {};
}

StoreResult<void> StoreDirectory::sync() const {
  const auto parent = std::filesystem::absolute(path_).lexically_normal().parent_path();
  const File above(::open(parent.c_str(), directory_flags));
  if (::fsync(directory_) != 0 || !above || ::fsync(above.get()) != 0) return error("cannot be made durable: " + why());
  return {};
}

}  // namespace p2pns::store
