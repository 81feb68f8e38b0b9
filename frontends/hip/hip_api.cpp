#include "frontends/hip/hip_api.hpp"

#include <algorithm>

#include "core/base/counted_source.hpp"
#include "core/dht/hdrr.hpp"
#include "frontends/hip/authorization.hpp"
#include "frontends/hip/transport_records.hpp"
#include "plugins/api/async_names.hpp"

namespace p2pns::hip {

namespace asio = boost::asio;
using web::HttpRequest;
using web::HttpResponse;
using web::Verdict;

struct HipApi::Method {
  std::string_view name;
  web::Access access;
  bool waits;  ///< counts as a lookup while it runs; get has its own count
  bool puts;   ///< answers with a PutCode, which can say "try again"
  asio::awaitable<Answer> (HipApi::*run)(Call);
};

const std::vector<HipApi::Method>& HipApi::methods() {
  static const std::vector<Method> table{
      {"register", web::Access::write, true, false, &HipApi::register_name},
      {"resolve", web::Access::read, true, false, &HipApi::resolve},
      // No token: what is put proves itself, or is a hint that nobody believes.
      {"put", web::Access::read, true, true, &HipApi::put},
      {"put_removable", web::Access::read, true, true, &HipApi::put},
      {"rm", web::Access::read, true, true, &HipApi::rm},
      {"get", web::Access::read, false, false, &HipApi::get},
  };
  return table;
}

namespace {

constexpr std::string_view rpc_path = "/RPC2";  // what all clients ask for; some ask for "/"

HttpResponse text_response(unsigned status, std::string sentence) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(sentence) + "\n";
  return response;
}

HttpResponse xml_response(std::string document) {
  HttpResponse response;
  response.content_type = "text/xml";
  response.body = std::move(document);
  return response;
}

bool is_xml(std::string_view type) { return type.starts_with("text/xml") || type.starts_with("application/xml"); }

/// One call that waits; also when the coroutine is destroyed in the middle of it.
class Running {
 public:
  explicit Running(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { --*count_; }

 private:
  std::shared_ptr<std::size_t> count_;
};

/// Counts a code that is the whole answer, or the last part of it.
template <std::size_t Codes>
void count_code(std::array<std::uint64_t, Codes>& counts, const XmlRpcValue& answer) {
  const auto* code = std::get_if<std::int32_t>(&answer.content);
  if (const auto* parts = std::get_if<XmlRpcArray>(&answer.content); parts && !parts->empty())
    code = std::get_if<std::int32_t>(&parts->back().content);
  if (code && *code >= 0 && static_cast<std::size_t>(*code) < Codes) ++counts[static_cast<std::size_t>(*code)];
}

bool is_zero(const crypto::Sha1Digest& digest) { return digest == crypto::Sha1Digest{}; }

Fault too_busy() { return {FaultCode::application, "too many calls are under way; try again"}; }

}  // namespace

HipApi::HipApi(asio::any_io_executor executor, names::NameService& service, Callback<TimePoint()> now,
               HipApiSettings settings)
    : service_(service),
      now_(std::move(now)),
      settings_(std::move(settings)),
      search_(
          std::move(executor), service, [this] { return now_(); }, settings_.lookups_maximum) {}

HipCounters HipApi::counters() const {
  HipCounters counters = counters_;
  counters.calls_over_limit += search_.over_limit();
  return counters;
}

std::optional<HttpResponse> HipApi::refusal_of(const HttpRequest& request) {
  if (request.target != rpc_path && request.target != "/")
    return text_response(404, "there is /RPC2, and nothing else");
  if (request.method != "POST") {
    HttpResponse response = text_response(405, "XML-RPC calls are sent with POST");
    response.fields.push_back({"Allow", "POST"});
    return response;
  }
  // A page in a browser cannot send this type to another site unasked, nor send anything without an Origin.
  if (!is_xml(request.content_type)) return text_response(415, "send text/xml");
  if (!request.origin.empty()) return text_response(403, "pages in browsers have no business here");
  const Verdict verdict = judge(settings_.access, request, web::Access::read);
  if (verdict != Verdict::allowed) return text_response(403, sentence_of(verdict, settings_.access));
  return std::nullopt;
}

HttpResponse HipApi::refuse(const web::Unreadable& unreadable) {
  ++counters_.requests_refused;
  return text_response(unreadable.status, unreadable.detail);
}

asio::awaitable<HttpResponse> HipApi::handle(HttpRequest request) {
  if (auto refusal = refusal_of(request)) {
    ++counters_.requests_refused;
    co_return std::move(*refusal);
  }
  const Answer result = co_await answer(std::move(request));
  if (result) co_return xml_response(write_response(*result));
  ++counters_.faults;
  co_return xml_response(write_fault(result.error()));
}

asio::awaitable<HipApi::Answer> HipApi::answer(HttpRequest request) {
  auto parsed = parse_call(request.body);
  if (!parsed) co_return parsed.error();
  const auto method = std::ranges::find(methods(), parsed->method, &Method::name);
  if (method == methods().end())
    co_return Fault{FaultCode::no_such_method,
                    "there are register, resolve, put, put_removable, get and rm, and nothing else"};
  request.authorization = as_bearer(request.authorization);
  if (const Verdict verdict = judge(settings_.access, request, method->access); verdict != Verdict::allowed) {
    ++counters_.writes_unauthorized;
    co_return Fault{FaultCode::application, sentence_of(verdict, settings_.access)};
  }
  std::optional<Running> running;
  if (method->waits && *calls_ >= settings_.lookups_maximum) {
    ++counters_.calls_over_limit;
    if (method->puts) co_return counted(PutCode::try_again);
    co_return too_busy();
  }
  if (method->waits) running.emplace(calls_);
  Call call;
  call.call = std::move(*parsed);
  call.request = std::move(request);
  co_return co_await (this->*method->run)(std::move(call));
}

asio::awaitable<HipApi::Answer> HipApi::register_name(Call call) {
  auto parsed = parse_register(call.call, service_.zones());
  if (!parsed) co_return parsed.error();
  auto registration = co_await registration_of(std::move(*parsed));
  Result<names::Receipt> receipt = Errc::not_reachable;
  if (registration)
    receipt = co_await plugins::register_name(service_, std::move(*registration));
  else
    receipt = registration.error();
  Answer result = register_result(receipt);
  if (result) count_code(counters_.registered, *result);
  co_return result;
}

namespace {

/// Whether the lookup says what stands under the name, so that nothing is lost by registering: its records, that there
/// is none, or that it is somebody else's, which the registration then says.
bool tells_enough(const names::NameAnswer& answer, const crypto::PublicKey& own_key) {
  switch (answer.outcome) {
    case names::Outcome::found:
      return answer.record_set.has_value();
    case names::Outcome::no_such_name:
      return true;
    case names::Outcome::owner_offline:
      return answer.binding && answer.binding->owner != own_key;
    case names::Outcome::contested:
    case names::Outcome::not_reachable:
    case names::Outcome::timed_out:
      return false;
  }
  return false;
}

}  // namespace

/// Records of an own name that have nothing to do with its transport address stay.
asio::awaitable<Result<names::Registration>> HipApi::registration_of(RegisterCall call) {
  names::NameQuery query;
  query.name = call.name;
  query.bypass_cache = true;  // what was changed elsewhere since must not be undone
  const auto answer = co_await plugins::resolve(service_, std::move(query));
  const crypto::PublicKey own_key = service_.status().owner_key;
  if (!tells_enough(*answer, own_key)) co_return Errc::not_reachable;
  names::Registration registration;
  registration.name = call.name;
  const bool own = answer->record_set && answer->record_set->owner == own_key;
  if (own) registration.records = answer->record_set->records;
  registration.records = with_transport_address(std::move(registration.records), call.name, call.address, call.ttl_s);
  co_return registration;
}

asio::awaitable<HipApi::Answer> HipApi::resolve(Call call) {
  const auto name = parse_resolve(call.call, service_.zones());
  if (!name) co_return name.error();
  names::NameQuery query;
  query.name = *name;
  const auto answer = co_await plugins::resolve(service_, std::move(query));
  XmlRpcValue result = resolve_result(*answer);
  count_code(counters_.resolved, result);
  co_return result;
}

XmlRpcValue HipApi::counted(PutCode code) {
  ++counters_.put_codes[static_cast<std::size_t>(code)];
  return {static_cast<std::int32_t>(code)};
}

std::optional<PutCode> HipApi::why_not_put(const names::WeakPut& put, const web::Peer& peer) {
  if (peer.kind != web::Peer::Kind::remote) return std::nullopt;
  // First: checking a packet costs more than counting.
  if (!remote_puts_.take(to_string(counted_source(peer.address)), now_())) {
    ++counters_.puts_over_limit;
    return PutCode::over_capacity;
  }
  if (came_from_its_host(put, peer)) return std::nullopt;
  ++counters_.puts_from_elsewhere;
  return PutCode::failure;
}

/// The packet's signature says whose it is, and nothing says how old it is: OpenHIP's sequence number is always 0. So
/// whoever replays it must at least be where it says, or a program of this machine.
bool HipApi::came_from_its_host(const names::WeakPut& put, const web::Peer& peer) const {
  if (!crypto::is_hit_key(put.key)) return true;
  const auto packet = dht::read_hdrr(put.value);
  return !packet || std::ranges::find(packet->locators, peer.address) != packet->locators.end();
}

asio::awaitable<HipApi::Answer> HipApi::put(Call call) {
  auto parsed = parse_put(call.call);
  if (!parsed) co_return parsed.error();
  const web::Peer& peer = call.request.peer;
  if (const auto refused = why_not_put(*parsed, peer)) co_return counted(*refused);
  // Whoever has the Host Identity may replace its packet with a new secret: hosts forget theirs.
  parsed->only_with_its_secret = peer.kind == web::Peer::Kind::remote && !crypto::is_hit_key(parsed->key);
  const auto stored = co_await plugins::put_weak(service_, std::move(*parsed));
  co_return counted(put_code(stored ? boost::system::error_code{} : stored.error()));
}

asio::awaitable<std::optional<crypto::Sha1Digest>> HipApi::own_value_hash(Key key) {
  const auto answer = co_await plugins::find_weak(service_, key);
  const auto own = std::ranges::find(answer->values, service_.status().node_id, &names::WeakValue::node);
  if (own == answer->values.end()) co_return std::nullopt;
  co_return crypto::sha1(own->value);
}

asio::awaitable<HipApi::Answer> HipApi::rm(Call call) {
  auto parsed = parse_rm(call.call);
  if (!parsed) co_return parsed.error();
  // OpenHIP leaves the value's hash at zero. A node has one value under a key, and the secret says the rest.
  if (is_zero(parsed->value_hash)) {
    const auto hash = co_await own_value_hash(parsed->key);
    if (!hash) co_return counted(PutCode::failure);
    parsed->value_hash = *hash;
  }
  const auto removed = co_await plugins::remove_weak(service_, std::move(*parsed));
  co_return counted(put_code(removed ? boost::system::error_code{} : removed.error()));
}

asio::awaitable<HipApi::Answer> HipApi::get(Call call) {
  const auto parsed = parse_get(call.call);
  if (!parsed) co_return parsed.error();
  std::optional<ByteVector> value;
  if (parsed->maximum > 0) value = co_await search_.find(parsed->key);
  ++(value ? counters_.gets_found : counters_.gets_missed);
  co_return get_result(value);
}

}  // namespace p2pns::hip
