#include "core/rpc/peer_table.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::rpc {

bool Peer::has_proven(const Endpoint& address) const noexcept {
  return std::ranges::find(proven, address) != proven.end();
}

void Peer::prove(const Endpoint& address) {
  const Endpoint copy = address;
  if (!proven.empty() && proven.front() == copy) return;
  const auto known = std::ranges::find(proven, copy);
  if (known != proven.end())
    proven.erase(known);
  else if (proven.size() == proven_addresses_maximum)
    proven.pop_back();
  proven.insert(proven.begin(), copy);
}

Peer* PeerTable::find(const wire::KeyFingerprint& fingerprint) {
  const auto found = index_.find(fingerprint);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &*found->second;
}

Peer* PeerTable::add(const wire::NodeHandle& node, const crypto::SharedSecret& secret) {
  if (Peer* const known = find(wire::fingerprint_of(node.id))) return known->node.key == node.key ? known : nullptr;
  Peer peer;
  peer.node = node;
  peer.secret = secret;
  return &add(std::move(peer));
}

Peer& PeerTable::add(Peer peer) {
  if (entries_.size() >= maximum_) forget(std::prev(entries_.end()));
  entries_.push_front(std::move(peer));
  entries_.front().next_counter = first_counter_;
  const bool added = index_.emplace(wire::fingerprint_of(entries_.front().node.id), entries_.begin()).second;
  P2PNS_ASSERT(added);
  return entries_.front();
}

void PeerTable::remove(const wire::KeyFingerprint& fingerprint) {
  const auto found = index_.find(fingerprint);
  if (found != index_.end()) forget(found->second);
}

void PeerTable::forget(Entries::iterator entry) {
  if (entry->replay.start_s())
    windows_lost_at_ = std::max(windows_lost_at_.value_or(entry->last_request_at), entry->last_request_at);
  first_counter_ = std::max(first_counter_, entry->next_counter);
  index_.erase(wire::fingerprint_of(entry->node.id));
  entries_.erase(entry);
}

}  // namespace p2pns::rpc
