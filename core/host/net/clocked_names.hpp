// ClockedNames: the name service as front ends see it on a real machine. The core does not know the time by itself, so
// every call first moves the node's clock on, and afterwards the host's timer is armed anew.
#pragma once

#include "core/node/node.hpp"

namespace p2pns::host {

class ClockedNames final : public names::NameService {
 public:
  /// `node` outlives this; `enter` runs before and `leave` after each call into it.
  ClockedNames(node::Node& node, Callback<void()> enter, Callback<void()> leave)
      : node_(node), enter_(std::move(enter)), leave_(std::move(leave)) {}

  Operation register_name(names::Registration, Callback<void(Result<names::Receipt>)>) override;
  Operation release_name(names::P2PName, Callback<void(Result<void>)>) override;
  Operation resolve(names::NameQuery, Callback<void(std::shared_ptr<const names::NameAnswer>)>) override;
  Operation locate(const NodeId&, Callback<void(Result<wire::NodeHandle>)>) override;
  std::shared_ptr<const names::NameAnswer> find_cached(const names::P2PName&, TimePoint now) const override;
  std::vector<names::OwnName> own_names(const std::optional<names::P2PName>& after, std::size_t maximum) const override;
  const names::Zones& zones() const override;
  Operation publish_hit(ByteVector signed_bytes, Callback<void(Result<names::HitReceipt>)>) override;
  Operation find_hit(const crypto::Hit&, Callback<void(std::shared_ptr<const names::HitAnswer>)>) override;
  std::shared_ptr<const names::HitAnswer> find_cached_hit(const crypto::Hit&, TimePoint now) const override;
  Operation put_weak(names::WeakPut, Callback<void(Result<dht::Tally>)>) override;
  Operation find_weak(const Key&, Callback<void(std::shared_ptr<const names::WeakAnswer>)>) override;
  std::shared_ptr<const names::WeakAnswer> find_cached_weak(const Key&, TimePoint now) const override;
  Operation remove_weak(names::WeakRemoval, Callback<void(Result<void>)>) override;
  names::NodeStatus status() const override;

 private:
  node::Node& node_;
  Callback<void()> enter_;
  Callback<void()> leave_;
};

}  // namespace p2pns::host
