#include "frontends/xmpp/registrar.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "plugins/api/async_names.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;

namespace {

/// Own names looked through at a time.
constexpr std::size_t page = 256;

}  // namespace

Registrar::Registrar(plugins::PluginHost& host, AccountStore& store, const Addresses& addresses, XmppCounters& counters,
                     std::function<void(Element)> answer)
    : host_(host), store_(store), addresses_(addresses), counters_(counters), answer_(std::move(answer)) {}

void Registrar::handle(OwnRequest request, StanzaHead head, std::string user, const Element& iq) {
  const Account* account = store_.accounts().find_user(user);
  if (request == OwnRequest::register_form) {
    const bool registered = account != nullptr && account->origin != Origin::pending;
    return answer_(registration_form(head, addresses_.zone(), registered ? shown_label(account->name) : std::string{}));
  }
  const auto wanted = read_registration(iq);
  if (!wanted) return answer_(error_answer(head, {Condition::bad_request, "Send a username, or remove."}));
  if (busy_.contains(user) || busy_.size() >= registrations_maximum)
    return answer_(
        error_answer(head, {Condition::resource_constraint, "A registration is under way; try again later."}));
  if (wanted->remove) {
    if (account == nullptr) return answer_(error_answer(head, {Condition::registration_required}));
    if (account->origin == Origin::assigned)
      return answer_(error_answer(head, {Condition::not_allowed, "The operator gave you this name; ask for its end."}));
    busy_.insert(user);
    asio::co_spawn(host_.executor(), give_up(shared_from_this(), std::move(head), std::move(user)), asio::detached);
    return;
  }
  const auto name = addresses_.name_of(wanted->username);
  if (!name) return answer_(error_answer(head, {Condition::not_acceptable, name.error().message}));
  if (auto refusal = reserve(user, *name)) return answer_(error_answer(head, *refusal));
  busy_.insert(user);
  asio::co_spawn(host_.executor(), take(shared_from_this(), std::move(head), std::move(user), *name), asio::detached);
}

/// The account stands in the file before the name is claimed: a crash between the two must not leave a name of nobody.
std::optional<Refusal> Registrar::reserve(const std::string& user, const names::P2PName& name) {
  const Account* account = store_.accounts().find_user(user);
  if (account != nullptr && account->name == name) return std::nullopt;
  if (account != nullptr && account->origin != Origin::pending)
    return Refusal{Condition::not_allowed, "You are " + account->name.label + "; remove that registration first."};
  if (store_.accounts().find_name(name) != nullptr) return Refusal{Condition::conflict, "Somebody else has this name."};
  if (find_own(name))
    return Refusal{Condition::conflict, "This node holds the name already; its operator can give it to you."};
  store_.change().remove(user);
  if (const auto added = store_.change().add(Account{user, name, Origin::pending, {}}); !added)
    return Refusal{Condition::resource_constraint, "This gateway has as many accounts as it may have."};
  if (const auto saved = store_.save(); !saved) {
    store_.change().remove(user);
    return refusal_of_registration(saved.error());
  }
  return std::nullopt;
}

std::optional<names::OwnName> Registrar::find_own(const names::P2PName& name) const {
  std::optional<names::P2PName> after;
  for (;;) {
    const auto own = host_.names().own_names(after, page);
    for (const names::OwnName& each : own)
      if (each.name == name) return each;
    if (own.size() < page) return std::nullopt;
    after = own.back().name;
  }
}

asio::awaitable<void> Registrar::take(std::shared_ptr<Registrar> self, StanzaHead head, std::string user,
                                      names::P2PName name) {
  std::optional<Refusal> refusal;
  // A name this node has keeps its records: registering it again would replace them.
  if (!self->find_own(name)) {
    names::Registration registration;
    registration.name = name;
    const auto receipt = co_await plugins::register_name(self->host_.names(), std::move(registration));
    if (self->stopped_) co_return;  // the account stays pending, as after a crash
    if (!receipt) refusal = refusal_of_registration(receipt.error());
  }
  const Account* account = self->store_.accounts().find_user(user);
  const bool pending = account != nullptr && account->origin == Origin::pending;
  if (refusal && pending) self->store_.change().remove(user);
  if (!refusal && pending) self->store_.change().set_origin(user, Origin::claimed);
  const auto saved = self->store_.save();
  if (!refusal && !saved) refusal = refusal_of_registration(saved.error());
  if (!refusal) ++self->counters_.registrations;
  self->finish(user, head, refusal);
}

asio::awaitable<void> Registrar::give_up(std::shared_ptr<Registrar> self, StanzaHead head, std::string user) {
  std::optional<Refusal> refusal;
  const Account account = *self->store_.accounts().find_user(user);
  const auto own = self->find_own(account.name);
  // What has got records meanwhile is in use elsewhere, and stays with the node.
  if (account.origin == Origin::claimed && own && own->records == 0) {
    const auto released = co_await plugins::release_name(self->host_.names(), account.name);
    if (self->stopped_) co_return;
    if (!released && released.error() != Errc::not_owner) refusal = refusal_of_registration(released.error());
  }
  if (!refusal) {
    self->store_.change().remove(user);
    if (const auto saved = self->store_.save(); !saved) refusal = refusal_of_registration(saved.error());
  }
  if (!refusal) ++self->counters_.releases;
  self->finish(user, head, refusal);
}

void Registrar::finish(const std::string& user, const StanzaHead& head, const std::optional<Refusal>& refusal) {
  busy_.erase(user);
  if (!stopped_) answer_(refusal ? error_answer(head, *refusal) : result_answer(head));
}

}  // namespace p2pns::xmpp
