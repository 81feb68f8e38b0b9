// NameCache: what this node knows about names it does not own. Three things of different age stand in one entry: the
// binding (stage 1, static, kept longest), the node's address (stage 2, a hint that is proven again before it counts)
// and the answer given to callers (with the record set of stage 3). The least recently used name is forgotten first.
//
// find() may be called from any thread and never waits for work: the mutex of a shard is held for a hash look-up and a
// few pointer moves, tens of nanoseconds, never during an allocation of unbounded size or a destructor of an answer.
// Everything else is called on the node's thread.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/names/name_limits.hpp"
#include "core/names/name_service.hpp"

namespace p2pns::names {

// TODO(later): refresh ahead. find() would count hits, and the resolver start a new resolution for an entry that was
// asked for and has a tenth of its life left; nothing else would change.

/// How long "owner offline" is remembered: long enough that the retransmissions of one DNS or SIP client (5 s) do not
/// each start a lookup that ends in silence, short enough that nobody notices when the owner is back.
inline constexpr Duration owner_offline_life = std::chrono::seconds{5};

/// A published copy is shown for as long as RFC 8767 lets resolvers use stale data: then the owner's node is asked
/// again.
inline constexpr Duration stale_answer_life = std::chrono::seconds{30};

/// Stage 2 of an earlier resolution: where the node was, and how far away.
struct AddressHint {
  NodeHandle node;
  Duration round_trip{0};
};

/// Newest record set of one owner that was seen from one of its nodes; an older one from there is a replay. Another
/// node of the owner counts by its own clock, which may be behind.
struct SeenRecordSet {
  crypto::PublicKey owner;
  NodeId node;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 0;
};

class NameCache {
 public:
  explicit NameCache(const NameLimits&);
  NameCache(const NameCache&) = delete;
  NameCache& operator=(const NameCache&) = delete;

  /// A fresh answer or null. Any thread.
  std::shared_ptr<const NameAnswer> find(const P2PName&, TimePoint now) const;

  /// The binding while it is fresh: stage1_life, and not beyond its lease.
  std::optional<dht::Binding> find_binding(const P2PName&, TimePoint now) const;
  /// Until when find_binding gives one; a time in the past when it gives none.
  TimePoint binding_fresh_until(const P2PName&) const;
  std::optional<AddressHint> find_hint(const P2PName&) const;
  std::optional<SeenRecordSet> find_seen(const P2PName&) const;

  /// Keeps the binding read from the DHT, unless a newer one of the same owner is known that is still good at `wall`;
  /// returns the one that counts.
  dht::Binding keep_binding(const P2PName&, const dht::Binding&, TimePoint now, UnixTime wall);
  /// Stage 1 must be read again; the rest stays.
  void forget_binding(const P2PName&);
  void keep_hint(const P2PName&, AddressHint);
  void keep_seen(const P2PName&, const SeenRecordSet&);
  /// Keeps the answer until its `expires`; one that has expired already is not kept.
  void keep_answer(std::shared_ptr<const NameAnswer>, TimePoint now);
  /// Everything about the name but the newest record set seen: this node has just claimed or released it.
  void forget(const P2PName&);

  std::size_t size() const;

 private:
  struct Entry {
    P2PName name;
    std::optional<dht::Binding> binding;
    TimePoint binding_fresh_until{};
    std::optional<AddressHint> hint;
    std::optional<SeenRecordSet> seen;
    std::shared_ptr<const NameAnswer> answer;  // shared with callers on other threads
  };
  using Entries = std::list<Entry>;
  /// One of several caches side by side, so that threads seldom meet at one mutex.
  struct Shard {
    mutable std::mutex mutex;
    mutable Entries entries;  // most recently used first
    std::unordered_map<P2PName, Entries::iterator> index;
  };

  Shard& shard_of(const P2PName&) const;
  /// The entry, moved to the front, or null. Mutex held by the caller.
  static Entry* find_entry(const Shard&, const P2PName&);
  enum class IfMissing : bool { ignore, add };
  template <class Change>
  void change(const P2PName&, IfMissing, Change&&);

  NameLimits limits_;
  std::size_t shard_maximum_;
  std::unique_ptr<Shard[]> shards_;  // a mutex cannot move
  std::size_t shard_count_;
};

}  // namespace p2pns::names
