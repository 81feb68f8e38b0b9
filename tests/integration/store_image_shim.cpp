// Preloaded into a daemon by the durability test: keeps a copy of the store's data file as it would be after a power
// cut at this moment. Only what a completed fdatasync covers, or was written through an O_DSYNC descriptor, gets into
// the copy; LMDB writes its meta page the second way, after the first one.
//
//   P2PNS_STORE_IMAGE=FILE      where the copy is kept; it goes on with what is there
//   P2PNS_STORE_NO_SYNC=1       fdatasync succeeds and does nothing, as on a disk that lies
//
// A kill in the middle of a copy leaves a part of it behind, as a power cut in the middle of a sync would.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/uio.h>
#include <utility>
#include <vector>

namespace {

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

enum class Kind : unsigned char { other, buffered, synchronous };

class Image {
 public:
  void opened(int descriptor, const char* path, int flags) {
    const std::size_t length = std::strlen(path);
    constexpr char wanted[] = "/data.mdb";
    constexpr std::size_t wanted_length = sizeof wanted - 1;
    const bool is_data = length >= wanted_length && std::strcmp(path + length - wanted_length, wanted) == 0;
    if (descriptor < 0 || descriptor >= descriptors || !is_data || (flags & O_ACCMODE) == O_RDONLY) return;
    kinds_[descriptor] = (flags & O_DSYNC) != 0 ? Kind::synchronous : Kind::buffered;
    if (kinds_[descriptor] == Kind::buffered) data_ = descriptor;
    const char* const file = std::getenv("P2PNS_STORE_IMAGE");
    if (image_ < 0 && file != nullptr) image_ = real<int(const char*, int, ...)>("open")(file, O_RDWR | O_CREAT, 0600);
    if (image_ < 0) std::abort();  // a test without its image would pass for no reason
  }
  void closed(int descriptor) {
    if (descriptor >= 0 && descriptor < descriptors) kinds_[descriptor] = Kind::other;
  }
  Kind kind(int descriptor) const {
    return descriptor >= 0 && descriptor < descriptors ? kinds_[descriptor] : Kind::other;
  }
  void wrote(int descriptor, off_t offset, ssize_t bytes) {
    if (bytes <= 0) return;
    const std::lock_guard lock(mutex_);
    if (kind(descriptor) == Kind::synchronous)
      copy(offset, bytes);
    else
      pending_.emplace_back(offset, bytes);
  }
  void synced() {
    const std::lock_guard lock(mutex_);
    for (const auto& [offset, bytes] : pending_) copy(offset, bytes);
    pending_.clear();
  }

 private:
  void copy(off_t offset, ssize_t bytes) {
    std::vector<char> buffer(static_cast<std::size_t>(bytes));
    if (::pread(data_, buffer.data(), buffer.size(), offset) != bytes) std::abort();
    if (real<ssize_t(int, const void*, size_t, off_t)>("pwrite")(image_, buffer.data(), buffer.size(), offset) != bytes)
      std::abort();
  }

  static constexpr int descriptors = 4096;
  Kind kinds_[descriptors] = {};
  int image_ = -1;
  int data_ = -1;  // the descriptor that can be read
  std::mutex mutex_;
  std::vector<std::pair<off_t, ssize_t>> pending_;  // written, not yet synced
};

Image& image() {
  static Image* const the_image = new Image;  // outlives every other thread
  return *the_image;
}

bool syncing() { return std::getenv("P2PNS_STORE_NO_SYNC") == nullptr; }

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  const int descriptor = real<int(const char*, int, ...)>("open")(path, flags, mode);
  image().opened(descriptor, path, flags);
  return descriptor;
}

int close(int descriptor) {
  image().closed(descriptor);
  return real<int(int)>("close")(descriptor);
}

ssize_t pwrite(int descriptor, const void* buffer, size_t bytes, off_t offset) {
  const ssize_t written = real<ssize_t(int, const void*, size_t, off_t)>("pwrite")(descriptor, buffer, bytes, offset);
  if (image().kind(descriptor) != Kind::other) image().wrote(descriptor, offset, written);
  return written;
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  const bool ours = image().kind(descriptor) != Kind::other;
  const off_t offset = ours ? ::lseek(descriptor, 0, SEEK_CUR) : 0;
  const ssize_t written = real<ssize_t(int, const iovec*, int)>("writev")(descriptor, parts, count);
  if (ours) image().wrote(descriptor, offset, written);
  return written;
}

int fdatasync(int descriptor) {
  if (image().kind(descriptor) == Kind::other) return real<int(int)>("fdatasync")(descriptor);
  if (!syncing()) return 0;
  const int failed = real<int(int)>("fdatasync")(descriptor);
  if (failed == 0) image().synced();
  return failed;
}
}
