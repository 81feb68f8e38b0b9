// The file format of LMDB 0.9 (data version 1) on 64-bit little-endian machines, as far as the page audit needs it. The
// names are those of LMDB's mdb.c, where each structure is explained.
#pragma once

#include <bit>
#include <cstdint>

namespace p2pns::store::lmdb {

static_assert(std::endian::native == std::endian::little && sizeof(void*) == 8, "LMDB files are native");

using PageNumber = std::uint64_t;
inline constexpr PageNumber no_page = ~PageNumber{0};
inline constexpr std::uint32_t magic = 0xBEEFC0DE;
inline constexpr std::uint32_t data_version = 1;
inline constexpr std::size_t meta_pages = 2;  ///< pages 0 and 1, written in turn
inline constexpr std::size_t page_bytes_minimum = 512;
inline constexpr std::size_t page_bytes_maximum = 32768;
inline constexpr std::size_t key_bytes_maximum = 511;
inline constexpr std::size_t tree_depth_maximum = 32;  ///< CURSOR_STACK
/// MDB_IDL_UM_MAX: so many pages one transaction may change.
inline constexpr std::size_t changed_pages_maximum = (1U << 17U) - 1;

enum PageFlag : std::uint16_t {
  branch = 0x01,
  leaf = 0x02,
  overflow = 0x04,
  meta = 0x08,
  dirty = 0x10,
};

struct PageHeader {  // MDB_page
  PageNumber number;
  std::uint16_t pad;
  std::uint16_t flags;
  std::uint16_t lower;  // of a leaf or branch: end of the node offsets
  std::uint16_t upper;  // beginning of the nodes

  std::uint32_t overflow_pages() const { return lower | (static_cast<std::uint32_t>(upper) << 16U); }
};
static_assert(sizeof(PageHeader) == 16);

enum NodeFlag : std::uint16_t {
  big_data = 0x01,  ///< the value stands on overflow pages
  sub_data = 0x02,  ///< the value is a Tree
};

struct NodeHeader {  // MDB_node
  std::uint16_t low;
  std::uint16_t high;
  std::uint16_t flags;
  std::uint16_t key_bytes;

  std::uint32_t data_bytes() const { return low | (static_cast<std::uint32_t>(high) << 16U); }
  PageNumber child() const { return data_bytes() | (static_cast<PageNumber>(flags) << 32U); }
};
static_assert(sizeof(NodeHeader) == 8);

inline constexpr std::uint16_t integer_keys = 0x08;  ///< MDB_INTEGERKEY, of the free tree alone

struct Tree {         // MDB_db
  std::uint32_t pad;  // of the free tree: the size of a page
  std::uint16_t flags;
  std::uint16_t depth;
  PageNumber branch_pages;
  PageNumber leaf_pages;
  PageNumber overflow_pages;
  std::uint64_t entries;
  PageNumber root;
};
static_assert(sizeof(Tree) == 48);

struct Meta {  // MDB_meta, behind the page header
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t address;
  std::uint64_t map_bytes;
  Tree free;
  Tree main;
  PageNumber last_page;
  std::uint64_t transaction;
};
static_assert(sizeof(Meta) == 136);

}  // namespace p2pns::store::lmdb
