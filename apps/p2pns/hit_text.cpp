#include "apps/p2pns/hit_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/p2pns/json_fields.hpp"
#include "core/base/base64.hpp"
#include "core/base/printable.hpp"
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
  if (text.empty()) text = ";; the host cannot be reached now\n";
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
  const auto* const locators = member(body, "locators");
  const auto* const array = locators ? locators->if_array() : nullptr;
  json::array signed_ones;
  for (const IpAddress& each : statement->locators) signed_ones.emplace_back(to_string(each));
  if (!array || *array != signed_ones) return "the daemon's answer is not believed: its host signed other locators";
  return std::nullopt;
}

}  // namespace p2pns::cli
