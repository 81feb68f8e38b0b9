// OwnedNames: the names this node owns, with their bindings and records, and the signed statement of each that is
// handed to whoever asks. They outlive the process: loaded from the StateStore at the start, written with every change.
//
// Nothing is handed out, and nothing acknowledged, that is not on disk: find() and the statements show a change only
// after its commit. find_newest() shows it at once, for whoever makes the next change; a change that could not be
// written is undone there.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "core/base/log.hpp"
#include "core/base/state_store.hpp"
#include "core/base/wall_clock.hpp"
#include "core/names/name_service.hpp"
#include "core/names/owned_name.hpp"

namespace p2pns::names {

/// How long a signed record set is good. A node hands out a fresh one when half of it has passed, so what a resolver
/// receives is good for 12 hours at least; a thief of the node's answers can replay one for a day at most.
inline constexpr std::chrono::hours statement_life{24};
/// Lines about stored names that cannot be used, one each; the rest is counted in one more.
inline constexpr std::size_t unusable_names_told_maximum = 16;

/// The world around the own names; every reference outlives them.
struct OwnedNamesEnvironment {
  const crypto::Signer& owner;
  const crypto::NetworkParameters& network;
  const WallClock& wall_clock;
  const crypto::Verifier& verifier;
  StateStore& state;
  Log& log;
};

class OwnedNames {
 public:
  using Written = Callback<void(Result<void>)>;

  /// Loads what the store has, up to `maximum` names. What cannot be used is told in the log and stays where it is.
  OwnedNames(const OwnedNamesEnvironment&, std::size_t maximum);
  OwnedNames(const OwnedNames&) = delete;
  OwnedNames& operator=(const OwnedNames&) = delete;

  /// As committed; null when the name is not owned. Valid until the next call that is not const, and the next commit.
  const OwnedName* find(const P2PName&) const;
  /// The same with changes that are still being written.
  const OwnedName* find_newest(const P2PName&) const;
  /// Both write in the order of the calls. `written` runs once, never inside the call, after the commit; errors: those
  /// of StateStore. Not at all when this object dies before.
  void put(const P2PName&, OwnedName, Written);
  void remove(const P2PName&, Written);
  /// Those that find_newest() finds.
  std::vector<P2PName> names() const;
  /// As NameService::own_names: those that find() finds.
  std::vector<OwnName> list(const std::optional<P2PName>& after, std::size_t maximum) const;
  std::size_t size() const noexcept { return owned_; }

  /// The signed record set of an own name, from memory while it is good for long enough (signing costs 22 us). Errors:
  /// no_such_name; those of sign().
  Result<ByteVector> statement(const P2PName&);
  /// The same, not signed. Errors: no_such_name.
  Result<RecordSet> record_set(const P2PName&) const;
  /// The set that would be handed out for such a name from now on.
  RecordSet set_of(const OwnedName&) const;
  /// What the replicas should have as a copy, good for as long as the lease: without records when it was taken back.
  /// Errors: no_such_name (also: nothing was ever published); those of sign().
  Result<dht::SignedRecord> published_set(const P2PName&) const;

 private:
  using Value = std::shared_ptr<const OwnedName>;  // shared: usually both of an entry are the same
  struct Entry {
    Value committed;
    Value newest;           // null: being removed
    ByteVector signed_set;  // empty: not signed since the last commit
    UnixTime signed_until{};
  };
  void load(std::size_t maximum);
  void tell_unusable(const StateEntry&, boost::system::error_code);
  void write(const P2PName&, Value, Written);
  void on_written(const P2PName&, const Value&, const Result<void>&);
  OwnedNamesEnvironment environment_;
  std::map<P2PName, Entry> names_;  // bounded by the registrar: owned_names_maximum
  std::size_t owned_ = 0;           // entries with a newest value
  std::uint64_t next_write_ = 0;
  std::map<std::uint64_t, Operation> writes_;
};

}  // namespace p2pns::names
