// DhtNameService: the name service on top of a DHT and a key-based routing overlay. It composes and owns resolver,
// registrar, owner desk, cache and own names, and adds nothing of its own but their wiring.
#pragma once

#include "core/names/hip_names.hpp"
#include "core/names/move_watch.hpp"
#include "core/names/owner_desk.hpp"
#include "core/names/resolver.hpp"

namespace p2pns::names {

/// The world around the name service; every reference outlives it. The channel keeps a handler that leads here: no
/// datagram may reach it once the service is gone.
struct NameServiceEnvironment {
  kbr::KeyBasedRouting& routing;
  rpc::RpcChannel& channel;
  dht::Dht& dht;
  const crypto::Verifier& verifier;
  const crypto::Identity& node;  ///< signs for values of HIP's DHT interface
  const crypto::Signer& owner;   ///< signs for the names of this node; may be another key than the node's
  const NodeFacts& facts;
  TimerQueue& timers;
  const WallClock& wall_clock;
  Random& random;
  StateStore& state;  ///< keeps the own names
  Log& log;
};

/// What status() counts of the neighbour set: the whole sibling list (5 x 16) and then some.
inline constexpr std::size_t neighbours_shown_maximum = 128;

class DhtNameService final : public NameService {
 public:
  DhtNameService(const crypto::NetworkParameters&, Zones, const NameLimits&, const NameServiceEnvironment&);
  DhtNameService(const DhtNameService&) = delete;
  DhtNameService& operator=(const DhtNameService&) = delete;

  Operation register_name(Registration, Callback<void(Result<Receipt>)>) override;
  Operation release_name(P2PName, Callback<void(Result<void>)>) override;
  Operation resolve(NameQuery, Callback<void(std::shared_ptr<const NameAnswer>)>) override;
  Operation locate(const NodeId&, Callback<void(Result<NodeHandle>)>) override;
  std::shared_ptr<const NameAnswer> find_cached(const P2PName&, TimePoint now) const override;
  std::vector<OwnName> own_names(const std::optional<P2PName>& after, std::size_t maximum) const override;
  const Zones& zones() const override { return zones_; }
  NodeStatus status() const override;
  Operation publish_hit(ByteVector signed_bytes, Callback<void(Result<HitReceipt>)>) override;
  Operation find_hit(const crypto::Hit&, Callback<void(std::shared_ptr<const HitAnswer>)>) override;
  std::shared_ptr<const HitAnswer> find_cached_hit(const crypto::Hit&, TimePoint now) const override;
  Operation put_weak(WeakPut, Callback<void(Result<dht::Tally>)>) override;
  Operation find_weak(const Key&, Callback<void(std::shared_ptr<const WeakAnswer>)>) override;
  std::shared_ptr<const WeakAnswer> find_cached_weak(const Key&, TimePoint now) const override;
  Operation remove_weak(WeakRemoval, Callback<void(Result<void>)>) override;

 private:
  crypto::NetworkParameters network_;
  Zones zones_;
  NameLimits limits_;
  NameServiceEnvironment environment_;
  TimePoint started_at_;
  NameCache cache_;
  OwnedNames owned_;
  OwnerDesk desk_;
  Resolver resolver_;
  Registrar registrar_;
  MoveWatch move_watch_;
  HipNames hip_;
};

}  // namespace p2pns::names
