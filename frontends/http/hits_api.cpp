#include "frontends/http/hits_api.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "core/base/base64.hpp"
#include "core/crypto/hip_words.hpp"
#include "frontends/http/json_body.hpp"
#include "frontends/http/json_text.hpp"
#include "frontends/http/names_json.hpp"

namespace p2pns::http {

namespace json = boost::json;

namespace {

json::array texts_of(const std::vector<IpAddress>& addresses) {
  json::array array;
  for (const IpAddress& address : addresses) array.emplace_back(to_string(address));
  return array;
}

void add_statement(json::object& body, const dht::HitStatement& statement) {
  body["algorithm"] = crypto::word_of(statement.identity.algorithm);
  body["identity"] = to_base64(statement.identity.bytes);
  body["locators"] = texts_of(statement.locators);
  if (statement.has_node()) body["node_id"] = to_hex(statement.node.view());
  body["sequence"] = statement.sequence;
  body["not_after"] = to_text(statement.not_after);
}

struct Shape {
  unsigned status;
  const char* kind;
  const char* title;
  const char* detail;
  names::ResultCode result;
};

Shape shape_of(names::HitOutcome outcome) {
  using names::HitOutcome;
  using names::ResultCode;
  switch (outcome) {
    case HitOutcome::unknown:
      return {404, "no-such-hit", "No such HIT", "no replica that answered has a statement of its host",
              ResultCode::refused};
    case HitOutcome::revoked:
      return {410, "revoked", "The HIT is revoked", "its host says that nothing of its key shall be believed",
              ResultCode::refused};
    case HitOutcome::not_reachable:
      return {503, "overlay-not-reachable", "The overlay is not reachable", "no other node of the overlay answers",
              ResultCode::overlay_unavailable};
    case HitOutcome::timed_out:
      return {504, "timed-out", "The lookup timed out", "too few answers came in time; try again",
              ResultCode::overlay_unavailable};
    case HitOutcome::found:
      break;
  }
  return {500, "internal", "Internal error", "this answer has no problem", ResultCode::overlay_unavailable};
}

struct ErrorShape {
  Errc code;
  unsigned status;
  const char* kind;
  const char* title;
  const char* detail;
};

constexpr std::array error_shapes{
    ErrorShape{Errc::stale_sequence, 409, "stale-sequence", "A newer statement is stored",
               "a statement with this sequence or a higher one is stored: sign a new one"},
    ErrorShape{Errc::bad_signature, 400, "bad-request", "The request cannot be understood",
               "the signature is not this host's, or was made for another network"},
    ErrorShape{Errc::expired, 400, "bad-request", "The request cannot be understood",
               "the statement has ended: sign a new one"},
    ErrorShape{Errc::too_large, 400, "bad-request", "The request cannot be understood",
               "too large: RSA keys have at most 3,072 bits, a statement lives for 7 days at most, and names at most 8 "
               "locators"},
    ErrorShape{Errc::bad_key, 400, "bad-request", "The request cannot be understood",
               "the key is too small: RSA keys have at least 1,024 bits"},
    ErrorShape{Errc::unsupported, 400, "bad-request", "The request cannot be understood",
               "keys are RSA, ECDSA on P-256 or P-384, or Ed25519"},
    ErrorShape{Errc::malformed, 400, "bad-request", "The request cannot be understood",
               "no HIT statement: the HIT is not the key's, a locator is no host's address, or the form is another"},
    ErrorShape{Errc::truncated, 400, "bad-request", "The request cannot be understood", "the statement ends too early"},
    ErrorShape{Errc::trailing_bytes, 400, "bad-request", "The request cannot be understood",
               "something follows the statement"},
    ErrorShape{Errc::overloaded, 503, "overloaded", "The overlay is too busy", "no replica has room; try again"},
    ErrorShape{Errc::no_peers, 503, "overlay-not-reachable", "The overlay is not reachable",
               "no other node of the overlay answers"},
    ErrorShape{Errc::not_reachable, 503, "overlay-not-reachable", "The overlay is not reachable",
               "no other node of the overlay answers"},
    ErrorShape{Errc::timed_out, 504, "timed-out", "The overlay did not answer in time", "try again"},
};

Problem problem_of(const crypto::Hit& hit, const boost::system::error_code& error) {
  const auto* const shape = std::ranges::find_if(error_shapes, [&](const auto& each) { return error == each.code; });
  Problem problem;
  problem.kind = "internal";
  problem.title = "This node failed";
  problem.detail = crypto::to_text(hit) + ": " + error.message();
  problem.more["hit"] = crypto::to_text(hit);
  if (shape == error_shapes.end()) return problem;
  problem.status = shape->status;
  problem.kind = shape->kind;
  problem.title = shape->title;
  problem.detail = crypto::to_text(hit) + ": " + shape->detail;
  if (shape->status == 400) problem.field = "signed";
  if (shape->status != 400) problem.more["result"] = static_cast<int>(names::result_code(error));
  return problem;
}

}  // namespace

ApiResult<crypto::Hit> parse_hit_target(const RequestTarget& target) {
  if (auto unknown = unknown_parameter(target, {})) return std::move(*unknown);
  const auto hit = crypto::parse_hit(target.path.back());
  if (!hit)
    return bad_field("hit",
                     "expected a Host Identity Tag: an IPv6 address in 2001:10::/28, 2001:20::/28 or 2001:30::/28, or "
                     "its 32 hexadecimal digits");
  return *hit;
}

HttpResponse hit_response(const names::HitAnswer& answer, TimePoint now) {
  json::object body;
  body["hit"] = crypto::to_text(answer.hit);
  body["outcome"] = names::to_string(answer.outcome);
  if (answer.outcome != names::HitOutcome::found) {
    const Shape shape = shape_of(answer.outcome);
    Problem problem;
    problem.status = shape.status;
    problem.kind = shape.kind;
    problem.title = shape.title;
    problem.detail = crypto::to_text(answer.hit) + ": " + shape.detail;
    problem.more = std::move(body);
    problem.more["result"] = static_cast<int>(shape.result);
    if (!answer.signed_bytes.empty()) problem.more["signed"] = to_base64(answer.signed_bytes);
    return to_response(problem);
  }
  body["result"] = static_cast<int>(names::ResultCode::ok);
  body["kind"] = crypto::kind_word(answer.hit);
  body["addresses"] = texts_of(answer.addresses);
  if (answer.statement) add_statement(body, *answer.statement);
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(answer.expires - now);
  body["expires_in_s"] = std::max<std::int64_t>(0, left.count());
  body["took_ms"] = milliseconds_of(answer.took);
  body["signed"] = to_base64(answer.signed_bytes);
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

ApiResult<ByteVector> parse_hit_body(const crypto::Hit& hit, std::string_view body) {
  const auto value = parse_json(body);
  if (!value) return value.error();
  const auto* const object = value->if_object();
  if (!object) return bad_field("body", "expected an object like {\"signed\": \"<base64>\"}");
  for (const auto& [key, ignored] : *object)
    if (key != "signed") return bad_field(std::string{key}.substr(0, 64), "there is no such member");
  const auto* const text = object->if_contains("signed");
  if (!text || !text->is_string()) return bad_field("signed", "expected a text: the statement in base64");
  const json::string& characters = text->get_string();
  auto bytes = from_base64({characters.data(), characters.size()});
  if (!bytes) return bad_field("signed", "not valid base64 (RFC 4648, with padding)");
  const auto statement = dht::decode_hit_statement(*bytes);
  if (!statement) return problem_of(hit, statement.error());
  if (statement->hit != hit) return bad_field("signed", "the statement is about another HIT than the path");
  return std::move(*bytes);
}

HttpResponse hit_receipt_response(const crypto::Hit& hit, const Result<names::HitReceipt>& receipt) {
  if (!receipt) return to_response(problem_of(hit, receipt.error()));
  json::object body;
  body["hit"] = crypto::to_text(hit);
  body["result"] = static_cast<int>(names::ResultCode::ok);
  body["revoked"] = receipt->statement.revoked();
  add_statement(body, receipt->statement);
  json::object replicas;
  replicas["asked"] = receipt->tally.replicas;
  replicas["stored"] = receipt->tally.agreeing;
  body["replicas"] = std::move(replicas);
  body["took_ms"] = milliseconds_of(receipt->took);
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
