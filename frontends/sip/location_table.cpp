#include "frontends/sip/location_table.hpp"

#include <algorithm>

namespace p2pns::sip {
namespace {

using Locations = std::vector<Location>;

void drop_expired(Locations& locations, TimePoint now) {
  std::erase_if(locations, [now](const Location& location) { return location.expires <= now; });
}

/// Phones change Call-ID, port and address when they start again, but not their instance.
bool is_same_phone(const Location& location, const ContactChange& change) {
  if (!change.instance.empty() && location.instance == change.instance && location.reg_id == change.reg_id) return true;
  return equivalent(location.contact, change.address.uri);
}

/// RFC 3261, 10.3: of one Call-ID, a request must be younger than what it changes.
bool is_older(const ContactChanges& changes, const Location& location) {
  return location.call_id == changes.call_id && changes.cseq <= location.cseq;
}

bool touches(const ContactChanges& changes, const Location& location) {
  return changes.remove_all || std::ranges::any_of(changes.contacts, [&](const ContactChange& change) {
           return is_same_phone(location, change);
         });
}

Location location_of(const ContactChange& change, const ContactChanges& changes, const Flow& flow, TimePoint now) {
  Location location;
  location.contact = change.address.uri;
  location.target = location.contact.text.substr(0, location.contact.text.find('?'));
  location.flow = flow;
  location.path = changes.path;
  location.q_thousandths = change.q_thousandths;
  location.instance = change.instance;
  location.reg_id = change.reg_id;
  location.call_id = changes.call_id;
  location.cseq = changes.cseq;
  location.expires = now + std::chrono::seconds{change.expires_s};
  return location;
}

}  // namespace

std::variant<Refusal, Locations> LocationTable::changed(const Aor& aor, const ContactChanges& changes, const Flow& flow,
                                                        TimePoint now) const {
  const auto stored = locations_.find(aor);
  Locations next = stored == locations_.end() ? Locations{} : stored->second;
  drop_expired(next, now);
  for (const Location& location : next)
    if (touches(changes, location) && is_older(changes, location)) return Refusal{500, "CSeq Out Of Order"};
  if (changes.remove_all) next.clear();
  for (const ContactChange& change : changes.contacts) {
    std::erase_if(next, [&](const Location& location) { return is_same_phone(location, change); });
    if (change.expires_s != 0) next.insert(next.begin(), location_of(change, changes, flow, now));
  }
  if (auto refusal = check_room(aor, next.size(), stored == locations_.end())) return std::move(*refusal);
  return next;
}

std::optional<Refusal> LocationTable::check(const Aor& aor, const ContactChanges& changes, const Flow& flow,
                                            TimePoint now) const {
  auto next = changed(aor, changes, flow, now);
  if (auto* refusal = std::get_if<Refusal>(&next)) return std::move(*refusal);
  return std::nullopt;
}

std::optional<Refusal> LocationTable::apply(const Aor& aor, const ContactChanges& changes, const Flow& flow,
                                            TimePoint now) {
  auto next = changed(aor, changes, flow, now);
  if (auto* refusal = std::get_if<Refusal>(&next)) return std::move(*refusal);
  if (auto& locations = std::get<Locations>(next); locations.empty())
    locations_.erase(aor);
  else
    locations_.insert_or_assign(aor, std::move(locations));
  return std::nullopt;
}

std::optional<Refusal> LocationTable::check_room(const Aor& aor, std::size_t contacts, bool is_new) const {
  if (contacts > limits_.contacts_per_address) return Refusal{403, "Too Many Contacts"};
  if (!is_new || contacts == 0) return std::nullopt;
  if (locations_.size() >= limits_.addresses) return Refusal{503, "Registrar Full"};
  std::size_t same_name = 0;
  for (auto at = locations_.lower_bound(Aor{aor.name, {}}); at != locations_.end() && at->first.name == aor.name; ++at)
    ++same_name;
  if (same_name >= limits_.addresses_per_name) return Refusal{403, "Too Many Addresses Of This Name"};
  return std::nullopt;
}

std::vector<Location> LocationTable::find(const Aor& aor, TimePoint now) const {
  const auto stored = locations_.find(aor);
  if (stored == locations_.end()) return {};
  Locations found = stored->second;
  drop_expired(found, now);
  std::ranges::stable_sort(found, std::ranges::greater{}, &Location::q_thousandths);
  return found;
}

void LocationTable::expire(TimePoint now) {
  for (auto& [aor, locations] : locations_) drop_expired(locations, now);
  std::erase_if(locations_, [](const auto& entry) { return entry.second.empty(); });
}

std::size_t LocationTable::contacts() const noexcept {
  std::size_t count = 0;
  for (const auto& [aor, locations] : locations_) count += locations.size();
  return count;
}

}  // namespace p2pns::sip
