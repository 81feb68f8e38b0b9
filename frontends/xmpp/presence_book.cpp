#include "frontends/xmpp/presence_book.hpp"

namespace p2pns::xmpp {

void PresenceBook::on_presence(const Presence& presence, std::string_view type) {
  if (type.empty()) {
    if (shown_.size() < presences_maximum) shown_.insert(presence);
  } else if (type == "unavailable") {
    shown_.erase(presence);
  }
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
  const bool outgoing = direction == Direction::outgoing;
  if (type == "subscribed") (outgoing ? subscription.from : subscription.to) = true;
  if (type == "unsubscribed") (outgoing ? subscription.from : subscription.to) = false;
  if (type == "unsubscribe") (outgoing ? subscription.to : subscription.from) = false;
  return subscription;
}

}  // namespace p2pns::xmpp
