// Which records of a name's record set answer a question: exact owner, empty non-terminal, wildcard (RFC 4592), alias.
#pragma once

#include <span>

#include "core/names/record_set.hpp"

namespace p2pns::names {

struct Selection {
  enum class Kind : std::uint8_t {
    records,  ///< of the type asked for; for ANY one type only (RFC 8482)
    alias,    ///< one CNAME record, and something else was asked for
    no_data,  ///< the name exists, without such records
    no_name,
  };
  Kind kind = Kind::no_name;
  std::vector<const ResourceRecord*> records;  ///< point into the record set
};

/// `prefix`: labels in front of the name, lower case. The name itself (no prefix) always exists. NS and DNAME records
/// are data like any other: nothing is delegated or rewritten.
Selection select_records(std::span<const ResourceRecord> records, std::span<const std::string> prefix,
                         std::uint16_t type);

}  // namespace p2pns::names
