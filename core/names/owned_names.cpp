#include "core/names/owned_names.hpp"

namespace p2pns::names {
namespace {

/// Why a stored name is of no use here, as half a sentence.
std::string_view reason_of(boost::system::error_code error) {
  if (error == Errc::wrong_version) return "a newer version of this program wrote it";
  if (error == Errc::wrong_network) return "it was registered in another network";
  if (error == Errc::not_owner) return "it was registered with another owner key";
  return "it is damaged";
}

/// Keys come from a file: what does not print is no name anyway.
std::string shown(Bytes key) {
  std::string text{as_text(key)};
  for (char& c : text)
    if (c <= ' ' || c > '~') c = '?';
  return text;
}

}  // namespace

OwnedNames::OwnedNames(const OwnedNamesEnvironment& environment, std::size_t maximum) : environment_(environment) {
  load(maximum);
}

void OwnedNames::load(std::size_t maximum) {
  std::size_t unusable = 0;
  std::size_t too_many = 0;
  for (const StateEntry& entry : environment_.state.load(StateTable::owned_names)) {
    auto owned = decode_owned_name(entry.key, entry.value, environment_.owner.public_key(), environment_.verifier,
                                   environment_.network);
    if (!owned) {
      if (++unusable <= unusable_names_told_maximum) tell_unusable(entry, owned.error());
      continue;
    }
    if (names_.size() >= maximum) {
      ++too_many;
      continue;
    }
    const P2PName name = name_of(*owned);
    const Value value = std::make_shared<const OwnedName>(std::move(*owned));
    names_[name] = Entry{value, value, {}, {}};
  }
  owned_ = names_.size();
  if (unusable > unusable_names_told_maximum)
    environment_.log.write(Severity::warning, std::to_string(unusable - unusable_names_told_maximum) +
                                                  " more stored names are not used, for reasons like these");
  if (too_many > 0)
    environment_.log.write(Severity::warning, std::to_string(too_many) + " stored names are not used: a node owns " +
                                                  std::to_string(maximum) + " at most; they stay stored");
}

void OwnedNames::tell_unusable(const StateEntry& entry, boost::system::error_code error) {
  environment_.log.write(Severity::warning, "stored name " + shown(entry.key) +
                                                " is not used: " + std::string{reason_of(error)} +
                                                "; it stays stored, and registering the name here replaces it");
}

const OwnedName* OwnedNames::find(const P2PName& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second.committed.get();
}

const OwnedName* OwnedNames::find_newest(const P2PName& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second.newest.get();
}

std::vector<P2PName> OwnedNames::names() const {
  std::vector<P2PName> names;
  for (const auto& [name, entry] : names_)
    if (entry.newest) names.push_back(name);
  return names;
}

std::vector<OwnName> OwnedNames::list(const std::optional<P2PName>& after, std::size_t maximum) const {
  std::vector<OwnName> page;
  for (auto next = after ? names_.upper_bound(*after) : names_.begin(); next != names_.end(); ++next) {
    if (page.size() == maximum) break;
    const auto& owned = next->second.committed;
    if (owned) page.push_back({next->first, owned->binding, owned->record_sequence, owned->records.size()});
  }
  return page;
}

void OwnedNames::put(const P2PName& name, OwnedName owned, Written written) {
  sort_records(owned.records);
  write(name, std::make_shared<const OwnedName>(std::move(owned)), std::move(written));
}

void OwnedNames::remove(const P2PName& name, Written written) { write(name, nullptr, std::move(written)); }

void OwnedNames::write(const P2PName& name, Value value, Written written) {
  Entry& entry = names_[name];
  owned_ += value ? 1 : 0;
  owned_ -= entry.newest ? 1 : 0;
  entry.newest = value;
  const std::uint64_t number = next_write_++;
  auto done = [this, name, value, number, written = std::move(written)](const Result<void>& result) {
    const auto operation = writes_.extract(number);
    on_written(name, value, result);
    written(result);  // may destroy this object
  };
  writes_[number] = value ? environment_.state.put(StateTable::owned_names, state_key_of(name),
                                                   encode_owned_name(*value, environment_.owner, environment_.network),
                                                   std::move(done))
                          : environment_.state.remove(StateTable::owned_names, state_key_of(name), std::move(done));
}

void OwnedNames::on_written(const P2PName& name, const Value& value, const Result<void>& result) {
  const auto found = names_.find(name);
  Entry& entry = found->second;
  if (result) {
    entry.committed = value;
    entry.signed_set.clear();
  } else if (entry.newest == value) {
    owned_ += entry.committed ? 1 : 0;
    owned_ -= value ? 1 : 0;
    entry.newest = entry.committed;
  }
  if (!entry.committed && !entry.newest) names_.erase(found);
}

RecordSet OwnedNames::set_of(const OwnedName& owned) const {
  return {name_of(owned),
          environment_.owner.public_key(),
          owned.binding.generation,
          owned.record_sequence,
          environment_.wall_clock.now() + statement_life,
          owned.records};
}

Result<ByteVector> OwnedNames::statement(const P2PName& name) {
  const auto found = names_.find(name);
  if (found == names_.end() || !found->second.committed) return Errc::no_such_name;
  Entry& entry = found->second;
  const UnixTime now = environment_.wall_clock.now();
  // Both ends: the host may have set the clock back since.
  const bool fresh = entry.signed_until - now > statement_life / 2 && entry.signed_until - now <= statement_life;
  if (!entry.signed_set.empty() && fresh) return entry.signed_set;
  auto bytes = sign(set_of(*entry.committed), environment_.owner, environment_.network);
  if (!bytes) return bytes.error();
  entry.signed_set = std::move(*bytes);
  entry.signed_until = now + statement_life;
  return entry.signed_set;
}

Result<RecordSet> OwnedNames::record_set(const P2PName& name) const {
  const OwnedName* owned = find(name);
  if (!owned) return Errc::no_such_name;
  return set_of(*owned);
}

Result<dht::SignedRecord> OwnedNames::published_set(const P2PName& name) const {
  const OwnedName* owned = find(name);
  if (!owned || owned->copy == Copy::none) return Errc::no_such_name;
  RecordSet set = set_of(*owned);
  set.not_after = owned->binding.not_after;
  if (owned->copy == Copy::taken_back) set.records.clear();
  return sign_published(set, environment_.owner, environment_.network);
}

}  // namespace p2pns::names
