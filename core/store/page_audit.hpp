// Page audit: reads every page of an LMDB file with read(), never with mmap, before LMDB is let near it. LMDB trusts
// its file: it would die of SIGBUS on one that was cut off, and follow a damaged page anywhere. After the audit every
// page that can be reached exists and is sound, and no page is both used and free. Values are not looked into; their
// checksums are (store_layout.hpp).
//
// Knows the file format of LMDB 0.9 on 64-bit machines (lmdb_format.hpp). A million records take about half a second.
#pragma once

#include "core/store/store_error.hpp"

namespace p2pns::store {

/// `file` is open for reading and nobody writes to it. Errors: sentences without the path.
StoreResult<void> audit_pages(int file);

}  // namespace p2pns::store
