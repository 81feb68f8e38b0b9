#include "frontends/sip/forwarder.hpp"

#include <algorithm>

#include "frontends/sip/best_response.hpp"
#include "frontends/sip/fields.hpp"
#include "frontends/sip/identity_headers.hpp"
#include "frontends/sip/message_build.hpp"
#include "frontends/sip/route_rule.hpp"

namespace p2pns::sip {

namespace {

/// What a caller is told when a target could not be reached.
int status_of(boost::system::error_code error) {
  if (error == Errc::timed_out) return 408;
  if (error == Errc::overloaded) return 503;
  if (error == Errc::refused || error == Errc::not_owner) return 403;
  if (error == Errc::no_such_name) return 404;
  if (error == Errc::too_large || error == Errc::malformed) return 400;
  return 480;  // its node or its phone is not there
}

Branch* branch_of(ResponseContext& context, ClientId client) {
  const auto found = std::ranges::find(context.branches, client, &Branch::client);
  return found == context.branches.end() ? nullptr : &*found;
}

/// Of the request, as RFC 5393 wants it; none when it forbids so many branches.
std::optional<std::uint32_t> breadth_of_each(const SipMessage& request, std::size_t branches) {
  const auto text = request.find(HeaderName::max_breadth);
  const auto given = text ? parse_number(*text) : Result<std::uint32_t>{max_breadth_default};
  const std::uint32_t breadth = std::min(given ? *given : max_breadth_default, max_breadth_default);
  if (breadth < branches) return std::nullopt;
  return breadth / static_cast<std::uint32_t>(branches);
}

}  // namespace

void Forwarder::start(const Context& context, std::vector<Target> targets) {
  const auto breadth = breadth_of_each(context->request, targets.size());
  if (!breadth) return answer(context, 440, "Max-Breadth Exceeded");
  if (targets.size() > 1 || context->request.count(HeaderName::max_breadth) > 0)
    context->request.replace(HeaderName::max_breadth, std::to_string(*breadth));
  if (!decrement_max_forwards(context->request)) return answer(context, 483);
  context->branches.reserve(targets.size());  // references to branches stay good
  for (Target& target : targets) context->branches.push_back({std::move(target)});
  for (std::size_t i = 0; i < context->branches.size(); ++i) start_branch(context, i);
}

void Forwarder::start_branch(const Context& context, std::size_t index) {
  Branch& branch = context->branches[index];
  branch.client = environment_.table.new_client_id();
  SipMessage message = message_for(*context, branch.target);
  const std::string tag = own_branch(branch.client, context->loop_mark);
  message.prepend(HeaderName::via, environment_.own.via(branch.target.hop, tag));
  choose_transport(message, branch);
  if (context->invite) arm_limit(context, branch, timer_c);
  ++environment_.counters.requests_forwarded;
  if (environment_.table.begin(branch.client, std::move(message), branch.target.hop, context)) return;
  take_own(context, branch, 503);
}

SipMessage Forwarder::message_for(const ResponseContext& context, const Target& target) const {
  SipMessage message = context.request;
  if (!target.request_uri.empty()) message.set_request_uri(target.request_uri);
  if (context.record_route) add_record_routes(message, context, target.hop);
  for (auto route = target.path.rbegin(); route != target.path.rend(); ++route)
    message.prepend(HeaderName::route, *route);
  if (!is_node(target.hop)) {
    add_identity(message, context);
    prepare_for_strict_router(message);
  }
  return message;
}

void Forwarder::add_record_routes(SipMessage& message, const ResponseContext& context, const Hop& callee) const {
  for (const RouteHop& at : {RouteHop{context.from, Side::caller, context.caller_unknown},
                             RouteHop{callee, Side::callee, context.caller_unknown}}) {
    const std::string token = environment_.tokens.make(at, context.dialog);
    message.prepend(HeaderName::record_route, environment_.own.record_route(at.hop, token));
  }
}

void Forwarder::add_identity(SipMessage& message, const ResponseContext& context) const {
  if (!context.asserted.empty()) message.append(HeaderName::p_asserted_identity, context.asserted);
  if (context.caller_unknown) message.append(verified_header, "no");
}

void Forwarder::choose_transport(SipMessage& message, Branch& branch) const {
  const Flow* flow = std::get_if<Flow>(&branch.target.hop);
  if (!flow || flow->transport != TransportKind::udp || branch.target.fallback) return;
  if (message.size_bytes() <= datagram_request_maximum_bytes || !environment_.may_dial(flow->remote)) return;
  Hop stream = Flow{TransportKind::tcp, flow->remote, 0};
  const auto via = message.first_value(HeaderName::via);
  const auto parsed = via ? parse_via(*via) : Result<Via>{via.error()};
  if (!parsed) return;
  message.replace_first_value(HeaderName::via, environment_.own.via(stream, parsed->branch()));
  branch.target.fallback = std::exchange(branch.target.hop, std::move(stream));
}

void Forwarder::arm_limit(const Context& context, Branch& branch, Duration limit) {
  auto expired = [this, weak = std::weak_ptr{context}, client = branch.client] {
    if (const Context alive = weak.lock()) on_limit(alive, client);
  };
  branch.limit = environment_.timers.after(limit, std::move(expired));
}

void Forwarder::on_limit(const Context& context, ClientId client) {
  Branch* branch = branch_of(*context, client);
  if (!branch || branch->state == Branch::State::done) return;
  if (branch->cancelled) {
    environment_.table.abandon(client);
    return take_own(context, *branch, 487);
  }
  if (branch->state == Branch::State::ringing) return cancel_branch(context, *branch);
  take_own(context, *branch, 408);
}

void Forwarder::on_response(const Context& context, ClientId client, SipMessage response) {
  Branch* branch = branch_of(*context, client);
  if (!branch) return;
  response.remove_first_value(HeaderName::via);
  strip_claims(response);
  const int status = response.status();
  if (status < 200) return pass_provisional(context, *branch, std::move(response));
  if (status < 300) return pass_success(context, *branch, response);
  take_final(context, *branch, std::move(response));
}

void Forwarder::pass_provisional(const Context& context, Branch& branch, SipMessage response) {
  if (branch.state == Branch::State::done) return;
  const bool first = branch.state == Branch::State::calling;
  branch.state = Branch::State::ringing;
  if (branch.cancelled) {
    if (first) environment_.table.begin_cancel(branch.client);
    return;
  }
  if (response.status() == 100) return;
  if (context->invite) arm_limit(context, branch, timer_c);
  context->trying.cancel();
  ++environment_.counters.responses_forwarded;
  environment_.table.respond(context->server, response);
}

void Forwarder::pass_success(const Context& context, Branch& branch, const SipMessage& response) {
  branch.state = Branch::State::done;
  branch.limit.cancel();
  context->trying.cancel();
  context->answered = true;
  ++environment_.counters.responses_forwarded;
  environment_.table.respond(context->server, response);
  for (Branch& other : context->branches) cancel_branch(context, other);
}

/// What this node has to say of a branch. Its own 503 goes to the caller: whatever he tries now goes through here too.
void Forwarder::take_own(const Context& context, Branch& branch, int status) {
  const Refusal refusal = status == 503 ? come_again() : Refusal{status};
  take_final(context, branch, make_response(context->request, refusal, context->to_tag), true);
}

void Forwarder::take_final(const Context& context, Branch& branch, SipMessage response, bool own) {
  if (branch.state == Branch::State::done) return;
  branch.state = Branch::State::done;
  branch.limit.cancel();
  const int status = response.status();
  if (!context->best || is_better_response(status, context->best->status())) {
    context->best = std::move(response);
    context->best_is_own = own;
  }
  if (status >= 600)
    for (Branch& other : context->branches) cancel_branch(context, other);
  finish_if_done(context);
}

void Forwarder::finish_if_done(const Context& context) {
  const auto is_done = [](const Branch& branch) { return branch.state == Branch::State::done; };
  if (context->answered || !context->best || !std::ranges::all_of(context->branches, is_done)) return;
  context->answered = true;
  context->trying.cancel();
  const int status = context->best->status();
  ++environment_.counters.responses_forwarded;
  if (context->best_is_own || forwarded_status(status) == status)
    return environment_.table.respond(context->server, *context->best);
  environment_.table.respond(context->server,
                             make_response(context->request, forwarded_status(status), context->to_tag));
}

void Forwarder::on_no_response(const Context& context, ClientId client, boost::system::error_code error) {
  Branch* branch = branch_of(*context, client);
  if (!branch || branch->state == Branch::State::done) return;
  const bool other_way = branch->target.fallback && branch->target.hop != *branch->target.fallback;
  if (other_way && error != Errc::timed_out && branch->state == Branch::State::calling && !branch->cancelled) {
    branch->target.hop = *branch->target.fallback;
    return start_branch(context, static_cast<std::size_t>(branch - context->branches.data()));
  }
  if (is_node(branch->target.hop)) ++environment_.counters.link_failures;
  // RFC 4320: a 408 for anything but an INVITE would only arrive after the other side gave up.
  if (!context->invite && error == Errc::timed_out) {
    branch->state = Branch::State::done;
    return finish_if_done(context);
  }
  take_own(context, *branch, branch->cancelled ? 487 : status_of(error));
}

void Forwarder::cancel_branch(const Context& context, Branch& branch) {
  if (branch.state == Branch::State::done || branch.cancelled || !context->invite) return;
  branch.cancelled = true;
  if (branch.state == Branch::State::ringing) environment_.table.begin_cancel(branch.client);
  arm_limit(context, branch, TransactionTimers{}.life());
}

void Forwarder::cancel(const Context& context) {
  if (context->answered) return;
  if (context->branches.empty()) {
    context->lookup.cancel();
    return answer(context, 487);
  }
  for (Branch& branch : context->branches) cancel_branch(context, branch);
}

void Forwarder::answer(const Context& context, int status, std::string_view reason) {
  answer(context, make_response(context->request, status, context->to_tag, reason));
}

void Forwarder::answer(const Context& context, const SipMessage& response) {
  if (context->answered) return;
  const int status = response.status();
  if (status >= 200) {
    context->answered = true;
    context->trying.cancel();
  }
  ++environment_.counters.answered_here[static_cast<std::size_t>(status / 100 - 1)];
  environment_.table.respond(context->server, response);
}

void Forwarder::send_ack(SipMessage request, const Hop& to, std::string_view mark, Outlet& outlet) {
  if (!decrement_max_forwards(request)) return;
  if (!is_node(to)) prepare_for_strict_router(request);
  const std::string branch = own_branch(environment_.table.new_client_id(), mark);
  request.prepend(HeaderName::via, environment_.own.via(to, branch));
  ++environment_.counters.requests_forwarded;
  outlet.send(to, std::make_shared<const std::string>(request.to_text(is_reliable(to))), 0);
}

}  // namespace p2pns::sip
