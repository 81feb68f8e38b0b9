#include "core/kbr/peer_memory.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

constexpr std::uint8_t format_version = 1;

bool is_good(const Contact& contact) { return !contact.suspect() && wire::has_contact_form(contact.node); }

}  // namespace

StateEntry encode_peer(const NodeHandle& node, const crypto::NetworkParameters& network) {
  wire::Writer out;
  out.u8(format_version).short_bytes(as_bytes(network.network_id));
  wire::write_contact(out, node);
  return {copy_of(node.id.view()), std::move(out).take()};
}

Result<NodeHandle> decode_peer(const StateEntry& entry, const crypto::NetworkParameters& network) {
  wire::Reader in{entry.value};
  const std::uint8_t version = in.u8();
  if (!in.failed() && version != format_version) return Errc::wrong_version;
  const std::string_view network_id = as_text(in.short_bytes());
  if (!in.failed() && network_id != network.network_id) return Errc::wrong_network;
  NodeHandle node = wire::read_contact(in, network.puzzles);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  if (!equal(entry.key, node.id.view())) return Errc::malformed;
  return node;
}

PeerMemory::PeerMemory(const PeerMemoryEnvironment& environment) : environment_(environment) { load(); }

void PeerMemory::load() {
  std::size_t unusable = 0;
  for (StateEntry& entry : environment_.state.load(StateTable::peers)) {
    const auto node = decode_peer(entry, environment_.network);
    if (!node)
      ++unusable;
    else if (stored_.size() < peers_kept_maximum)
      stored_.emplace(node->id, Peer{*node, std::move(entry.value)});
  }
  if (unusable > 0)
    environment_.log.write(Severity::warning,
                           std::to_string(unusable) +
                               " stored peers are not used: they are damaged or of another network; they stay stored");
}

std::vector<Endpoint> PeerMemory::addresses() const {
  std::vector<Endpoint> addresses;
  for (const auto& [id, peer] : stored_)
    addresses.insert(addresses.end(), peer.node.endpoints.begin(), peer.node.endpoints.end());
  return addresses;
}

void PeerMemory::start() { save_after(peers_first_saved_after); }

void PeerMemory::save_after(Duration delay) {
  timer_ = environment_.timers.after(environment_.random.between(delay / 2, delay), [this] { save(); });
}

void PeerMemory::save() {
  environment_.contacts.for_each([this](const Contact& contact) {
    if (is_good(contact) && stored_.contains(contact.node.id)) put(contact.node);
  });
  for (const Contact* contact : newcomers()) {
    if (!make_room()) break;
    put(contact->node);
  }
  save_after(peers_saved_every);
}

std::vector<const Contact*> PeerMemory::newcomers() const {
  std::vector<const Contact*> found;
  const auto consider = [&](const Contact& contact) {
    if (is_good(contact) && !stored_.contains(contact.node.id)) found.push_back(&contact);
  };
  const auto siblings = environment_.contacts.siblings().contacts();
  const auto near = siblings.first(std::min(siblings.size(), sibling_peers_maximum));
  std::ranges::for_each(near, consider);
  // One of each distance, then a second one of each, and so on.
  const auto& buckets = environment_.contacts.table().buckets();
  for (std::size_t place = 0; place < bucket_size; ++place)
    for (const Bucket& bucket : buckets)
      if (place < bucket.contacts().size() && !environment_.contacts.siblings().find(bucket.contacts()[place].node.id))
        consider(bucket.contacts()[place]);
  return found;
}

void PeerMemory::put(const NodeHandle& node) {
  StateEntry entry = encode_peer(node, environment_.network);
  Peer& peer = stored_[node.id];
  if (peer.value == entry.value) return;
  peer = {node, entry.value};
  const std::uint64_t number = next_write_++;
  writes_[number] =
      environment_.state.put(StateTable::peers, std::move(entry.key), std::move(entry.value), written(number));
}

bool PeerMemory::make_room() {
  if (stored_.size() < peers_kept_maximum) return true;
  const auto gone = std::ranges::find_if(
      stored_, [this](const auto& peer) { return environment_.contacts.find(peer.first) == nullptr; });
  if (gone == stored_.end()) return false;
  const std::uint64_t number = next_write_++;
  writes_[number] = environment_.state.remove(StateTable::peers, copy_of(gone->first.view()), written(number));
  stored_.erase(gone);
  return true;
}

/// What could not be written is written when it changes next: it is a hint among many.
Callback<void(Result<void>)> PeerMemory::written(std::uint64_t number) {
  return [this, number](const Result<void>& result) {
    writes_.erase(number);
    if (!result && !failing_)
      environment_.log.write(Severity::warning, "peers are not saved: " + result.error().message());
    failing_ = !result;
  };
}

}  // namespace p2pns::kbr
