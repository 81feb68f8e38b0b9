#include "core/store/page_audit.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/store/lmdb_format.hpp"

namespace p2pns::store {

namespace {

using namespace lmdb;

StoreError damaged(PageNumber page, const char* what) {
  return {"is damaged: page " + std::to_string(page) + " " + what};
}

template <class T>
T take(Bytes bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// What a node takes of its page; nodes begin at even places.
std::size_t size_of(const NodeHeader& node, bool in_leaf) {
  const std::size_t data_bytes = (node.flags & big_data) != 0 ? sizeof(PageNumber) : node.data_bytes();
  const std::size_t bytes = sizeof node + node.key_bytes + (in_leaf ? data_bytes : 0);
  return bytes + bytes % 2;
}

bool read_at(int file, MutableBytes into, std::uint64_t offset) {
  return ::pread(file, into.data(), into.size(), static_cast<off_t>(offset)) == static_cast<ssize_t>(into.size());
}

class Audit {
 public:
  Audit(int file, const Meta& meta, std::uint64_t file_bytes)
      : file_(file),
        page_bytes_(meta.free.pad),
        file_pages_(file_bytes / page_bytes_),
        last_page_(meta.last_page),
        transaction_(meta.transaction),
        used_(last_page_ + 1),
        free_(last_page_ + 1) {
    for (PageNumber page = 0; page < meta_pages; ++page) used_[page] = true;
  }

  StoreResult<void> run(const Meta& meta) {
    if (auto result = visit(meta.free, Kind::free); !result) return result;
    if (auto result = visit(meta.main, Kind::main); !result) return result;
    for (PageNumber page = 0; page <= last_page_; ++page)
      if (used_[page] && free_[page]) return damaged(page, "is in use and free at once");
    return {};
  }

 private:
  enum class Kind { free, main, table };

  StoreResult<void> visit(const Tree& tree, Kind kind) {
    // Another program's tables may have sorted duplicates and other things that ours never have.
    if (tree.flags != (kind == Kind::free ? integer_keys : 0)) return StoreError{"is no store of p2pns"};
    if (tree.root == no_page) return {};
    if (tree.depth == 0 || tree.depth > tree_depth_maximum) return damaged(tree.root, "is the root of no tree");
    return visit_page(tree.root, tree.depth, kind);
  }

  StoreResult<void> visit_page(PageNumber number, std::size_t levels, Kind kind) {
    std::vector<std::byte> page(page_bytes_);
    if (auto result = claim(number, 1); !result) return result;
    if (!read_at(file_, page, number * page_bytes_)) return damaged(number, "cannot be read");
    const auto header = take<PageHeader>(page, 0);
    const std::uint16_t expected = levels > 1 ? branch : leaf;
    if (header.number != number || (header.flags & ~dirty) != expected)
      return damaged(number, "is not what its parent says");
    if (header.lower < sizeof header || header.lower > header.upper || header.upper > page_bytes_ ||
        header.lower % 2 != 0)
      return damaged(number, "has an impossible header");
    const std::size_t nodes = (header.lower - sizeof header) / 2;
    if (levels > 1 && nodes < (kind == Kind::free ? 1 : 2)) return damaged(number, "has too few branches");
    if (nodes == 0) return damaged(number, "has no entries");  // a tree without any has no page
    std::size_t taken = 0;
    for (std::size_t i = 0; i < nodes; ++i) {
      const std::size_t at = take<std::uint16_t>(page, sizeof header + 2 * i);
      if (at < header.upper || at % 2 != 0 || at + sizeof(NodeHeader) > page_bytes_)
        return damaged(number, "has an entry outside of it");
      if (auto result = levels > 1 ? visit_branch(number, page, at, levels, kind) : visit_leaf(number, page, at, kind);
          !result)
        return result;
      taken += size_of(take<NodeHeader>(page, at), levels == 1);
    }
    if (taken > page_bytes_ - header.upper) return damaged(number, "has entries that overlap");
    return {};
  }

  StoreResult<void> visit_branch(PageNumber number, Bytes page, std::size_t at, std::size_t levels, Kind kind) {
    const auto node = take<NodeHeader>(page, at);
    if (node.key_bytes > key_bytes_maximum || at + sizeof node + node.key_bytes > page.size())
      return damaged(number, "has an impossible key");
    return visit_page(node.child(), levels - 1, kind);
  }

  StoreResult<void> visit_leaf(PageNumber number, Bytes page, std::size_t at, Kind kind) {
    const auto node = take<NodeHeader>(page, at);
    const bool big = (node.flags & big_data) != 0;
    const std::size_t data_at = at + sizeof node + node.key_bytes;
    const std::size_t data_bytes = big ? sizeof(PageNumber) : node.data_bytes();
    if (node.key_bytes > key_bytes_maximum || data_at + data_bytes > page.size())
      return damaged(number, "has an impossible entry");
    if ((node.flags & ~(big_data | sub_data)) != 0 || ((node.flags & sub_data) != 0) != (kind == Kind::main))
      return StoreError{"is no store of p2pns"};
    if (kind == Kind::main) {
      if (big || data_bytes != sizeof(Tree)) return damaged(number, "has an impossible table");
      return visit(take<Tree>(page, data_at), Kind::table);
    }
    if (kind == Kind::free) {
      const Bytes key = page.subspan(at + sizeof node, node.key_bytes);
      if (auto result = note_freed_by(number, key); !result) return result;
    }
    if (!big && kind == Kind::free) return note_free(number, page.subspan(data_at, data_bytes));
    if (big) return visit_overflow(take<PageNumber>(page, data_at), node.data_bytes(), kind);
    return {};
  }

  StoreResult<void> visit_overflow(PageNumber number, std::size_t data_bytes, Kind kind) {
    PageHeader header{};
    if (auto result = claim(number, 1); !result) return result;
    if (!read_at(file_, std::as_writable_bytes(std::span{&header, 1}), number * page_bytes_))
      return damaged(number, "cannot be read");
    const std::uint64_t pages = header.overflow_pages();
    if (header.number != number || (header.flags & ~dirty) != overflow ||
        pages * page_bytes_ < sizeof header + data_bytes)
      return damaged(number, "is not what its parent says");
    if (auto result = claim(number + 1, pages - 1); !result) return result;
    if (kind != Kind::free) return {};
    std::vector<std::byte> list(data_bytes);
    if (!read_at(file_, list, number * page_bytes_ + sizeof header)) return damaged(number, "cannot be read");
    return note_free(number, list);
  }

  /// The transaction that freed a list. LMDB takes them in their order, and forgets none that it used.
  StoreResult<void> note_freed_by(PageNumber number, Bytes key) {
    const std::uint64_t transaction = key.size() == sizeof(std::uint64_t) ? take<std::uint64_t>(key, 0) : 0;
    if (transaction <= freed_by_ || transaction > transaction_)
      return damaged(number, "has free pages of an impossible transaction");
    freed_by_ = transaction;
    return {};
  }

  /// A list of free pages: how many, then their numbers.
  StoreResult<void> note_free(PageNumber number, Bytes list) {
    const bool has_count = list.size() >= sizeof(std::uint64_t);
    const std::uint64_t count = has_count ? take<std::uint64_t>(list, 0) : 0;
    if (!has_count || count > list.size() / sizeof(PageNumber) - 1)
      return damaged(number, "has an impossible list of free pages");
    for (std::size_t i = 1; i <= count; ++i) {
      const auto page = take<PageNumber>(list, i * sizeof(PageNumber));
      if (page < meta_pages || page > last_page_ || free_[page]) return damaged(number, "frees an impossible page");
      free_[page] = true;
    }
    return {};
  }

  /// Each page has one parent.
  StoreResult<void> claim(PageNumber first, std::uint64_t count) {
    if (first > last_page_ + 1 || count > last_page_ + 1 - first)
      return damaged(first, "is named, but lies behind the end");
    if (first + count > file_pages_)
      return StoreError{"is cut off: page " + std::to_string(first + count - 1) +
                        " is missing, the file ends at page " + std::to_string(file_pages_)};
    for (PageNumber page = first; page < first + count; ++page) {
      if (used_[page]) return damaged(page, "is used twice");
      used_[page] = true;
    }
    return {};
  }

  int file_;
  std::size_t page_bytes_;
  PageNumber file_pages_;
  PageNumber last_page_;
  std::uint64_t transaction_;   // the last one
  std::uint64_t freed_by_ = 0;  // the one whose free pages were seen last
  std::vector<bool> used_;
  std::vector<bool> free_;
};

bool is_meta(Bytes page, Meta& meta) {
  meta = take<Meta>(page, sizeof(PageHeader));
  return (take<PageHeader>(page, 0).flags & PageFlag::meta) != 0 && meta.magic == lmdb::magic;
}

constexpr std::size_t meta_prefix_bytes = sizeof(PageHeader) + sizeof(Meta);

/// Each transaction writes one of the two meta pages, in turn; the first one writes page 1. LMDB finds the newer page
/// by its number at one time, and by whether that is odd at another.
bool written_in_turn(std::uint64_t first, std::uint64_t second) {
  if (first % 2 != 0) return false;
  return second == first + 1 || (first > 0 ? second == first - 1 : second == 0);
}

/// The newer of the two meta pages.
StoreResult<Meta> read_meta(int file) {
  std::vector<std::byte> prefix(meta_prefix_bytes);
  Meta first{};
  Meta second{};
  if (!read_at(file, prefix, 0)) return StoreError{"is cut off: not even its first page is there"};
  if (!is_meta(prefix, first)) return StoreError{"is no LMDB file"};
  if (first.version != data_version) return StoreError{"was written by another version of LMDB"};
  const std::uint32_t page_bytes = first.free.pad;
  if (page_bytes < page_bytes_minimum || page_bytes > page_bytes_maximum || !std::has_single_bit(page_bytes))
    return damaged(0, "has an impossible size of pages");
  if (!read_at(file, prefix, page_bytes)) return StoreError{"is cut off: its second page is missing"};
  if (!is_meta(prefix, second) || second.version != data_version || second.free.pad != page_bytes)
    return damaged(1, "is no meta page");
  if (!written_in_turn(first.transaction, second.transaction))
    return damaged(0, "and page 1 are not of transactions that follow each other");
  return second.transaction > first.transaction ? second : first;
}

}  // namespace

StoreResult<void> audit_pages(int file) {
  const auto meta = read_meta(file);
  if (!meta) return meta.error();
  struct stat status {};
  if (::fstat(file, &status) != 0) return StoreError{std::string{"cannot be read: "} + std::strerror(errno)};
  const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
  // Pages that a transaction took and gave back are never written, so the file may be a little shorter than this says.
  if (meta->last_page < meta_pages - 1 || meta->last_page > file_bytes / meta->free.pad + changed_pages_maximum)
    return StoreError{"is cut off: it should have " + std::to_string(meta->last_page + 1) + " pages, and has " +
                      std::to_string(file_bytes / meta->free.pad)};
  return Audit(file, *meta, file_bytes).run(*meta);
}

}  // namespace p2pns::store
