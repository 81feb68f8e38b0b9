// The way of a stanza from another node to the server. gateway.hpp says what it is for.
#include "frontends/xmpp/gateway.hpp"
#include "frontends/xmpp/stanza_reader.hpp"
#include "plugins/api/async_names.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;

asio::awaitable<Result<void>> Gateway::receive(std::shared_ptr<Gateway> self, plugins::PeerMessage message) {
  if (!self || self->stopped_) co_return Errc::unsupported;
  XmppCounters& counters = self->counters_;
  auto stanza = read_stanza(as_text(message.bytes));
  auto route = stanza ? self->route_of(*stanza) : Result<Incoming>{Errc::malformed};
  if (!route) {
    ++counters.stanzas_malformed;
    co_return Errc::malformed;
  }
  const auto believed = co_await check_sender(self, route->from, message.from);
  if (self->stopped_) co_return Errc::unsupported;
  if (!believed) {
    if (believed.error() == Errc::not_owner) ++counters.senders_forged;
    if (believed.error() == Errc::overloaded) ++counters.over_rate;
    co_return believed;
  }
  // Only now: nobody uses up what somebody else may send.
  if (!self->incoming_rate_.take(to_string(route->from), self->host_.now())) {
    ++counters.over_rate;
    co_return Errc::overloaded;
  }
  if (attribute(*stanza, "type") == "groupchat") co_return Errc::refused;
  if (!self->server_.connected()) co_return Errc::timed_out;
  if (self->server_.crowded()) {
    ++counters.over_queue;
    co_return Errc::overloaded;
  }
  auto delivery = self->translate(*route, std::move(*stanza));
  if (!delivery) co_return delivery.error();
  if (!*delivery) co_return Result<void>{};
  const auto handed = co_await self->server_.hand_over(std::move((*delivery)->xml));
  if (handed) ++counters.stanzas_taken;
  if (self->stopped_) co_return handed;
  if (handed)
    self->delivered(**delivery);
  else
    self->not_delivered(std::move(**delivery));
  co_return handed;
}

Result<Gateway::Incoming> Gateway::route_of(const Element& stanza) const {
  const auto from = parse_jid(attribute(stanza, "from"));
  const auto to = parse_jid(attribute(stanza, "to"));
  if (!from || !to || !head_of(stanza)) return Errc::malformed;
  const auto sender = addresses_.name_on_link(*from);
  const auto recipient = addresses_.name_on_link(*to);
  if (!sender || !recipient) return Errc::malformed;
  return Incoming{*sender, from->resource, *recipient, to->resource};
}

/// The name must live on the node that the stanza came from. What the cache says against it may be old.
asio::awaitable<Result<void>> Gateway::check_sender(std::shared_ptr<Gateway> self, names::P2PName name, NodeId node) {
  auto answer = self->host_.names().find_cached(name, self->host_.now());
  names::NameQuery query{name, false};
  if (!answer) {
    if (!self->lookups_.take(to_hex(node.view()), self->host_.now())) co_return Errc::overloaded;
    answer = co_await plugins::resolve(self->host_.names(), query);
  }
  if (self->stopped_) co_return Errc::unsupported;
  const auto lives_there = [&] { return answer->binding && answer->binding->node == node; };
  if (!lives_there() && self->anew_.take(to_hex(node.view()), self->host_.now())) {
    query.bypass_cache = true;
    answer = co_await plugins::resolve(self->host_.names(), query);
  }
  if (lives_there()) co_return Result<void>{};
  const bool unknown = !answer->binding && answer->outcome != names::Outcome::no_such_name;
  co_return unknown ? Errc::timed_out : Errc::not_owner;
}

Result<std::optional<Gateway::Delivery>> Gateway::translate(const Incoming& route, Element stanza) {
  const Account* user = store_.accounts().find_name(route.to);
  if (user == nullptr || user->origin == Origin::pending) return Errc::no_such_name;
  std::string from = addresses_.at_component(route.from, route.from_resource);
  std::string to = user->user;
  if (!route.to_resource.empty()) to += "/" + route.to_resource;
  std::optional<Delivery> delivery{Delivery{*head_of(stanza), route, {}, {}}};
  if (is_answer(delivery->head)) {
    delivery->answered = requests_.take(to, from, delivery->head.id);
    if (!delivery->answered) {
      ++counters_.answers_unasked;
      return std::optional<Delivery>{};
    }
    // As its asker wrote it: "Bob" and "bob", or an IDN and its ACE form, are one name.
    from = delivery->answered->head.to;
  }
  set_attribute(stanza, "from", from);
  set_attribute(stanza, "to", to);
  delivery->xml = to_xml(stanza, stanza_space);
  return delivery;
}

/// What the server was not given has changed nothing: the request of a lost answer still waits for one.
void Gateway::not_delivered(Delivery delivery) {
  if (!delivery.answered) return;
  const std::string asked = addresses_.at_component(delivery.route.from, delivery.route.from_resource);
  requests_.put_back(std::move(*delivery.answered), asked);
}

void Gateway::delivered(const Delivery& delivery) {
  const auto& [from, from_resource, to, to_resource] = delivery.route;
  const std::string& type = delivery.head.type;
  const Account* user = store_.accounts().find_name(to);
  if (delivery.head.kind != StanzaKind::presence || user == nullptr) return;
  const Subscription now = store_.accounts().subscription(user->user, from);
  // Directed presence of others is shown, and not remembered: anybody could fill the book with it.
  if (now.to || !type.empty()) presences_.on_presence({from, from_resource, to}, type);
  const Subscription then = after(now, Direction::incoming, type);
  if (then != now) store_.change().set_subscription(user->user, from, then);
}

}  // namespace p2pns::xmpp
