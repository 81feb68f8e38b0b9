#include "apps/p2pns/hit_text.hpp"

#include <boost/json/object.hpp>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>

#include "apps/p2pns/json_fields.hpp"
#include "core/base/base64.hpp"
#include "core/base/printable.hpp"
#include "core/crypto/hip_words.hpp"
#include "core/dht/host_identity.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::cli {

namespace json = boost::json;

namespace {

std::string lines_of(const json::value& body, std::string_view key, std::string_view in_front) {
  std::string text;
  for (const json::value& each : list(body, key))
    if (const auto* const line = each.if_string()) text += std::string{in_front} + printable(std::string{*line}) + "\n";
  return text;
}

/// What the daemon's answer must say of a statement, as GET /v1/hits/{hit} writes it; null: the member must be missing.
/// Where the host has named no locators, "addresses" is the daemon's to find out.
json::object members_of(const dht::HitStatement& statement) {
  json::array locators;
  for (const IpAddress& each : statement.locators) locators.emplace_back(to_string(each));
  const auto end = std::chrono::system_clock::to_time_t(statement.not_after);
  json::object members;
  members["hit"] = crypto::to_text(statement.hit);
  members["kind"] = crypto::kind_word(statement.hit);
  members["algorithm"] = crypto::word_of(statement.identity.algorithm);
  members["identity"] = to_base64(statement.identity.bytes);
  members["locators"] = locators;
  members["node_id"] = nullptr;
  if (statement.has_node()) members["node_id"] = to_hex(statement.node.view());
  members["sequence"] = statement.sequence;
  members["not_after"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(end));
  if (!locators.empty()) members["addresses"] = std::move(locators);
  return members;
}

}  // namespace

std::string hit_receipt_text(const json::value& body) {
  std::string text = is_true(body, "revoked")
                         ? fmt::format("revoked {}: until {}\n", shown(body, "hit"), shown(body, "not_after"))
                         : fmt::format("registered {}: sequence {}, until {}\n", shown(body, "hit"),
                                       shown(body, "sequence"), shown(body, "not_after"));
  text += lines_of(body, "locators", "locator ");
  if (member(body, "node_id")) text += fmt::format("node    {}\n", shown(body, "node_id"));
  if (const auto* const replicas = member(body, "replicas"))
    text += fmt::format("stored by {} of {} replicas, {:.1f} ms\n", shown(*replicas, "stored"),
                        shown(*replicas, "asked"), number(body, "took_ms"));
  return text;
}

std::string hit_text(const json::value& body) {
  std::string text = lines_of(body, "addresses", "");
  if (text.empty())
    text = ";; the host cannot be reached now\n";
  else if (list(body, "locators").empty())
    text += ";; the host has signed no addresses: its node has, by the daemon's word\n";
  text += fmt::format(";; {} {}, {} key, sequence {}, until {}, cached for {} s\n", shown(body, "kind"),
                      shown(body, "hit"), shown(body, "algorithm"), shown(body, "sequence"), shown(body, "not_after"),
                      shown(body, "expires_in_s"));
  if (member(body, "node_id")) text += fmt::format(";; its node is {}\n", shown(body, "node_id"));
  return text;
}

std::optional<std::string> why_not_believed(const crypto::Hit& hit, const json::value& body,
                                            const crypto::NetworkParameters& network) {
  const auto* const text = member(body, "signed");
  const auto bytes = text && text->is_string() ? from_base64(std::string_view{text->get_string()})
                                               : Result<ByteVector>{Errc::malformed};
  if (!bytes) return "the daemon's answer has no signed statement";
  const auto record =
      dht::verify({dht::RecordType::host_identity, *bytes}, crypto::SodiumVerifier{}, network, host::wall_now());
  if (!record) return "the daemon's answer is not believed: " + record.error().message();
  const auto statement = dht::decode_hit_statement(*bytes);
  if (statement->hit != hit) return "the daemon's answer is not believed: it is about another HIT";
  for (const auto& [key, value] : members_of(*statement)) {
    const std::string name{key};
    const auto* const said = member(body, name);
    const bool same = value.is_null() ? said == nullptr : said != nullptr && *said == value;
    if (!same) return fmt::format("the daemon's answer is not believed: its host signed another \"{}\"", name);
  }
  return std::nullopt;
}

}  // namespace p2pns::cli
