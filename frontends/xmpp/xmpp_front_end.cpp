#include "frontends/xmpp/xmpp_front_end.hpp"

#include <set>

#include "frontends/xmpp/accounts_file.hpp"
#include "frontends/xmpp/component_secret.hpp"
#include "frontends/xmpp/xmpp_metrics.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;

struct XmppFrontEnd::Parts {
  Parts(std::string file, Accounts accounts, Log& log) : store(std::move(file), std::move(accounts), log) {}
  XmppCounters counters;
  AccountStore store;
  std::shared_ptr<ComponentLink> link;
  std::shared_ptr<Gateway> gateway;
};

XmppFrontEnd::XmppFrontEnd(plugins::PluginHost& host, XmppSettings settings)
    : host_(host), settings_(std::move(settings)) {}

XmppFrontEnd::~XmppFrontEnd() = default;

asio::awaitable<plugins::StartError> XmppFrontEnd::start() {
  plugins::StartError error;
  error.message = open();
  co_return error;
}

/// Empty, or why it does not run.
std::string XmppFrontEnd::open() {
  auto secret = read_component_secret(settings_.secret_file);
  if (!secret) return secret.error().message;
  auto accounts = load_accounts(settings_.accounts_file, settings_.accounts_maximum);
  if (!accounts) return accounts.error().message;
  const auto on_disk = accounts->all();
  if (std::string wrong = assign(*accounts); !wrong.empty()) return wrong;
  const bool changed = accounts->all() != on_disk;

  parts_ = std::make_shared<Parts>(settings_.accounts_file, std::move(*accounts), host_.log());
  if (changed) static_cast<void>(parts_->store.save());  // which logs that it cannot
  ComponentLinkSettings link;
  link.identity = {settings_.server, settings_.gateway.domain, std::move(*secret)};
  ComponentLink::Events events;
  const std::weak_ptr<Parts> weak = parts_;
  events.connected = [weak] {
    if (const auto parts = weak.lock()) parts->gateway->on_connected();
  };
  events.stanza = [weak](Element stanza) {
    if (const auto parts = weak.lock()) parts->gateway->on_stanza(std::move(stanza));
  };
  events.skipped = [weak](std::string_view start_tag) {
    if (const auto parts = weak.lock()) parts->gateway->on_skipped(start_tag);
  };
  parts_->link = std::make_shared<ComponentLink>(host_.executor(), std::move(link), std::move(events), host_.log(),
                                                 parts_->counters);
  parts_->gateway = std::make_shared<Gateway>(host_, *parts_->link, settings_.gateway, parts_->store, parts_->counters);
  if (const auto started = parts_->gateway->start(); !started)
    return "messages of other nodes cannot be had: " + started.error().message();
  parts_->link->start();
  host_.log().write(Severity::info, "xmpp: component " + settings_.gateway.domain + " for the server at " +
                                        to_string(settings_.server));
  return {};
}

/// Names given by the operator: those of the configuration, and no longer those of an earlier one. Empty, or what is
/// wrong with them.
std::string XmppFrontEnd::assign(Accounts& accounts) const {
  const Addresses addresses(settings_.gateway.domain, host_.names().zones());
  std::set<std::pair<std::string, names::P2PName>> wanted;
  for (const AssignedName& assigned : settings_.assigned) {
    const auto name = addresses.name_of(assigned.label);
    if (!name) return "assigned: " + name.error().message;
    wanted.emplace(assigned.user, *name);
  }
  std::vector<std::string> over;
  for (const auto& [user, account] : accounts.all())
    if (account.origin == Origin::assigned && !wanted.contains({user, account.name})) over.push_back(user);
  for (const std::string& user : over) accounts.remove(user);
  for (const auto& [user, name] : wanted) {
    const Account* there = accounts.find_user(user);
    if (there != nullptr && there->name == name) continue;
    if (!accounts.add(Account{user, name, Origin::assigned, {}}))
      return "assigned: " + name.label + "=" + user + " cannot be: the name or the user has an account already (" +
             settings_.accounts_file + ")";
  }
  return {};
}

asio::awaitable<void> XmppFrontEnd::stop() {
  const auto parts = parts_;
  if (!parts || !parts->gateway || !parts->link) co_return;
  co_await parts->gateway->stop();
  co_await parts->link->stop();
}

void XmppFrontEnd::collect(plugins::MetricSink& sink) const {
  if (!parts_ || !parts_->gateway || !parts_->link) return;
  write_metrics(parts_->counters, sink);
  sink.gauge("xmpp_connected", "1 while the XMPP server has this component", parts_->link->connected() ? 1 : 0);
  sink.gauge("xmpp_waiting_bytes", "Bytes that wait for the XMPP server", parts_->link->waiting_bytes());
  sink.gauge("xmpp_outbox_bytes", "Bytes that wait for other nodes", parts_->gateway->outbox_bytes());
  sink.gauge("xmpp_requests_waiting", "Requests that wait for their answer", parts_->gateway->requests_waiting());
  sink.gauge("xmpp_presences", "Users shown as available to somebody", parts_->gateway->presences_shown());
  sink.gauge("xmpp_accounts", "Users with a name", parts_->store.accounts().size());
}

}  // namespace p2pns::xmpp
