// Gateway: what happens to each stanza. From the local server: for the component itself, for another name of this
// gateway, or to the node of the name it is for. From another node: believed only as far as its sender's name lives
// there, then to the local user whose name it is for. No real address leaves where hide_address.hpp finds it; nobody is
// told nothing.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>

#include "core/base/rate_limit.hpp"
#include "frontends/xmpp/account_store.hpp"
#include "frontends/xmpp/outbox.hpp"
#include "frontends/xmpp/presence_book.hpp"
#include "frontends/xmpp/registrar.hpp"
#include "frontends/xmpp/request_table.hpp"
#include "frontends/xmpp/server_side.hpp"
#include "frontends/xmpp/xmpp_counters.hpp"

namespace p2pns::xmpp {

/// Of answers and errors that wait for a server that is away: a thousand or more. What is over it is lost.
inline constexpr std::size_t kept_answers_maximum_bytes = 1024 * 1024;

struct GatewaySettings {
  std::string domain = "p2p";  ///< of the component
  std::vector<std::string>
      user_domains{};                      ///< whose users may use the gateway; empty: all whom the server lets through
  std::uint32_t stanzas_per_second = 100;  ///< of one name, in the long run
  std::uint32_t stanzas_burst = 1000;
  std::chrono::seconds request_time_out{30};  ///< for the answer to an iq
};

class Gateway : public std::enable_shared_from_this<Gateway> {
 public:
  /// All outlive it; `store` holds the accounts.
  Gateway(plugins::PluginHost& host, ServerSide& server, GatewaySettings settings, AccountStore& store,
          XmppCounters& counters);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Errors: those of PeerLinks::listen.
  Result<void> start();
  /// Takes back who was shown as available, here and at other nodes, as far as that can be done in a moment.
  boost::asio::awaitable<void> stop();

  void on_connected();
  void on_stanza(Element stanza);
  /// The start tag of a stanza that was over a limit: "<message .../>".
  void on_skipped(std::string_view start_tag);

  std::size_t requests_waiting() const noexcept { return requests_.size(); }
  std::size_t presences_shown() const noexcept { return presences_.size(); }
  std::size_t outbox_bytes() const noexcept { return outbox_->waiting_bytes(); }

 private:
  struct Incoming {
    names::P2PName from;
    std::string from_resource;
    names::P2PName to;
    std::string to_resource;
  };

  // From the server.
  void serve_own(const StanzaHead& head, const Jid& from, const Element& stanza);
  void pass_on(const StanzaHead& head, const Jid& from, const Jid& to, Element stanza);
  std::optional<Refusal> objection(const StanzaHead& head, const Account* sender);
  bool await_answer(const StanzaHead& head, const Incoming& route);
  void note_outgoing(const StanzaHead& head, const Account& sender, const Incoming& route);
  bool may_use(const Jid& user) const;

  // To the server.
  static boost::asio::awaitable<Result<void>> receive(std::shared_ptr<Gateway> self, plugins::PeerMessage message);
  static boost::asio::awaitable<Result<void>> check_sender(std::shared_ptr<Gateway> self, names::P2PName name,
                                                           NodeId node);
  Result<Incoming> route_of(const Element& stanza) const;
  /// A stanza for a user of this gateway's server.
  struct Delivery {
    StanzaHead head;
    Incoming route;
    std::optional<RequestTable::Request> answered;  // by this
    std::string xml;                                // what the server is to be sent
  };
  /// None: nothing is to be sent, and that is all right. Errors: no_such_name.
  Result<std::optional<Delivery>> translate(const Incoming& route, Element stanza);
  void delivered(const Delivery& delivery);
  void not_delivered(Delivery delivery);

  void refuse(const StanzaHead& head, const Refusal& refusal);
  void send_element(const Element& element);
  void on_failed(const names::P2PName& to, const Parcel& parcel, const Refusal& refusal);
  void gone(const names::P2PName& contact);
  void back(const names::P2PName& contact);

  static boost::asio::awaitable<void> tick(std::shared_ptr<Gateway> self);
  static boost::asio::awaitable<void> ask_all(std::shared_ptr<Gateway> self, std::uint64_t connection);
  void ask(const Account& account, const names::P2PName& contact, const Subscription& subscription);
  void probe(const Account& account, const names::P2PName& contact);
  void send_unavailable(const Presence& presence);

  plugins::PluginHost& host_;
  ServerSide& server_;
  GatewaySettings settings_;
  AccountStore& store_;
  XmppCounters& counters_;
  Addresses addresses_;
  RequestTable requests_;
  PresenceBook presences_;
  std::set<names::P2PName> gone_;  // contacts taken back, whose gateway has not been heard of since
  RateLimit outgoing_rate_;
  RateLimit incoming_rate_;
  RateLimit lookups_;  // of senders that the cache does not hold, by the node that causes them
  RateLimit anew_;     // resolutions past the cache, likewise
  std::shared_ptr<Outbox> outbox_;
  std::shared_ptr<Registrar> registrar_;
  std::unique_ptr<plugins::PeerListener> listener_;
  std::vector<std::string> kept_;  // what the server was to be sent while it was away
  std::size_t kept_bytes_ = 0;
  boost::asio::steady_timer tick_;
  std::uint64_t connection_ = 0;
  bool stopped_ = false;
};

}  // namespace p2pns::xmpp
