#include "frontends/dns/special_names.hpp"

#include <algorithm>

namespace p2pns::dns {
namespace {

/// How long others may remember what never changes.
constexpr std::uint32_t special_ttl_s = 3600;

struct SpecialZone {
  std::string_view label;   ///< the one below `parent`
  std::string_view parent;  ///< empty: the root
  bool is_localhost = false;

  std::size_t size() const { return parent.empty() ? 1 : 2; }
};
constexpr std::array<SpecialZone, 6> zones{
    {{"localhost", "", true}, {"invalid", ""}, {"onion", ""}, {"alt", ""}, {"local", ""}, {"home", "arpa"}}};

bool ends_with(std::span<const std::string> labels, const SpecialZone& zone) {
  if (labels.size() < zone.size()) return false;
  return labels[labels.size() - zone.size()] == zone.label && (zone.parent.empty() || labels.back() == zone.parent);
}

/// The shape RFC 6303 section 3 gives to zones that are empty.
Record soa_of(const WireName& zone) {
  Record soa{zone, type_soa, special_ttl_s, {}};
  append(soa.data, zone.view());
  append(soa.data, as_bytes(std::string_view{"\6nobody\7invalid\0", 16}));
  for (const std::uint32_t number : {1U, 3600U, 1200U, 604800U, special_ttl_s}) append32(soa.data, number);
  return soa;
}

void answer_localhost(const Question& question, Response& response) {
  ByteVector address;
  if (question.type == type_a) {
    address = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}};
  } else if (question.type == type_aaaa) {
    address.assign(16, std::byte{0});
    address.back() = std::byte{1};
  }
  if (!address.empty()) response.answer.push_back({question.name, question.type, special_ttl_s, std::move(address)});
}

}  // namespace

std::optional<Response> special_answer(const Question& question) {
  const std::vector<std::string> labels = labels_of(question.name);
  const auto zone = std::ranges::find_if(zones, [&](const SpecialZone& each) { return ends_with(labels, each); });
  if (zone == zones.end()) return {};
  Response response;
  response.authoritative = true;
  if (zone->is_localhost) {
    answer_localhost(question, response);
  } else if (labels.size() > zone->size()) {  // the zone itself exists, empty
    response.rcode = Rcode::no_such_name;
    response.error = {ExtendedCode::other, "a special-use name; it is not asked for anywhere"};
  }
  if (response.answer.empty())
    response.authority.push_back(soa_of(without_labels(question.name, labels.size() - zone->size())));
  return response;
}

}  // namespace p2pns::dns
