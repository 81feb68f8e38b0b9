#include "frontends/sip/transaction_table.hpp"

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/message_build.hpp"
#include "frontends/sip/source_limiter.hpp"

namespace p2pns::sip {

namespace {

constexpr ClientId cancel_bit = 1;

const TransactionMachine& base_of(const auto& machine) {
  return std::visit([](const auto& each) -> const TransactionMachine& { return each; }, machine);
}

Text text_of(const SipMessage& message, const Hop& to) {
  return std::make_shared<const std::string>(message.to_text(is_reliable(to)));
}

}  // namespace

TransactionTable::TransactionTable(const Environment& environment) : environment_(environment) {}
TransactionTable::~TransactionTable() = default;

ServerId TransactionTable::find_server(const std::string& key) const {
  const auto found = server_of_key_.find(key);
  return found == server_of_key_.end() ? 0 : found->second;
}

void TransactionTable::on_retransmission(ServerId id) {
  ++environment_.counters.retransmissions;
  Server& server = servers_.at(id);
  const Effects effects = std::visit([](auto& machine) { return machine.on_request(); }, server.machine);
  if (effects.resend) send_now(Hop{server.peer}, Text{server.last}, 0);
}

/// Last of all, with copies: a transaction that was found before may be gone after it.
void TransactionTable::send_now(Hop to, Text text, ClientId client) {
  if (text) environment_.outlet.send(to, std::move(text), client);
}

bool TransactionTable::on_ack(ServerId id) {
  Server& server = servers_.at(id);
  auto* machine = std::get_if<InviteServerMachine>(&server.machine);
  if (!machine) return false;
  const Effects effects = machine->on_ack(environment_.timers.now());
  settle_server(id, server);
  return effects.pass;
}

TransactionTable::Share TransactionTable::share_of(const Hop& hop) {
  if (const NodeId* node = std::get_if<NodeId>(&hop)) return *node;
  const IpAddress& address = std::get<Flow>(hop).remote.address;
  return address.is_loopback() ? Share{} : Share{counted_source(address)};
}

bool TransactionTable::has_room(const Share& share) const {
  const TransactionLimits& limits = environment_.limits;
  if (active_servers() >= limits.active) return false;
  const auto same = active_of_.find(share);
  return same == active_of_.end() || same->second < std::max<std::size_t>(1, limits.active / limits.shares);
}

/// Its place among those that are under way.
void TransactionTable::give_back(Server& server) {
  const auto same = active_of_.find(server.share);
  if (same != active_of_.end() && --same->second == 0) active_of_.erase(same);
}

std::optional<ServerId> TransactionTable::open_server(std::string key, bool invite, const Hop& from) {
  const Share share = share_of(from);
  if (!has_room(share)) {
    ++environment_.counters.over_transaction_limit;
    return std::nullopt;
  }
  if (share) ++active_of_[share];
  ++environment_.counters.server_transactions;
  const ServerId id = next_server_++;
  const TimePoint now = environment_.timers.now();
  const bool reliable = is_reliable(from);
  using Machine = std::variant<InviteServerMachine, ServerMachine>;
  Machine machine = invite ? Machine{InviteServerMachine{environment_.times, reliable}}
                           : Machine{ServerMachine{environment_.times, reliable, now}};
  server_of_key_.emplace(key, id);
  servers_.emplace(id, Server{{.peer = from}, std::move(key), share, machine});
  arm_server(id);
  return id;
}

void TransactionTable::attach(ServerId id, std::shared_ptr<ResponseContext> context) {
  if (const auto found = servers_.find(id); found != servers_.end()) found->second.context = std::move(context);
}

std::shared_ptr<ResponseContext> TransactionTable::context_of(ServerId id) const {
  const auto found = servers_.find(id);
  return found == servers_.end() ? nullptr : found->second.context;
}

void TransactionTable::respond(ServerId id, const SipMessage& response) {
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  Server& server = found->second;
  const TimePoint now = environment_.timers.now();
  const int status = response.status();
  const Effects effects = std::visit([&](auto& machine) { return machine.on_response(status, now); }, server.machine);
  if (!effects.pass) return;
  const Hop to = server.peer;
  const Text text = text_of(response, to);
  server.last = text;
  if (base_of(server.machine).state() == TransactionState::accepted) server.last.reset();  // the callee resends
  if (status >= 200) server.context.reset();
  settle_server(id, server);
  send_now(to, text, 0);
}

ClientId TransactionTable::new_client_id() {
  ClientId id = 0;
  while (id == 0 || clients_.contains(id)) id = environment_.random.next() & ~cancel_bit;
  return id;
}

bool TransactionTable::begin(ClientId id, SipMessage sent, const Hop& to, std::shared_ptr<ResponseContext> context) {
  if (active_clients() >= environment_.limits.active) {
    ++environment_.counters.over_transaction_limit;
    return false;
  }
  const bool invite = sent.method() == "INVITE";
  return start(id, std::move(sent), to, std::move(context), invite);
}

bool TransactionTable::start(ClientId id, SipMessage sent, const Hop& to, std::shared_ptr<ResponseContext> context,
                             bool invite) {
  ++environment_.counters.client_transactions;
  const TimePoint now = environment_.timers.now();
  const bool reliable = is_reliable(to);
  using Machine = std::variant<InviteClientMachine, ClientMachine>;
  Machine machine = invite ? Machine{InviteClientMachine{environment_.times, reliable, now}}
                           : Machine{ClientMachine{environment_.times, reliable, now}};
  const Text text = text_of(sent, to);
  Client client{{.peer = to, .context = std::move(context)}, invite, std::nullopt, machine};
  if (invite) client.sent = std::move(sent);
  if (!reliable) client.last = text;
  if (!clients_.emplace(id, std::move(client)).second) return false;
  arm_client(id);
  send_now(to, text, id);
  return true;
}

void TransactionTable::begin_cancel(ClientId invite) {
  const auto found = clients_.find(invite);
  if (found == clients_.end() || !found->second.sent) return;
  const Hop to = found->second.peer;
  start(invite | cancel_bit, make_cancel(*found->second.sent), to, nullptr, false);
}

bool TransactionTable::is_active(ClientId id) const {
  const auto found = clients_.find(id);
  return found != clients_.end() && !found->second.finished;
}

bool TransactionTable::on_response(SipMessage response, const Hop& from) {
  const auto top = response.first_value(HeaderName::via);
  const auto via = top ? parse_via(*top) : Result<Via>{top.error()};
  const auto cseq_text = response.find(HeaderName::cseq);
  const auto cseq = cseq_text ? parse_cseq(unfolded(*cseq_text)) : Result<CSeq>{Errc::malformed};
  auto id = via ? client_of_branch(via->branch()) : std::nullopt;
  if (id && cseq && cseq->method == "CANCEL") id = *id | cancel_bit;
  const auto found = id ? clients_.find(*id) : clients_.end();
  const bool expected = found != clients_.end() && cseq && (cseq->method == "INVITE") == found->second.invite &&
                        is_node(from) == is_node(found->second.peer) && (!is_node(from) || from == found->second.peer);
  if (!expected) {
    ++environment_.counters.stray_responses;
    return false;
  }
  Client& client = found->second;
  const TimePoint now = environment_.timers.now();
  const int status = response.status();
  const Effects effects = std::visit([&](auto& machine) { return machine.on_response(status, now); }, client.machine);
  if (effects.acknowledge && client.sent) client.last = text_of(make_ack(*client.sent, response), client.peer);
  const Hop to = client.peer;
  const Text ack = effects.acknowledge ? client.last : nullptr;
  const std::shared_ptr<ResponseContext> context = client.context;
  settle_client(*id, client);
  send_now(to, ack, 0);
  if (effects.pass && context) environment_.user.on_response(context, *id, std::move(response));
  return true;
}

void TransactionTable::on_send_failed(ClientId id, boost::system::error_code error) {
  const auto found = clients_.find(id);
  if (found == clients_.end() || found->second.finished) return;
  const std::shared_ptr<ResponseContext> context = found->second.context;
  erase_client(id);
  if (context) environment_.user.on_no_response(context, id, error);
}

void TransactionTable::arm_server(ServerId id) {
  Server& server = servers_.at(id);
  const auto deadline = base_of(server.machine).deadline();
  if (!deadline) return server.timer.cancel();
  if (server.timer.pending() && server.armed_for <= *deadline) return;
  server.armed_for = *deadline;
  server.timer = environment_.timers.at(*deadline, [this, id] { on_server_time(id); });
}

void TransactionTable::arm_client(ClientId id) {
  Client& client = clients_.at(id);
  const auto deadline = base_of(client.machine).deadline();
  if (!deadline) return client.timer.cancel();
  if (client.timer.pending() && client.armed_for <= *deadline) return;
  client.armed_for = *deadline;
  client.timer = environment_.timers.at(*deadline, [this, id] { on_client_time(id); });
}

void TransactionTable::settle_server(ServerId id, Server& server) {
  const TransactionMachine& machine = base_of(server.machine);
  if (machine.terminated()) return erase_server(id);
  arm_server(id);
  if (!machine.finished() || server.finished) return;
  ++finished_servers_;
  give_back(server);
  remember_finished(server, {id, true});
}

void TransactionTable::settle_client(ClientId id, Client& client) {
  const TransactionMachine& machine = base_of(client.machine);
  if (machine.terminated()) return erase_client(id);
  arm_client(id);
  if (!machine.finished() || client.finished) return;
  client.sent.reset();
  if (machine.state() == TransactionState::accepted || !client.invite) client.last.reset();
  ++finished_clients_;
  remember_finished(client, {id, false});
}

void TransactionTable::on_server_time(ServerId id) {
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  Server& server = found->second;
  const TimePoint now = environment_.timers.now();
  const Effects effects = std::visit([&](auto& machine) { return machine.on_time(now); }, server.machine);
  const Hop to = server.peer;
  const Text again = effects.resend ? server.last : nullptr;
  settle_server(id, server);
  send_now(to, again, 0);
}

void TransactionTable::on_client_time(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  const TimePoint now = environment_.timers.now();
  const Effects effects = std::visit([&](auto& machine) { return machine.on_time(now); }, client.machine);
  const Hop to = client.peer;
  const Text again = effects.resend ? client.last : nullptr;
  const std::shared_ptr<ResponseContext> context = client.context;
  settle_client(id, client);
  send_now(to, again, id);
  if (effects.timed_out && context) environment_.user.on_no_response(context, id, Errc::timed_out);
}

void TransactionTable::erase_server(ServerId id) {
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  found->second.finished ? void(--finished_servers_) : give_back(found->second);
  finished_bytes_ -= found->second.finished_bytes;
  server_of_key_.erase(found->second.key);
  servers_.erase(found);
}

void TransactionTable::erase_client(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  if (found->second.finished) --finished_clients_;
  finished_bytes_ -= found->second.finished_bytes;
  clients_.erase(found);
}

void TransactionTable::remember_finished(Transaction& transaction, Finished entry) {
  transaction.finished = true;
  transaction.finished_bytes = transaction.last ? transaction.last->size() : 0;
  finished_bytes_ += transaction.finished_bytes;
  finished_order_.push_back(entry);
  const TransactionLimits& limits = environment_.limits;
  while (!finished_order_.empty()) {
    const Finished oldest = finished_order_.front();
    const bool gone = oldest.server ? !servers_.contains(oldest.id) : !clients_.contains(oldest.id);
    if (!gone && finished() <= limits.finished && finished_bytes_ <= limits.finished_bytes) return;
    finished_order_.pop_front();
    if (gone) continue;
    ++environment_.counters.forgotten_early;
    oldest.server ? erase_server(oldest.id) : erase_client(oldest.id);
  }
}

}  // namespace p2pns::sip
