// HipApi: what each XML-RPC method does. One HTTP request in, one response out; sockets are left to web::HttpServer,
// the translation of calls to calls.hpp. The method table in hip_api.cpp is the place to add a call.
#pragma once

#include "core/base/rate_limit.hpp"
#include "frontends/hip/calls.hpp"
#include "frontends/hip/hip_counters.hpp"
#include "frontends/hip/prompt_search.hpp"
#include "frontends/web/access.hpp"
#include "frontends/web/http_handler.hpp"

namespace p2pns::hip {

/// What one remote caller may put (counted_source). A host has two values, its address and
/// its name, and puts both again when it moves or every some minutes; and this node's other hosts need the rest of what
/// replicas take of it: one in 5 s for an address block.
inline constexpr double remote_puts_per_second = 0.05;
inline constexpr std::uint32_t remote_puts_burst = 16;

struct HipApiSettings {
  web::AccessRules access{};
  /// Lookups and writes under way at once; each holds some kB and sends some hundred datagrams.
  std::size_t lookups_maximum = 64;
};

class HipApi final : public web::HttpHandler {
 public:
  /// `service` outlives this; `now` is the time base of its cache.
  HipApi(boost::asio::any_io_executor executor, names::NameService& service, Callback<TimePoint()> now,
         HipApiSettings settings);

  boost::asio::awaitable<web::HttpResponse> handle(web::HttpRequest request) override;
  web::HttpResponse refuse(const web::Unreadable&) override;
  /// Gives up the searches that go on without an asker.
  void stop() { search_.stop(); }

  /// Calls that wait for the overlay, and searches that go on without an asker.
  std::size_t lookups() const noexcept { return *calls_ + search_.running(); }
  HipCounters counters() const;

 private:
  using Answer = FaultOr<XmlRpcValue>;
  struct Call {
    XmlRpcCall call;
    web::HttpRequest request;
  };
  struct Method;
  static const std::vector<Method>& methods();
  /// Why the request is refused before anybody looks at its body.
  std::optional<web::HttpResponse> refusal_of(const web::HttpRequest&);
  boost::asio::awaitable<Answer> answer(web::HttpRequest request);

  boost::asio::awaitable<Answer> register_name(Call call);
  boost::asio::awaitable<Answer> resolve(Call call);
  boost::asio::awaitable<Answer> put(Call call);
  boost::asio::awaitable<Answer> rm(Call call);
  boost::asio::awaitable<Answer> get(Call call);
  boost::asio::awaitable<Result<names::Registration>> registration_of(RegisterCall call);
  /// What stands there of this node, for clients that do not say which value they mean.
  boost::asio::awaitable<std::optional<crypto::Sha1Digest>> own_value_hash(Key key);
  /// What a remote caller may not put, with the code for it; none: go on.
  std::optional<PutCode> why_not_put(const names::WeakPut&, const web::Peer&);
  bool came_from_its_host(const names::WeakPut&, const web::Peer&) const;
  XmlRpcValue counted(PutCode);

  names::NameService& service_;
  Callback<TimePoint()> now_;
  HipApiSettings settings_;
  RateLimit remote_puts_{remote_puts_per_second, remote_puts_burst};
  PromptSearch search_;
  HipCounters counters_;
  // Shared: a request that is destroyed after this object still counts itself out.
  std::shared_ptr<std::size_t> calls_ = std::make_shared<std::size_t>(0);
};

}  // namespace p2pns::hip
