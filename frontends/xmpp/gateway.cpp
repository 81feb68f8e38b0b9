#include "frontends/xmpp/gateway.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "frontends/xmpp/hide_address.hpp"
#include "frontends/xmpp/stanza_reader.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick_interval{1000};
/// For the last words to other nodes.
constexpr std::chrono::milliseconds farewell_time_out{1000};
constexpr std::chrono::milliseconds farewell_step{20};
/// Contacts asked about in one go after a connect, so that a large gateway does not fill its queues.
constexpr std::size_t asked_at_a_time = 32;
constexpr std::chrono::milliseconds asking_pause{50};
/// A node may make this one look up senders so often: one of 1,000 names has them all asked at once after a start, and
/// one that invents names does not take the searches of everybody else.
constexpr double lookups_per_second = 20;
constexpr std::uint32_t lookups_burst = 1000;
/// A node may make this one look past its cache so often: a name has moved, or somebody forges.
constexpr double anew_per_second = 0.1;
constexpr std::uint32_t anew_burst = 10;

}  // namespace

Gateway::Gateway(plugins::PluginHost& host, ServerSide& server, GatewaySettings settings, AccountStore& store,
                 XmppCounters& counters)
    : host_(host),
      server_(server),
      settings_(std::move(settings)),
      store_(store),
      counters_(counters),
      addresses_(settings_.domain, host.names().zones()),
      outgoing_rate_(settings_.stanzas_per_second, settings_.stanzas_burst),
      incoming_rate_(settings_.stanzas_per_second, settings_.stanzas_burst),
      lookups_(lookups_per_second, lookups_burst),
      anew_(anew_per_second, anew_burst),
      tick_(host.executor()) {
  Outbox::Events events;
  events.sent = [this](const names::P2PName& to) {
    ++counters_.stanzas_sent;
    back(to);
  };
  events.unreachable = [this](const names::P2PName& to) { gone(to); };
  events.failed = [this](const names::P2PName& to, const Parcel& parcel, const Refusal& refusal) {
    on_failed(to, parcel, refusal);
  };
  outbox_ = std::make_shared<Outbox>(host_, std::move(events));
  registrar_ = std::make_shared<Registrar>(host_, store_, addresses_, counters_,
                                           [this](const Element& answer) { send_element(answer); });
}

Result<void> Gateway::start() {
  const auto self = weak_from_this();
  plugins::PeerReceiver receiver = [self](plugins::PeerMessage message) -> asio::awaitable<Result<void>> {
    return receive(self.lock(), std::move(message));
  };
  auto listening = host_.links().listen(link_protocol, std::move(receiver));
  if (!listening) return listening.error();
  listener_ = std::move(*listening);
  asio::co_spawn(host_.executor(), tick(shared_from_this()), asio::detached);
  return {};
}

asio::awaitable<void> Gateway::tick(std::shared_ptr<Gateway> self) {
  while (!self->stopped_) {
    self->tick_.expires_after(tick_interval);
    co_await self->tick_.async_wait(token);
    if (self->stopped_) co_return;
    for (const StanzaHead& late : self->requests_.expire(self->host_.now())) {
      ++self->counters_.requests_timed_out;
      self->refuse(late, {Condition::remote_server_timeout, "No answer came in time."});
    }
    self->store_.save_if_due(self->host_.now());
  }
}

void Gateway::on_stanza(Element stanza) {
  ++counters_.stanzas_from_server;
  const auto head = head_of(stanza);
  const auto from = parse_jid(attribute(stanza, "from"));
  const auto to = parse_jid(attribute(stanza, "to"));
  // What comes from our own domain are answers to ourselves.
  if (!head || !from || from->domain == addresses_.domain()) {
    ++counters_.stanzas_ignored;
    return;
  }
  if (!to || to->domain != addresses_.domain()) return refuse(*head, {Condition::jid_malformed});
  if (!may_use(*from))
    return refuse(*head, {Condition::not_allowed, "This gateway does not serve your server's users."});
  if (to->local.empty())
    serve_own(*head, *from, stanza);
  else
    pass_on(*head, *from, *to, std::move(stanza));
}

void Gateway::on_skipped(std::string_view start_tag) {
  // It stands in the stream's namespace, which it need not name.
  constexpr std::string_view component_space = "jabber:component:accept";
  std::string text{start_tag};
  text.insert(std::min(text.find_first_of(" \t\r\n/"), text.size()), " xmlns='jabber:client'");
  auto stanza = read_stanza(start_tag);
  if (!stanza) stanza = read_stanza(text);
  if (const auto at = start_tag.find(component_space); !stanza && at != std::string_view::npos)
    stanza = read_stanza(std::string{start_tag}.replace(at, component_space.size(), stanza_space));
  const auto head = stanza ? head_of(*stanza) : std::nullopt;
  if (head) refuse(*head, {Condition::policy_violation, "The stanza is too large."});
}

bool Gateway::may_use(const Jid& user) const {
  const auto& domains = settings_.user_domains;
  return domains.empty() || std::ranges::find(domains, user.domain) != domains.end();
}

void Gateway::serve_own(const StanzaHead& head, const Jid& from, const Element& stanza) {
  if (!is_request(head)) {
    // Presence is how clients say that they are there; whoever writes to the component is told that nobody reads it.
    if (head.kind != StanzaKind::message) return;
    return refuse(head, {Condition::service_unavailable});
  }
  const OwnRequest request = own_request(head, stanza);
  switch (request) {
    case OwnRequest::unknown:
      return refuse(head, {Condition::service_unavailable});
    case OwnRequest::register_form:
    case OwnRequest::register_set:
      if (from.local.empty()) return refuse(head, {Condition::not_allowed});
      return registrar_->handle(request, head, bare(from), stanza);
    default:
      return send_element(answer_own_request(request, head, stanza));
  }
}

/// Why a stanza is not passed on, apart from what is wrong with its recipient.
std::optional<Refusal> Gateway::objection(const StanzaHead& head, const Account* sender) {
  if (sender == nullptr || sender->origin == Origin::pending)
    return Refusal{Condition::registration_required, "Register a name at " + addresses_.domain() + " first."};
  if (head.kind == StanzaKind::message && head.type == "groupchat")
    return Refusal{Condition::feature_not_implemented, "There are no rooms here."};
  if (!outgoing_rate_.take(sender->name.label, host_.now())) {
    ++counters_.over_rate;
    return Refusal{Condition::resource_constraint, "You send too fast."};
  }
  return std::nullopt;
}

void Gateway::pass_on(const StanzaHead& head, const Jid& from, const Jid& to, Element stanza) {
  const auto name = addresses_.name_of(to.local);
  if (!name) return refuse(head, {Condition::jid_malformed, name.error().message});
  const Account* sender = store_.accounts().find_user(bare(from));
  if (const auto why = objection(head, sender)) return refuse(head, *why);
  const Incoming route{sender->name, from.resource, *name, to.resource};
  set_attribute(stanza, "from", Addresses::on_link(route.from, route.from_resource));
  set_attribute(stanza, "to", Addresses::on_link(route.to, route.to_resource));
  hide_address(stanza, from, route.from);
  std::string xml = to_xml(stanza, {});
  if (xml.size() > plugins::peer_message_maximum_bytes)
    return refuse(head, {Condition::policy_violation, "The stanza is too large."});
  const Account* user = store_.accounts().find_name(*name);
  const bool local = user != nullptr && user->origin != Origin::pending;
  if (local && server_.crowded()) {
    ++counters_.over_queue;
    return refuse(head, {Condition::resource_constraint, "Too much is waiting for your server."});
  }
  if (is_request(head) && !await_answer(head, route)) return;
  note_outgoing(head, *sender, route);
  if (local) {
    ++counters_.stanzas_local;
    if (const auto delivery = translate(route, std::move(stanza)); delivery && *delivery) {
      server_.send((*delivery)->xml);
      delivered(**delivery);
    }
    return;
  }
  if (outbox_->push(*name, Parcel{head, std::move(xml)})) return;
  ++counters_.over_queue;
  on_failed(*name, Parcel{head, {}}, {Condition::resource_constraint, "Too much is waiting already."});
}

/// False: it goes no further, and that has been seen to.
bool Gateway::await_answer(const StanzaHead& head, const Incoming& route) {
  const std::string asked = addresses_.at_component(route.to, route.to_resource);
  switch (requests_.add(head, asked, host_.now() + settings_.request_time_out)) {
    case RequestTable::Added::yes:
      return true;
    case RequestTable::Added::waits_already:  // the first one's answer is its answer too
      ++counters_.stanzas_ignored;
      return false;
    case RequestTable::Added::too_many:
      break;
  }
  ++counters_.over_queue;
  refuse(head, {Condition::resource_constraint, "Too many requests wait for their answers."});
  return false;
}

void Gateway::note_outgoing(const StanzaHead& head, const Account& sender, const Incoming& route) {
  if (head.kind != StanzaKind::presence) return;
  presences_.on_presence({route.from, route.from_resource, route.to}, head.type);
  const Subscription now = store_.accounts().subscription(sender.user, route.to);
  const Subscription then = after(now, Direction::outgoing, head.type);
  if (then != now) store_.change().set_subscription(sender.user, route.to, then);
}

void Gateway::refuse(const StanzaHead& head, const Refusal& refusal) {
  if (!may_be_refused(head)) {
    ++counters_.stanzas_ignored;
    return;
  }
  ++counters_.refusals[static_cast<std::size_t>(refusal.condition)];
  send_element(error_answer(head, refusal));
}

/// Requests end, and parcels fail, while the server is away too: their senders hear of it when it is back.
void Gateway::send_element(const Element& element) {
  std::string xml = to_xml(element, stanza_space);
  if (server_.connected()) return server_.send(std::move(xml));
  if (kept_bytes_ + xml.size() > kept_answers_maximum_bytes) {
    ++counters_.over_queue;
    return;
  }
  kept_bytes_ += xml.size();
  kept_.push_back(std::move(xml));
}

void Gateway::on_failed(const names::P2PName& to, const Parcel& parcel, const Refusal& refusal) {
  if (parcel.quiet) return;
  // A request that has had its answer meanwhile gets no second one.
  const StanzaHead& head = parcel.head;
  if (is_request(head)) {
    const auto asked = parse_jid(head.to);
    if (!asked || !requests_.take(head.from, addresses_.at_component(to, asked->resource), head.id)) return;
  }
  refuse(head, refusal);
}

/// The contact's gateway is not there: so is nobody who was seen behind it. A lost lookup or answer says no such thing.
void Gateway::gone(const names::P2PName& contact) {
  const auto seen = presences_.take_from(contact);
  for (const Presence& presence : seen) send_unavailable(presence);
  if (!seen.empty() && gone_.size() < outbox_names_maximum) gone_.insert(contact);
}

/// It is there again: who had been seen behind it is asked for.
void Gateway::back(const names::P2PName& contact) {
  if (gone_.erase(contact) == 0) return;
  for (const auto& [user, account] : store_.accounts().all()) {
    const auto known = account.contacts.find(contact);
    if (known != account.contacts.end() && known->second.to) probe(account, contact);
  }
}

/// To the user of this gateway who sees it; for others the gateway there has to say it.
void Gateway::send_unavailable(const Presence& presence) {
  const Account* user = store_.accounts().find_name(presence.to);
  if (user == nullptr) return;
  Element stanza = make_element("presence", stanza_space);
  set_attribute(stanza, "type", "unavailable");
  set_attribute(stanza, "from", addresses_.at_component(presence.from, presence.resource));
  set_attribute(stanza, "to", user->user);
  send_element(stanza);
}

void Gateway::on_connected() {
  kept_bytes_ = 0;
  for (std::string& xml : std::exchange(kept_, {})) server_.send(std::move(xml));
  asio::co_spawn(host_.executor(), ask_all(shared_from_this(), ++connection_), asio::detached);
}

/// Nobody tells a component that has just come who is there: it asks, the servers on both sides.
asio::awaitable<void> Gateway::ask_all(std::shared_ptr<Gateway> self, std::uint64_t connection) {
  asio::steady_timer pause(self->host_.executor());
  std::string last;
  std::size_t asked = 0;
  for (;;) {
    const auto& all = self->store_.accounts().all();
    const auto next = all.upper_bound(last);
    if (next == all.end()) co_return;
    const Account account = next->second;
    last = account.user;
    for (const auto& [contact, subscription] : account.contacts) {
      if (++asked % asked_at_a_time == 0) {
        pause.expires_after(asking_pause);
        co_await pause.async_wait(token);
      }
      if (self->stopped_ || self->connection_ != connection || !self->server_.connected()) co_return;
      self->ask(account, contact, subscription);
    }
  }
}

void Gateway::ask(const Account& account, const names::P2PName& contact, const Subscription& subscription) {
  if (subscription.from) {
    Element request = make_element("presence", stanza_space);
    set_attribute(request, "type", "probe");
    set_attribute(request, "from", addresses_.at_component(contact, {}));
    set_attribute(request, "to", account.user);
    send_element(request);
  }
  // A local contact is asked as the other side of this.
  if (subscription.to && store_.accounts().find_name(contact) == nullptr) probe(account, contact);
}

/// Asks the contact's gateway who of it is there.
void Gateway::probe(const Account& account, const names::P2PName& contact) {
  Element request = make_element("presence", stanza_space);
  set_attribute(request, "type", "probe");
  set_attribute(request, "from", Addresses::on_link(account.name, {}));
  set_attribute(request, "to", Addresses::on_link(contact, {}));
  Parcel parcel{*head_of(request), to_xml(request, {}), true};
  static_cast<void>(outbox_->push(contact, std::move(parcel)));
}

asio::awaitable<void> Gateway::stop() {
  const auto self = weak_from_this().lock();
  if (!self || stopped_) co_return;
  for (const Presence& presence : presences_.take_all()) {
    send_unavailable(presence);
    if (store_.accounts().find_name(presence.to) != nullptr) continue;
    Element stanza = make_element("presence", stanza_space);
    set_attribute(stanza, "type", "unavailable");
    set_attribute(stanza, "from", Addresses::on_link(presence.from, presence.resource));
    set_attribute(stanza, "to", Addresses::on_link(presence.to, {}));
    Parcel parcel{*head_of(stanza), to_xml(stanza, {}), true};
    static_cast<void>(outbox_->push(presence.to, std::move(parcel)));
  }
  asio::steady_timer step(host_.executor());
  const auto end = std::chrono::steady_clock::now() + farewell_time_out;
  while (!outbox_->idle() && std::chrono::steady_clock::now() < end) {
    step.expires_after(farewell_step);
    co_await step.async_wait(token);
  }
  stopped_ = true;
  listener_.reset();
  outbox_->stop();
  registrar_->stop();
  tick_.cancel();
  store_.save_if_changed();
}

}  // namespace p2pns::xmpp
