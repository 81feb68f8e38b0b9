// Which records of a name's record set answer a question: exact owner, empty non-terminal, wildcard (RFC 4592), alias;
// and what exists in front of a name that has no records. All front ends use this, so that they agree.
#pragma once

#include <optional>
#include <span>

#include "core/names/record_set.hpp"

namespace p2pns::names {

struct Selection {
  enum class Kind : std::uint8_t {
    records,  ///< of the type asked for
    alias,    ///< one CNAME record, and something else was asked for
    no_data,  ///< the name exists, without such records
    no_name,
  };
  Kind kind = Kind::no_name;
  std::vector<const ResourceRecord*> records;  ///< point into the record set
};

/// `prefix`: labels in front of the name, lower case. The name itself (no prefix) always exists. NS and DNAME records
/// are data like any other: nothing is delegated or rewritten. No `type`: all types, an alias as well.
Selection select_records(std::span<const ResourceRecord> records, std::span<const std::string> prefix,
                         std::optional<std::uint16_t> type);

/// A name without records maps to its node: the node's address is the name's, the node's port that of every service.
enum class BarePlace : std::uint8_t {
  itself,   ///< no prefix: the address
  service,  ///< `_service._proto`: the port
  branch,   ///< `_proto` alone: exists, and has nothing of its own
  no_name,
};
BarePlace place_without_records(std::span<const std::string> prefix);

/// "_sip._udp" is {"_sip", "_udp"}; "" has no labels. For canonical prefixes.
std::vector<std::string> labels_of_prefix(std::string_view prefix);

}  // namespace p2pns::names
