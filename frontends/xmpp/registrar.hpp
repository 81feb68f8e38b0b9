// Registrar: XEP-0077 at the component. A user of the local server takes a name, which this node claims with its own
// key, or gives it up again. One name for each user.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "frontends/xmpp/account_store.hpp"
#include "frontends/xmpp/own_service.hpp"
#include "frontends/xmpp/xmpp_counters.hpp"
#include "plugins/api/plugin_host.hpp"

namespace p2pns::xmpp {

/// Claims and releases under way. Each costs a lookup and writes to 16 replicas.
inline constexpr std::size_t registrations_maximum = 32;

class Registrar : public std::enable_shared_from_this<Registrar> {
 public:
  /// `answer` takes each answer, once for each call of handle(); all others outlive it.
  Registrar(plugins::PluginHost& host, AccountStore& store, const Addresses& addresses, XmppCounters& counters,
            std::function<void(Element)> answer);

  /// A request to register of a user whose bare address is `user`.
  void handle(OwnRequest request, StanzaHead head, std::string user, const Element& iq);
  /// No answer comes after this, and the accounts are left alone.
  void stop() { stopped_ = true; }

 private:
  static boost::asio::awaitable<void> take(std::shared_ptr<Registrar> self, StanzaHead head, std::string user,
                                           names::P2PName name);
  static boost::asio::awaitable<void> give_up(std::shared_ptr<Registrar> self, StanzaHead head, std::string user);
  std::optional<Refusal> reserve(const std::string& user, const names::P2PName& name);
  std::optional<names::OwnName> find_own(const names::P2PName& name) const;
  void finish(const std::string& user, const StanzaHead& head, const std::optional<Refusal>& refusal);

  plugins::PluginHost& host_;
  AccountStore& store_;
  const Addresses& addresses_;
  XmppCounters& counters_;
  std::function<void(Element)> answer_;
  std::set<std::string> busy_;  // users whose request is under way
  bool stopped_ = false;
};

}  // namespace p2pns::xmpp
