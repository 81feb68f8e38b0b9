// The part of ProxyCore that decides who may call, and whom.
#include <algorithm>

#include "frontends/sip/identity_headers.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/message_build.hpp"
#include "frontends/sip/proxy_core.hpp"

namespace p2pns::sip {

namespace {

constexpr std::string_view methods =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, REFER, INFO, UPDATE, PRACK";

std::optional<Aor> aor_in(const SipMessage& request, HeaderName header, const names::Zones& zones) {
  const auto address = parse_name_address(unfolded(request.find(header).value_or("")));
  if (!address) return std::nullopt;
  const auto aor = aor_of(address->uri, zones);
  return aor ? std::optional{*aor} : std::nullopt;
}

/// The user that this address belongs to; null: none.
const SipUser* owner_of(const std::optional<Aor>& aor, const UserStore& users) {
  if (!aor) return nullptr;
  for (const std::string& name : {aor->name.label, to_string(*aor)})
    if (const SipUser* user = users.find(name); user && user->owns(*aor)) return user;
  return nullptr;
}

/// Where a registered phone is reached. A phone may listen on another port than it sends from; an address that is not
/// the one it sends from is one behind a NAT, where only the way back is open, or somebody else's.
Target target_of(const Location& location) {
  Target target{location.flow, location.target, location.path};
  const auto address = parse_ip_address(location.contact.host);
  if (!address || *address != location.flow.remote.address) return target;
  Flow direct{location.flow.transport, {*address, location.contact.port.value_or(default_port)}, 0};
  if (direct.transport == TransportKind::udp)
    target.hop = direct;
  else
    target.fallback = direct;  // when its connection is gone
  return target;
}

std::optional<NodeId> node_of(const names::NameAnswer& answer) {
  if (answer.binding) return answer.binding->node;
  if (answer.node) return answer.node->id;
  return std::nullopt;
}

/// For a callee whose name does not lead to a node.
Refusal refusal_of(names::Outcome outcome) {
  switch (outcome) {
    case names::Outcome::no_such_name:
      return {404};
    case names::Outcome::found:
    case names::Outcome::owner_offline:
      return {480};
    default:
      return come_again();
  }
}

}  // namespace

void ProxyCore::from_phone(const Context& context, const Flow& flow) {
  const auto uri = parse_uri(context->request.request_uri());
  if (!uri) return turn_away(context, {400, "Bad Request-URI"});
  if (context->request.method() == "REGISTER") return register_phone(context, flow);
  if (is_about_us(context->request, *uri)) return answer_options(context);
  if (!admit_caller(context, flow)) return;
  const auto callee = aor_of(*uri, environment_.names.zones());
  if (!callee && callee.error().foreign) return refuse(context, {403, "Not A Name Of This Overlay"});
  if (!callee) return refuse(context, {404});
  say_trying(context);
  look_up(context, *callee, &ProxyCore::on_callee);
}

bool ProxyCore::is_about_us(const SipMessage& request, const SipUri& uri) const {
  return request.method() == "OPTIONS" && uri.user.empty() &&
         (environment_.own.is_own(uri) || environment_.names.zones().contains(uri.host));
}

void ProxyCore::answer_options(const Context& context) {
  SipMessage response = make_response(context->request, 200, context->to_tag);
  response.append(HeaderName::allow, methods);
  response.append(HeaderName::accept, "*/*");
  forwarder_.answer(context, response);
}

const SipUser* ProxyCore::authenticate(const Context& context, const Flow& flow, Challenger challenger) {
  const IpAddress& source = flow.remote.address;
  const TimePoint now = environment_.timers.now();
  const DigestVerdict verdict = environment_.digest.check(context->request, challenger, source, now);
  switch (verdict.kind) {
    case DigestVerdict::Kind::accepted:
      return verdict.user;
    case DigestVerdict::Kind::challenge:
      turn_away(context, environment_.digest.challenge(context->request, challenger, verdict.stale, source,
                                                       context->to_tag, now));
      break;
    case DigestVerdict::Kind::malformed:
      turn_away(context, {400, "Bad Credentials"});
      break;
    case DigestVerdict::Kind::silent:
      table_.drop_server(context->server);
      break;
  }
  return nullptr;
}

bool ProxyCore::admit_caller(const Context& context, const Flow& flow) {
  const auto caller = aor_in(context->request, HeaderName::from, environment_.names.zones());
  const SipUser* user =
      is_trusted(flow) ? owner_of(caller, environment_.users) : authenticate(context, flow, Challenger::proxy);
  if (!user && !is_trusted(flow)) return false;  // answered
  if (!user || !caller || !user->owns(*caller)) {
    refuse(context, {403, "From Is Not Yours"});
    return false;
  }
  strip_claims(context->request);
  context->request.remove_all(HeaderName::proxy_authorization);
  context->asserted = "<sip:" + to_string(*caller) + '>';
  return true;
}

bool ProxyCore::is_trusted(const Flow& flow) const {
  return std::ranges::count(environment_.policy.trusted, flow.remote.address) > 0;
}

void ProxyCore::register_phone(const Context& context, const Flow& flow) {
  const auto address = aor_in(context->request, HeaderName::to, environment_.names.zones());
  const SipUser* user =
      is_trusted(flow) ? owner_of(address, environment_.users) : authenticate(context, flow, Challenger::registrar);
  if (!user && is_trusted(flow)) return refuse(context, {404});
  if (!user) return;
  auto later = [this, alive = std::weak_ptr{alive_}, context](SipMessage response) {
    if (alive.expired()) return;
    environment_.in_turn([this, context, kept = std::make_shared<SipMessage>(std::move(response))] {
      forwarder_.answer(context, *kept);
    });
  };
  RegisterRequest request{context->request, flow, user, context->to_tag};
  const auto response = environment_.registrar.handle(std::move(request), environment_.timers.now(), std::move(later));
  if (response) forwarder_.answer(context, *response);
}

void ProxyCore::from_node(const Context& context, const NodeId&) {
  strip_claims(context->request);
  const auto uri = parse_uri(context->request.request_uri());
  if (!uri || context->request.method() == "REGISTER") return refuse(context, {403});
  const auto callee = aor_of(*uri, environment_.names.zones());
  if (!callee || !lives_here(*callee)) return refuse(context, {404});
  say_trying(context);
  const auto caller = aor_in(context->request, HeaderName::from, environment_.names.zones());
  if (!caller) return mark_caller(context, std::nullopt);
  look_up(context, *caller, &ProxyCore::on_caller);
}

/// A user of the file, or an address that one of them made up and registered.
bool ProxyCore::lives_here(const Aor& callee) const {
  return environment_.users.knows(callee) || !environment_.registrar.find(callee, environment_.timers.now()).empty();
}

void ProxyCore::on_caller(const Context& context, const Aor& caller, const names::NameAnswer& answer) {
  // What a look-up that gave up, or found a quarrel, had seen before proves nothing.
  const bool sure = answer.outcome == names::Outcome::found || answer.outcome == names::Outcome::owner_offline;
  const auto node = node_of(answer);
  const bool verified = sure && node && Hop{*node} == context->from;
  mark_caller(context, verified ? std::optional{caller} : std::nullopt);
}

void ProxyCore::mark_caller(const Context& context, const std::optional<Aor>& verified) {
  ++(verified ? environment_.counters.callers_verified : environment_.counters.callers_unverified);
  if (!verified && !environment_.policy.accept_unverified) return refuse(context, {403, "Caller Not Verified"});
  if (verified) context->asserted = "<sip:" + to_string(*verified) + '>';
  context->caller_unknown = !verified;
  const auto uri = parse_uri(context->request.request_uri());
  const auto callee = uri ? aor_of(*uri, environment_.names.zones()) : AorResult{AorError{}};
  if (!callee) return refuse(context, {404});
  deliver(context, *callee);
}

void ProxyCore::look_up(const Context& context, const Aor& aor, OnAnswer found) {
  if (const auto known = environment_.names.find_cached(aor.name, environment_.timers.now()))
    return (this->*found)(context, aor, *known);
  using Answer = std::shared_ptr<const names::NameAnswer>;
  auto on_answer = [this, weak = std::weak_ptr{context}, aor, found](Answer answer) {
    environment_.in_turn([this, weak, aor, found, answer = std::move(answer)] {
      const Context alive = weak.lock();
      if (alive && !alive->answered) (this->*found)(alive, aor, *answer);
    });
  };
  names::NameQuery query;
  query.name = aor.name;
  context->lookup = environment_.names.resolve(std::move(query), std::move(on_answer));
}

void ProxyCore::on_callee(const Context& context, const Aor& callee, const names::NameAnswer& answer) {
  const auto node = node_of(answer);
  if (answer.outcome != names::Outcome::found || !node) return refuse(context, refusal_of(answer.outcome));
  if (*node == self_) return deliver(context, callee);
  std::vector<Target> targets;
  targets.push_back({*node});
  forwarder_.start(context, std::move(targets));
}

void ProxyCore::deliver(const Context& context, const Aor& callee) {
  const auto locations = environment_.registrar.find(callee, environment_.timers.now());
  if (locations.empty()) return refuse(context, {environment_.users.knows(callee) ? 480 : 404});
  context->request.remove_all(HeaderName::route);  // to our phones leads their Path, and no Route of a caller
  std::vector<Target> targets;
  for (const Location& location : locations) targets.push_back(target_of(location));
  forwarder_.start(context, std::move(targets));
}

}  // namespace p2pns::sip
