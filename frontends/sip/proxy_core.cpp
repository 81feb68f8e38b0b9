#include "frontends/sip/proxy_core.hpp"

#include "frontends/sip/identity_headers.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/message_build.hpp"
#include "frontends/sip/request_check.hpp"
#include "frontends/sip/transaction_key.hpp"
#include "frontends/sip/via_stamp.hpp"

namespace p2pns::sip {

namespace {

/// RFC 3261, 17.2.1: 100 is sent unless another response comes within this.
constexpr Duration trying_delay = std::chrono::milliseconds{200};

/// Later requests of what these begin follow the way of the first one.
bool makes_dialog(std::string_view method) {
  return method == "INVITE" || method == "SUBSCRIBE" || method == "REFER" || method == "NOTIFY";
}

std::string value_of(const SipMessage& message, HeaderName name) { return unfolded(message.find(name).value_or("")); }

std::string party_of(const SipUri& uri) { return uri.is_sip() ? uri.user + '@' + uri.host : uri.text; }

DialogMarks marks_of(const SipMessage& request) {
  DialogMarks marks;
  marks.call_id = value_of(request, HeaderName::call_id);
  const auto from = parse_name_address(value_of(request, HeaderName::from));
  const auto to = parse_name_address(value_of(request, HeaderName::to));
  if (from) marks.from_tag = from->tag();
  if (to) marks.to_tag = to->tag();
  if (from) marks.from_party = party_of(from->uri);
  if (to) marks.to_party = party_of(to->uri);
  return marks;
}

/// The phone at this side may have got another port from its NAT, but not another address.
bool is_at(const Hop& side, const Hop& from) {
  const Flow* phone = std::get_if<Flow>(&from);
  if (!phone || is_node(side)) return side == from;
  return std::get<Flow>(side).remote.address == phone->remote.address;
}

bool may_grow(const SipMessage& request, const Hop& from) {
  const std::size_t nodes = is_node(from) ? 1 : 2;
  return request.size_bytes() + nodes * added_maximum_bytes <= message_maximum_bytes &&
         request.header_count() + nodes * added_headers_maximum <= headers_maximum;
}

}  // namespace

ProxyCore::ProxyCore(Environment environment)
    : environment_(std::move(environment)),
      self_(environment_.own.node()),
      loop_salt_(environment_.random.next()),
      tokens_(environment_.random),
      table_({environment_.timers, environment_.random, environment_.outlet, forwarder_, environment_.counters,
              environment_.times, environment_.limits}),
      forwarder_({environment_.timers, table_, environment_.own, tokens_, environment_.counters,
                  std::move(environment_.may_dial)}) {}

ProxyCore::~ProxyCore() = default;

void ProxyCore::on_message(std::string_view text, const Hop& from) {
  auto message = SipMessage::parse(text);
  if (!message) {
    ++environment_.counters.unreadable;
    return;
  }
  if (message->is_request()) return on_request(std::move(*message), from);
  on_response(std::move(*message), from);
}

void ProxyCore::on_response(SipMessage response, const Hop& from) {
  if (!check_response(response)) {
    ++environment_.counters.unreadable;
    return;
  }
  table_.on_response(std::move(response), from);
}

Result<ProxyCore::Heading> ProxyCore::read_heading(const SipMessage& request) {
  const auto top = request.first_value(HeaderName::via);
  if (!top) return top.error();
  auto via = parse_via(*top);
  if (!via) return via.error();
  auto cseq = parse_cseq(value_of(request, HeaderName::cseq));
  if (!cseq) return cseq.error();
  return Heading{std::move(*via), std::move(*cseq)};
}

void ProxyCore::on_request(SipMessage request, const Hop& from) {
  const auto heading = read_heading(request);
  if (heading && request.method() == "ACK") return on_ack(std::move(request), *heading, from);
  std::string key = heading ? transaction_key(request, heading->via, heading->cseq, request.method(), from) : "";
  if (const ServerId known = heading ? table_.find_server(key) : 0) return table_.on_retransmission(known);
  if (const auto refusal = check_request(request)) return reply(request, *refusal, from);
  if (!heading) return reply(request, {400}, from);
  if (!may_grow(request, from)) return reply(request, {513}, from);
  if (const Flow* flow = std::get_if<Flow>(&from)) stamp_via(request, heading->via, *flow);
  if (request.method() == "CANCEL") return on_cancel(request, *heading, from);
  on_new_request(std::move(request), *heading, std::move(key), from);
}

void ProxyCore::on_new_request(SipMessage request, const Heading&, std::string key, const Hop& from) {
  const bool invite = request.method() == "INVITE";
  const auto server = table_.open_server(std::move(key), invite, from);
  if (!server) return reply(request, come_again(), from);
  const auto context = std::make_shared<ResponseContext>(*server, std::move(request), from);
  table_.attach(*server, context);
  context->invite = invite;
  context->dialog = marks_of(context->request);
  context->to_tag = new_tag();
  context->loop_mark = loop_mark(context->request, loop_salt_);
  if (came_back(context->request, context->loop_mark)) return turn_away(context, {482});
  const auto hops = take_own_routes(context->request, tokens_, environment_.own, context->dialog);
  if (!hops) return turn_away(context, {400, "Bad Route"});
  const bool registers = context->request.method() == "REGISTER";
  if (!hops->empty() || (!registers && !context->dialog.to_tag.empty())) return in_dialog(context, *hops);
  context->record_route = makes_dialog(context->request.method());
  if (const Flow* flow = std::get_if<Flow>(&from)) return from_phone(context, *flow);
  from_node(context, std::get<NodeId>(from));
}

void ProxyCore::on_ack(SipMessage request, const Heading& heading, const Hop& from) {
  const ServerId invite = table_.find_server(transaction_key(request, heading.via, heading.cseq, "INVITE", from));
  if (invite != 0 && !table_.on_ack(invite)) return;
  if (check_request(request)) return;
  const DialogMarks dialog = marks_of(request);
  const std::string mark = loop_mark(request, loop_salt_);
  const auto hops = take_own_routes(request, tokens_, environment_.own, dialog);
  if (!hops || !may_pass(*hops, dialog) || !is_at((*hops)[0].hop, from) || came_back(request, mark)) return;
  strip_claims(request);
  if (!is_node(from)) request.remove_all(HeaderName::proxy_authorization);  // phones repeat it (RFC 3261, 22.1)
  forwarder_.send_ack(std::move(request), (*hops)[1].hop, mark, environment_.outlet);
}

void ProxyCore::on_cancel(const SipMessage& request, const Heading& heading, const Hop& from) {
  const ServerId invite = table_.find_server(transaction_key(request, heading.via, heading.cseq, "INVITE", from));
  if (invite == 0) return reply(request, {481}, from);
  reply(request, {200}, from);
  if (const Context context = table_.context_of(invite)) forwarder_.cancel(context);
}

void ProxyCore::reply(const SipMessage& request, const Refusal& refusal, const Hop& to) {
  if (request.method() == "ACK" || request.count(HeaderName::via) == 0) return;
  const SipMessage response = make_response(request, refusal, new_tag());
  ++environment_.counters.answered_here[static_cast<std::size_t>(refusal.status / 100 - 1)];
  environment_.outlet.send(to, std::make_shared<const std::string>(response.to_text(is_reliable(to))), 0);
}

void ProxyCore::refuse(const Context& context, const Refusal& refusal) {
  forwarder_.answer(context, make_response(context->request, refusal, context->to_tag));
}

void ProxyCore::turn_away(const Context& context, const Refusal& refusal) {
  turn_away(context, make_response(context->request, refusal, context->to_tag));
}

void ProxyCore::turn_away(const Context& context, const SipMessage& response) {
  if (is_node(context->from)) return forwarder_.answer(context, response);
  context->answered = true;
  ++environment_.counters.answered_here[static_cast<std::size_t>(response.status() / 100 - 1)];
  const auto text = std::make_shared<const std::string>(response.to_text(is_reliable(context->from)));
  environment_.outlet.send(context->from, text, 0);
  table_.drop_server(context->server);
}

std::string ProxyCore::new_tag() {
  FixedBytes<8, struct TagBytes> bytes;
  environment_.random.fill(bytes.mutable_view());
  return to_hex(bytes.view());
}

void ProxyCore::in_dialog(const Context& context, const OwnHops& hops) {
  if (!may_pass(hops, context->dialog)) return turn_away(context, {481});
  const Flow* phone = std::get_if<Flow>(&context->from);
  if (!is_at(hops[0].hop, context->from)) {
    // A phone that moved says who it is, as for a new call; a node that is not the dialog's has no business here.
    if (!phone || is_node(hops[0].hop)) return turn_away(context, {481});
    if (!admit_caller(context, *phone)) return;
  }
  // Who is verified once could say another name later on; and who was not is not now.
  if (!hops[0].same_parties) return turn_away(context, {403, "Not The From And To Of This Dialog"});
  context->caller_unknown = hops[0].unverified && hops[0].side == Side::caller;
  strip_claims(context->request);
  if (phone) context->request.remove_all(HeaderName::proxy_authorization);
  say_trying(context);
  std::vector<Target> targets;
  targets.push_back({hops[1].hop});
  forwarder_.start(context, std::move(targets));
}

/// From one side of the dialog to the other: between a node and a phone, or two phones of ours.
bool ProxyCore::may_pass(const OwnHops& hops, const DialogMarks& dialog) {
  return hops.size() == 2 && !dialog.to_tag.empty() && hops[0].side != hops[1].side &&
         !(is_node(hops[0].hop) && is_node(hops[1].hop));
}

void ProxyCore::say_trying(const Context& context) {
  if (!context->invite) return;
  if (!is_node(context->from)) return forwarder_.answer(context, 100);
  auto late = [this, weak = std::weak_ptr{context}] {
    if (const Context alive = weak.lock()) forwarder_.answer(alive, 100);
  };
  context->trying = environment_.timers.after(trying_delay, std::move(late));
}

}  // namespace p2pns::sip
