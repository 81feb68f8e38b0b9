#include "plugins/api/async_names.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <optional>

namespace p2pns::plugins {

namespace asio = boost::asio;

namespace {

/// `start(callback)` begins the call and returns its Operation. The Operation lives in this coroutine's frame, so the
/// completion can never reach a frame that is gone. The timer never expires: it is the event the completion sets, and
/// it resumes the coroutine through the executor instead of inside the node.
template <class T, class Start>
asio::awaitable<T> completion_of(Start start) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer done(executor, asio::steady_timer::time_point::max());
  std::optional<T> outcome;
  Callback<void(T)> complete = [&outcome, &done](T value) {
    outcome.emplace(std::move(value));
    done.cancel();
  };
  const Operation operation = start(std::move(complete));
  if (!outcome) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    co_await done.async_wait(token);
  }
  if (!outcome) throw boost::system::system_error(asio::error::operation_aborted);
  co_return std::move(*outcome);
}

}  // namespace

asio::awaitable<std::shared_ptr<const names::NameAnswer>> resolve(names::NameService& service, names::NameQuery query) {
  using Answer = std::shared_ptr<const names::NameAnswer>;
  auto start = [&service, query = std::move(query)](Callback<void(Answer)> complete) mutable {
    return service.resolve(std::move(query), std::move(complete));
  };
  return completion_of<Answer>(std::move(start));
}

asio::awaitable<Result<names::Receipt>> register_name(names::NameService& service, names::Registration registration) {
  using Outcome = Result<names::Receipt>;
  auto start = [&service, registration = std::move(registration)](Callback<void(Outcome)> complete) mutable {
    return service.register_name(std::move(registration), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

asio::awaitable<Result<void>> release_name(names::NameService& service, names::P2PName name) {
  using Outcome = Result<void>;
  auto start = [&service, name = std::move(name)](Callback<void(Outcome)> complete) mutable {
    return service.release_name(std::move(name), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

}  // namespace p2pns::plugins
