#include "frontends/xmpp/presence_book.hpp"

#include <utility>

namespace p2pns::xmpp {

void PresenceBook::on_presence(const Presence& presence, std::string_view type) {
  if (type.empty()) {
    if (has_room(presence)) shown_.insert(presence);
  } else if (type == "unavailable") {
    shown_.erase(presence);
  }
}

bool PresenceBook::has_room(const Presence& presence) const {
  if (shown_.size() >= presences_maximum) return false;
  std::size_t resources = 0;
  auto at = shown_.lower_bound(Presence{presence.from, {}, presence.to});
  for (; at != shown_.end() && at->from == presence.from && at->to == presence.to; ++at) ++resources;
  return resources < resources_maximum;
}

std::vector<Presence> PresenceBook::take_from(const names::P2PName& from) {
  std::vector<Presence> taken;
  auto at = shown_.lower_bound(Presence{from, {}, {}});
  while (at != shown_.end() && at->from == from) {
    taken.push_back(*at);
    at = shown_.erase(at);
  }
  return taken;
}

std::vector<Presence> PresenceBook::take_all() {
  std::vector<Presence> taken(shown_.begin(), shown_.end());
  shown_.clear();
  return taken;
}

Subscription after(Subscription subscription, Direction direction, std::string_view type) {
  auto& [to, from, asked] = subscription;
  if (direction == Direction::outgoing) {
    if (type == "subscribe") asked = !to;
    if (type == "unsubscribe") to = asked = false;
    if (type == "subscribed") from = true;
    if (type == "unsubscribed") from = false;
  } else {
    // What nobody asked for counts for nothing, as at the user's server (RFC 6121, 3.1.6).
    if (type == "subscribed") to = to || std::exchange(asked, false);
    if (type == "unsubscribed") to = asked = false;
    if (type == "unsubscribe") from = false;
  }
  return subscription;
}

}  // namespace p2pns::xmpp
