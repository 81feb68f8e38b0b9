#include "frontends/dns/translation.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/names/record_selection.hpp"

namespace p2pns::dns {
namespace {

constexpr std::uint32_t soa_serial = 1;  // there is no zone transfer, so nobody compares it
constexpr std::uint32_t soa_refresh_s = 3600;
constexpr std::uint32_t soa_retry_s = 600;
constexpr std::uint32_t soa_expire_s = 86400;

/// "ns.id" in front of the zone; the root when that gets too long.
WireName below(std::string_view first, const WireName& zone) {
  std::vector<std::string> labels = labels_of(zone);
  labels.insert(labels.begin(), {std::string{first}, "id"});
  const auto name = name_of_labels(labels);
  return name ? *name : WireName{};
}

/// Whole seconds that the cache still keeps the answer: at least one, so that no resolver asks in a circle.
std::uint32_t rest_of_life_s(TimePoint expires, TimePoint now) {
  if (expires <= now) return 1;
  const auto rest = std::chrono::duration_cast<std::chrono::seconds>(expires - now).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(rest, 1, names::record_ttl_maximum_s));
}

/// RFC 8005, section 5: length of the HIT, algorithm of the key, its length, both. The key is written as in DNSKEY
/// records (RFC 3110, RFC 6605, RFC 9373): without the curve that a Host Identity begins with.
ByteVector hip_data(const dht::HitStatement& statement) {
  Bytes key = statement.identity.bytes;
  std::uint8_t algorithm = 2;
  if (statement.identity.algorithm == crypto::HostAlgorithm::ecdsa) {
    algorithm = 3;
    key = key.subspan(3);
  } else if (statement.identity.algorithm == crypto::HostAlgorithm::eddsa) {
    algorithm = 4;
    key = key.subspan(2);
  }
  ByteVector data{static_cast<std::byte>(crypto::Hit::size_bytes), std::byte{algorithm}};
  append16(data, static_cast<unsigned>(key.size()));
  append(data, statement.hit.view());
  append(data, key);
  return data;
}

/// ANY gets one type only (RFC 8482): the first.
names::Selection select(std::span<const names::ResourceRecord> records, std::span<const std::string> prefix,
                        std::uint16_t type) {
  if (type != type_any) return names::select_records(records, prefix, type);
  auto selection = names::select_records(records, prefix, std::nullopt);
  std::erase_if(selection.records, [first = selection.records.empty() ? type : selection.records.front()->type](
                                       const auto* record) { return record->type != first; });
  return selection;
}

}  // namespace

Translation::Translation(Question question, const names::Zones& zones, const ZoneSettings& settings)
    : zones_(zones), settings_(settings), question_(std::move(question)), current_(question_.name) {
  response_.authoritative = true;
  look_at_name();
}

bool Translation::asks(std::uint16_t type) const noexcept {
  return question_.type == type || question_.type == type_any;
}

WireName Translation::zone_name() const {
  return without_labels(current_, labels_of(current_).size() - placement_.zone_labels);
}

WireName Translation::server_zone() const {
  if (!placement_.reverse) return zone_name();
  std::vector<std::string> labels;  // zones_ has one zone at least, and each passed parse_zone
  for (std::string_view rest = zones_.names.front(); !rest.empty();) {
    const auto dot = std::min(rest.find('.'), rest.size());
    labels.emplace_back(rest.substr(0, dot));
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  const auto name = name_of_labels(labels);
  return name ? *name : WireName{};
}

void Translation::look_at_name() {
  placement_ = place_of(current_, zones_);
  done_ = placement_.place != Place::name && placement_.place != Place::hit;
  switch (placement_.place) {
    case Place::name:
    case Place::hit:
      return;
    case Place::apex:
      return answer_apex();
    case Place::name_server:
      return answer_name_server();
    case Place::empty_branch:
      return no_data();
    case Place::no_name:
      return no_such_name(placement_.reason);
    case Place::outside:
      break;
  }
  if (aliases_ > 0) return;  // the alias itself is the answer; the client follows it
  response_.rcode = Rcode::refused;
  response_.authoritative = false;
  response_.error = {ExtendedCode::not_authoritative, "this server answers for its own zones only"};
}

void Translation::answer_apex() {
  if (asks(type_soa)) {
    response_.answer.push_back(soa(zone_ttl_s));
  } else if (question_.type == type_ns) {
    const WireName zone = zone_name();
    response_.answer.push_back({zone, type_ns, zone_ttl_s, copy_of(below("ns", server_zone()).view())});
  } else {
    no_data();
  }
}

void Translation::answer_name_server() {
  ttl_ceiling_s_ = zone_ttl_s;
  for (const IpAddress& address : settings_.server_addresses) add_address(address, current_, response_.answer);
  if (found_nothing()) no_data();
}

void Translation::on_answer(const names::NameAnswer& answer, TimePoint now) {
  P2PNS_ASSERT(!done_);
  ttl_ceiling_s_ = answer.stale ? stale_ttl_s : rest_of_life_s(answer.expires, now);
  const names::P2PName name = placement_.name;
  while (wanted() != nullptr && placement_.name == name)
    use(answer);  // an alias may lead to another place of the same record set
}

void Translation::on_hit(const names::HitAnswer& answer, TimePoint now) {
  P2PNS_ASSERT(!done_);
  done_ = true;
  ttl_ceiling_s_ = std::min(hit_ttl_s, rest_of_life_s(answer.expires, now));
  switch (answer.outcome) {
    case names::HitOutcome::found:
      return answer_found_hit(answer);
    case names::HitOutcome::unknown:
      return no_such_name({});
    case names::HitOutcome::revoked:
      return no_such_name("the host has revoked this Host Identity Tag");
    case names::HitOutcome::not_reachable:
      return fail(ExtendedCode::network_error, "the overlay cannot be reached");
    case names::HitOutcome::timed_out:
      return fail(ExtendedCode::network_error, "no answer from the overlay in time");
  }
}

void Translation::answer_found_hit(const names::HitAnswer& answer) {
  if (placement_.reverse) {
    std::vector<std::string> target = labels_of(server_zone());
    target.insert(target.begin(), {crypto::to_nibbles(answer.hit), "hit-to-ip"});
    const auto name = name_of_labels(target);
    if (name && asks(type_ptr)) response_.answer.push_back({current_, type_ptr, ttl_ceiling_s_, copy_of(name->view())});
  } else if (question_.type == type_hip && answer.statement) {
    response_.answer.push_back({current_, type_hip, ttl_ceiling_s_, hip_data(*answer.statement)});
  } else {
    for (const IpAddress& address : answer.addresses) {
      const std::uint16_t type = address.family == IpFamily::v4 ? type_a : type_aaaa;
      const bool first = response_.answer.empty();
      const bool wanted =
          question_.type == type || (question_.type == type_any && (first || response_.answer.front().type == type));
      if (wanted) response_.answer.push_back({current_, type, ttl_ceiling_s_, copy_of(address.view())});
    }
  }
  if (found_nothing()) no_data();
}

void Translation::use(const names::NameAnswer& answer) {
  done_ = true;  // an alias opens it again
  switch (answer.outcome) {
    case names::Outcome::found:
      return answer_found(answer);
    case names::Outcome::no_such_name:
      return no_such_name({});
    case names::Outcome::contested:
      return fail(ExtendedCode::other, "contested: the replicas disagree about the owner of this name");
    case names::Outcome::not_reachable:
      return fail(ExtendedCode::network_error, "the overlay cannot be reached");
    case names::Outcome::timed_out:
      return fail(ExtendedCode::network_error, "no answer from the overlay in time");
    case names::Outcome::owner_offline:
      return fail(ExtendedCode::no_reachable_authority, "the name exists, but its node does not answer");
  }
}

void Translation::fail(ExtendedCode code, std::string text) {
  done_ = true;
  response_ = {};
  response_.rcode = Rcode::server_failure;
  response_.error = {code, std::move(text)};
}

void Translation::on_foreign_answer(Rcode rcode, std::vector<Record> answer, std::vector<Record> authority) {
  response_.rcode = rcode;
  std::ranges::move(answer, std::back_inserter(response_.answer));
  std::ranges::move(authority, std::back_inserter(response_.authority));
}

void Translation::answer_found(const names::NameAnswer& answer) {
  if (answer.stale)
    response_.error = {ExtendedCode::stale_answer, "the name's node did not answer; this was true lately"};
  if (answer.record_set && !answer.record_set->records.empty()) {
    answer_from_records(answer.record_set->records);
  } else {
    answer_from_node(answer);
  }
}

void Translation::answer_from_records(std::span<const names::ResourceRecord> records) {
  const auto selection = select(records, placement_.prefix, question_.type);
  switch (selection.kind) {
    case names::Selection::Kind::alias:
      return follow(*selection.records.front());
    case names::Selection::Kind::no_data:
      return no_data();
    case names::Selection::Kind::no_name:
      return no_such_name({});
    case names::Selection::Kind::records:
      break;
  }
  std::uint32_t ttl_s = ttl_ceiling_s_;  // one for all of them (RFC 2181 section 5.2)
  for (const auto* record : selection.records) ttl_s = std::min(ttl_s, record->ttl_s);
  for (const auto* record : selection.records)
    response_.answer.push_back({current_, record->type, ttl_s, record->data});
}

void Translation::follow(const names::ResourceRecord& alias) {
  std::size_t offset = 0;
  const auto target = read_name(alias.data, offset);
  if (!target || offset != alias.data.size())
    return fail(ExtendedCode::other, "the owner published an alias that is no name");
  response_.answer.push_back({current_, type_cname, std::min(alias.ttl_s, ttl_ceiling_s_), alias.data});
  const bool in_circle =
      std::ranges::any_of(response_.answer, [&](const Record& each) { return same_name(each.owner, *target); });
  if (in_circle || ++aliases_ > aliases_maximum) return;  // what is found so far is the answer
  current_ = *target;
  look_at_name();
}

void Translation::answer_from_node(const names::NameAnswer& answer) {
  const auto& prefix = placement_.prefix;
  const names::BarePlace place = names::place_without_records(prefix);
  if (place == names::BarePlace::no_name) return no_such_name({});
  if (!answer.node || answer.node->endpoints.empty() || place == names::BarePlace::branch) return no_data();
  const bool is_service = place == names::BarePlace::service;
  const WireName name = without_labels(current_, prefix.size());
  auto& section = is_service ? response_.additional : response_.answer;
  if (is_service && asks(type_srv)) {
    ByteVector data;
    append16(data, 0);  // priority
    append16(data, 0);  // weight
    append16(data, answer.node->endpoints.front().port);
    append(data, name.view());
    response_.answer.push_back({current_, type_srv, std::min(address_ttl_s, ttl_ceiling_s_), std::move(data)});
  }
  if (!is_service || asks(type_srv)) {
    std::vector<IpFamily> families;  // the best address of each
    for (const Endpoint& endpoint : answer.node->endpoints) {
      if (std::ranges::find(families, endpoint.address.family) != families.end()) continue;
      families.push_back(endpoint.address.family);
      add_address(endpoint.address, name, section);
    }
  }
  if (found_nothing()) no_data();
}

void Translation::add_address(const IpAddress& address, const WireName& owner, std::vector<Record>& section) const {
  const std::uint16_t type = address.family == IpFamily::v4 ? type_a : type_aaaa;
  const bool additional = &section == &response_.additional;
  if (!additional && question_.type != type && (question_.type != type_any || !section.empty())) return;
  section.push_back({owner, type, std::min(address_ttl_s, ttl_ceiling_s_), copy_of(address.view())});
}

Record Translation::soa(std::uint32_t ttl_s) const {
  const WireName zone = zone_name();
  ByteVector data;
  append(data, below("ns", server_zone()).view());
  append(data, below("hostmaster", server_zone()).view());
  for (const std::uint32_t number : {soa_serial, soa_refresh_s, soa_retry_s, soa_expire_s, negative_ttl_s})
    append32(data, number);
  return {zone, type_soa, ttl_s, std::move(data)};
}

bool Translation::found_nothing() const {
  return std::ranges::all_of(response_.answer, [](const Record& each) { return each.type == type_cname; });
}

void Translation::no_data() { response_.authority.push_back(soa(std::min(negative_ttl_s, ttl_ceiling_s_))); }

void Translation::no_such_name(std::string reason) {
  response_.rcode = Rcode::no_such_name;
  if (!reason.empty()) response_.error = {ExtendedCode::other, std::move(reason)};
  no_data();
}

}  // namespace p2pns::dns
