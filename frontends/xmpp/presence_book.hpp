// PresenceBook: who has been shown as available to whom through this gateway, so that nobody stays so when the gateway
// stops or the other one is gone. In memory only: after a start everybody is asked anew. And what subscription stanzas
// make of a subscription.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "frontends/xmpp/accounts.hpp"

namespace p2pns::xmpp {

/// Entries of either kind. What is over it stays available until its user says otherwise.
inline constexpr std::size_t presences_maximum = 100'000;

/// Of one name for one other: people have a handful of devices, and a sender chooses its resources.
inline constexpr std::size_t resources_maximum = 32;

/// One resource of `from` that `to` sees as available.
struct Presence {
  names::P2PName from;
  std::string resource;
  names::P2PName to;
  friend bool operator==(const Presence&, const Presence&) = default;
  friend auto operator<=>(const Presence& a, const Presence& b) {
    return std::tie(a.from, a.to, a.resource) <=> std::tie(b.from, b.to, b.resource);
  }
};

class PresenceBook {
 public:
  /// A presence stanza that was passed on; other types than available ("") and unavailable change nothing.
  void on_presence(const Presence&, std::string_view type);
  /// Everybody whose availability at `from` ended with the gateway there; forgotten now.
  std::vector<Presence> take_from(const names::P2PName& from);
  /// All, which are forgotten now.
  std::vector<Presence> take_all();
  std::size_t size() const noexcept { return shown_.size(); }

 private:
  bool has_room(const Presence&) const;

  std::set<Presence> shown_;  // the resources of one for another stand together
};

enum class Direction : std::uint8_t {
  outgoing,  ///< the account's user to the contact
  incoming,  ///< the contact to the account's user
};
/// The subscription after a presence stanza of this type.
Subscription after(Subscription, Direction, std::string_view type);

}  // namespace p2pns::xmpp
