// Kademlia: key-based routing over XOR distances, with S/Kademlia's sibling lists and disjoint paths (Maymounkov &
// Mazieres 2002; Baumgart & Mies 2007). It composes contacts, lookups and maintenance, and answers PING and FIND_NODE.
#pragma once

#include <memory>
#include <unordered_map>

#include "core/crypto/identity.hpp"
#include "core/kbr/lookup.hpp"
#include "core/kbr/maintenance.hpp"
#include "core/kbr/peer_memory.hpp"

namespace p2pns::kbr {

/// Lookups under way at once; one more fails with overloaded.
inline constexpr std::size_t lookups_maximum = 512;

/// The world around the overlay node; every reference outlives it.
struct KademliaEnvironment {
  rpc::RpcChannel& channel;  ///< its observer, PING and FIND_NODE belong to the overlay node from now on
  TimerQueue& timers;
  Random& random;
  Log& log;
  StateStore& state;  ///< keeps peers
};

class Kademlia final : public KeyBasedRouting, public rpc::PeerObserver, private LookupObserver {
 public:
  Kademlia(const crypto::NetworkParameters&, const crypto::Identity&, const KademliaEnvironment&);
  ~Kademlia();
  Kademlia(const Kademlia&) = delete;
  Kademlia& operator=(const Kademlia&) = delete;

  /// Begins to join through the seeds, and through peers of an earlier run. Without any, and with no seeds to come,
  /// this node is the first of its overlay. Call once.
  void start(std::vector<Endpoint> seeds, bool more_to_come = false);
  /// Seeds beside those of start(), in place of those found before.
  void set_found_seeds(std::span<const Endpoint> found) { maintenance_.bootstrap().set_found_seeds(found); }
  /// Runs, never inside another call, when others begin to see this node at another address. At most one callback.
  void on_observed_address(Callback<void(const Endpoint&)> callback) { on_observed_address_ = std::move(callback); }
  /// Where others see this node; none while it is not known.
  std::optional<Endpoint> observed_address(IpFamily family) const { return observed_address_.current(family); }
  /// Tells the 16 nearest siblings at once where this node is; they prove the address before they take it.
  void announce() { maintenance_.announce(siblings_per_key); }

  /// Stops serving and tells all siblings so; they drop this node at once. Lookups still work. Whom it knows is saved,
  /// so that it finds back. Call once, last.
  void leave() {
    peers_.save();
    maintenance_.leave();
  }

  Operation lookup(const Key&, const LookupOptions&, Callback<void(LookupResult)>) override;
  std::vector<NodeHandle> local_lookup(const Key&, std::size_t count) const override;
  std::vector<NodeHandle> neighbour_set(std::size_t maximum) const override;
  bool responsible_for(const Key&, std::size_t rank) const override;
  void observe_neighbours(NeighbourObserver*) override;
  const NodeId& self() const override { return self_.id; }
  bool joined() const override { return maintenance_.joined(); }
  bool settled() const override { return maintenance_.settled(); }

  void on_peer_answered(const NodeHandle&, Duration round_trip) override;
  void on_peer_seen(const NodeHandle&) override;
  void on_peer_silent(const NodeId&) override;

  /// Nodes in the routing table and the sibling list, each counted once.
  std::size_t known_nodes() const noexcept { return contacts_.size(); }
  std::size_t siblings() const noexcept { return contacts_.siblings().size(); }
  const Contacts& contacts() const noexcept { return contacts_; }

 private:
  using LookupNumber = std::uint64_t;
  struct RunningLookup {
    std::unique_ptr<Lookup> lookup;
    Completion<LookupResult> completion;
  };

  void on_node_answered(const NodeHandle&, Duration round_trip) override;
  void on_node_named(const NodeHandle&) override;
  void retire(LookupNumber);
  void tell_observed_address(const Endpoint&);
  void on_lookup_done(LookupNumber, LookupResult);
  Operation answer_later(LookupResult, Callback<void(LookupResult)>);
  void serve();
  void on_ping(const rpc::Request&, const wire::Ping&, const rpc::Responder&);
  void on_find_node(const rpc::Request&, const wire::FindNode&, const rpc::Responder&);
  void on_leave(const rpc::Request&, const rpc::Responder&);

  crypto::NetworkParameters network_;
  NodeHandle self_;  // without address
  KademliaEnvironment environment_;
  Contacts contacts_;
  LookupNumber next_lookup_ = 0;
  std::unordered_map<LookupNumber, RunningLookup> lookups_;
  std::vector<std::unique_ptr<Lookup>> retired_;
  Timer retire_timer_;
  ObservedAddress observed_address_;
  Callback<void(const Endpoint&)> on_observed_address_;
  Timer observed_timer_;
  Maintenance maintenance_;
  PeerMemory peers_;
};

}  // namespace p2pns::kbr
