#include "core/names/owned_names.hpp"

namespace p2pns::names {

const OwnedName* OwnedNames::find(const P2PName& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second.owned;
}

void OwnedNames::put(const P2PName& name, OwnedName owned) {
  sort_records(owned.records);
  names_.insert_or_assign(name, Entry{std::move(owned), {}, {}});
}

void OwnedNames::remove(const P2PName& name) { names_.erase(name); }

std::vector<P2PName> OwnedNames::names() const {
  std::vector<P2PName> names;
  names.reserve(names_.size());
  for (const auto& [name, entry] : names_) names.push_back(name);
  return names;
}

std::vector<OwnName> OwnedNames::list(const std::optional<P2PName>& after, std::size_t maximum) const {
  std::vector<OwnName> page;
  for (auto next = after ? names_.upper_bound(*after) : names_.begin(); next != names_.end(); ++next) {
    if (page.size() == maximum) break;
    const OwnedName& owned = next->second.owned;
    page.push_back({next->first, owned.binding, owned.record_sequence, owned.records.size()});
  }
  return page;
}

RecordSet OwnedNames::make_set(const P2PName& name, const OwnedName& owned) const {
  return {name,
          owner_.public_key(),
          owned.binding.generation,
          owned.record_sequence,
          wall_clock_.now() + statement_life,
          owned.records};
}

Result<ByteVector> OwnedNames::statement(const P2PName& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return Errc::no_such_name;
  Entry& entry = found->second;
  const UnixTime now = wall_clock_.now();
  // Both ends: the host may have set the clock back since.
  const bool fresh = entry.signed_until - now > statement_life / 2 && entry.signed_until - now <= statement_life;
  if (!entry.signed_set.empty() && fresh) return entry.signed_set;
  auto bytes = sign(make_set(name, entry.owned), owner_, network_);
  if (!bytes) return bytes.error();
  entry.signed_set = std::move(*bytes);
  entry.signed_until = now + statement_life;
  return entry.signed_set;
}

Result<RecordSet> OwnedNames::record_set(const P2PName& name) const {
  const OwnedName* owned = find(name);
  if (!owned) return Errc::no_such_name;
  return make_set(name, *owned);
}

}  // namespace p2pns::names
