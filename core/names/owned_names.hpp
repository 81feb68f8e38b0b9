// OwnedNames: the names this node owns, with their bindings and records, and the signed statement of each that is
// handed to whoever asks. Kept in memory: after a restart the owner registers its names again.
// TODO(soon): persistence belongs here and nowhere else: load in the constructor, write in put() and remove().
#pragma once

#include <map>
#include <optional>

#include "core/base/wall_clock.hpp"
#include "core/dht/binding.hpp"
#include "core/names/name_service.hpp"

namespace p2pns::names {

/// How long a signed record set is good. A node hands out a fresh one when half of it has passed, so what a resolver
/// receives is good for 12 hours at least; a thief of the node's answers can replay one for a day at most.
inline constexpr std::chrono::hours statement_life{24};

struct OwnedName {
  dht::Binding binding;
  std::vector<ResourceRecord> records;  ///< canonical order
  std::uint64_t record_sequence = 1;    ///< of the record set; rises with every change of the records
};

class OwnedNames {
 public:
  /// References outlive the object.
  OwnedNames(const crypto::Signer& owner, const crypto::NetworkParameters& network, const WallClock& wall_clock)
      : owner_(owner), network_(network), wall_clock_(wall_clock) {}

  /// Null when the name is not owned. Valid until the name is put or removed.
  const OwnedName* find(const P2PName&) const;
  void put(const P2PName&, OwnedName);
  void remove(const P2PName&);
  std::size_t size() const noexcept { return names_.size(); }
  std::vector<P2PName> names() const;
  /// As NameService::own_names.
  std::vector<OwnName> list(const std::optional<P2PName>& after, std::size_t maximum) const;

  /// The signed record set of an own name, from memory while it is good for long enough (signing costs 22 us). Errors:
  /// no_such_name; those of sign().
  Result<ByteVector> statement(const P2PName&);
  /// The same, not signed. Errors: no_such_name.
  Result<RecordSet> record_set(const P2PName&) const;

 private:
  struct Entry {
    OwnedName owned;
    ByteVector signed_set;  // empty: not signed since the last change
    UnixTime signed_until{};
  };
  RecordSet make_set(const P2PName&, const OwnedName&) const;

  const crypto::Signer& owner_;
  const crypto::NetworkParameters& network_;
  const WallClock& wall_clock_;
  std::map<P2PName, Entry> names_;  // bounded by the registrar: owned_names_maximum
};

}  // namespace p2pns::names
