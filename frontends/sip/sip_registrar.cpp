#include "frontends/sip/sip_registrar.hpp"

#include <algorithm>
#include <utility>

#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

/// What a failed claim means to a phone.
Refusal refusal_of(boost::system::error_code error) {
  if (error == Errc::name_taken || error == Errc::not_owner) return {403, "Name Belongs To Another Owner"};
  if (error == Errc::bad_name || error == Errc::malformed) return {403, "Name Cannot Be Registered"};
  if (error == Errc::contested) return come_again("Name Contested");
  if (error == Errc::overloaded) return come_again("Too Many Registrations");
  if (error == Errc::not_reachable || error == Errc::timed_out || error == Errc::no_peers)
    return come_again("Overlay Not Reachable");
  return {500, {}};
}

/// Greater than every label less than this one, because no label holds '\xff': what follows it in a list of names is
/// `name` itself, or the list has no such name.
names::P2PName just_before(names::P2PName name) {
  name.label.back() = static_cast<char>(name.label.back() - 1);
  name.label.push_back('\xff');
  return name;
}

bool changes_something(const ContactChanges& changes) { return changes.remove_all || !changes.contacts.empty(); }

bool adds_contact(const ContactChanges& changes) {
  return std::ranges::any_of(changes.contacts, [](const ContactChange& change) { return change.expires_s != 0; });
}

std::string contact_text(const Location& location, TimePoint now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(location.expires - now).count();
  std::string text = "<" + location.contact.text + ">;expires=" + std::to_string(left);
  if (location.q_thousandths < 1000) {
    const std::string digits = std::to_string(1000 + location.q_thousandths);
    text += ";q=0." + digits.substr(1);
  }
  if (!location.instance.empty()) text += ";+sip.instance=\"" + location.instance + "\"";
  if (location.reg_id != 0) text += ";reg-id=" + std::to_string(location.reg_id);
  return text;
}

bool supports_path(const SipMessage& request) {
  const auto supported = request.values(HeaderName::supported);
  return supported &&
         std::ranges::any_of(*supported, [](const std::string& option) { return equal_ignoring_case(option, "path"); });
}

}  // namespace

SipRegistrar::SipRegistrar(RegistrarSettings settings, names::NameService& names, Callback<TimePoint()> clock)
    : settings_(settings), names_(names), clock_(std::move(clock)), table_(settings.locations) {}

std::optional<SipMessage> SipRegistrar::handle(RegisterRequest request, TimePoint now,
                                               Callback<void(SipMessage)> later) {
  const auto to = parse_name_address(unfolded(request.message.find(HeaderName::to).value_or("")));
  if (!to || !to->uri.is_sip()) return refuse(request, {400, "Bad To"});
  auto aor = aor_of(to->uri, names_.zones());
  if (!aor) return refuse(request, {404, aor.error().foreign ? "Not Our Domain" : "No Such Address"});
  if (!request.user || !request.user->owns(*aor)) return refuse(request, {403, "Not Your Address"});
  auto read = read_contact_changes(request.message, settings_.expiry);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return refuse(request, *refusal);
  Pending pending{std::move(request), std::move(*aor), std::move(std::get<ContactChanges>(read)), std::move(later)};
  const bool waits = changes_something(pending.changes) && claims_.contains(pending.aor.name);
  if (!waits && (!adds_contact(pending.changes) || is_ours(pending.aor.name))) return finish(pending, now);
  // Before a name is taken for it: a name that is claimed stays so.
  if (const auto refusal = table_.check(pending.aor, pending.changes, pending.request.flow, now))
    return refuse(pending.request, *refusal);
  return claim(std::move(pending));
}

bool SipRegistrar::is_ours(const names::P2PName& name) const {
  if (name.kind == names::NameKind::public_key) return name == names::name_of_key(names_.status().owner_key, name.zone);
  const auto next = names_.own_names(just_before(name), 1);
  return !next.empty() && next.front().name == name;
}

std::optional<SipMessage> SipRegistrar::claim(Pending pending) {
  const names::P2PName name = pending.aor.name;
  if (name.kind == names::NameKind::public_key) return refuse(pending.request, {403, "Name Belongs To Another Owner"});
  const bool is_new = !claims_.contains(name);
  if (is_new && claims_.size() >= claims_maximum) return refuse(pending.request, come_again("Too Many Registrations"));
  Claim& claim = claims_[name];
  if (claim.waiting.size() >= claim_waiters_maximum)
    return refuse(pending.request, come_again("Too Many Registrations"));
  claim.waiting.push_back(std::move(pending));
  if (!is_new) return std::nullopt;
  ++counters_.claims;
  names::Registration registration;
  registration.name = name;
  claim.operation = names_.register_name(std::move(registration),
                                         [this, name](Result<names::Receipt> result) { on_claimed(name, result); });
  return std::nullopt;
}

void SipRegistrar::on_claimed(const names::P2PName& name, const Result<names::Receipt>& result) {
  auto claim = claims_.extract(name);
  if (!result) ++counters_.claims_failed;
  // All answers before the first call: that one may end this object.
  std::vector<std::pair<Callback<void(SipMessage)>, SipMessage>> answers;
  const TimePoint now = clock_();
  for (Pending& pending : claim.mapped().waiting) {
    const bool possible = result || !adds_contact(pending.changes);
    SipMessage answer = possible ? finish(pending, now) : refuse(pending.request, refusal_of(result.error()));
    answers.emplace_back(std::move(pending.later), std::move(answer));
  }
  for (auto& [later, answer] : answers) later(std::move(answer));
}

SipMessage SipRegistrar::finish(const Pending& pending, TimePoint now) {
  if (changes_something(pending.changes)) {
    if (const auto refusal = table_.apply(pending.aor, pending.changes, pending.request.flow, now))
      return refuse(pending.request, *refusal);
    ++counters_.registered;
  }
  return accept(pending, now);
}

SipMessage SipRegistrar::refuse(const RegisterRequest& request, const Refusal& refusal) {
  ++counters_.refused;
  return make_response(request.message, refusal, request.to_tag);
}

SipMessage SipRegistrar::accept(const Pending& pending, TimePoint now) const {
  SipMessage response = make_response(pending.request.message, 200, pending.request.to_tag);
  for (const Location& location : table_.find(pending.aor, now))
    response.append(HeaderName::contact, contact_text(location, now));
  if (supports_path(pending.request.message))
    for (const std::string& value : pending.changes.path) response.append(HeaderName::path, value);
  return response;
}

}  // namespace p2pns::sip
