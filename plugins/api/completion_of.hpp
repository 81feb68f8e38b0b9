// Private to plugins/api: waits for the completion of an Operation in a coroutine.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <optional>

#include "core/base/callback.hpp"
#include "core/base/operation.hpp"

namespace p2pns::plugins {

/// `start(callback)` begins the call and returns its Operation. The Operation lives in this coroutine's frame, so the
/// completion can never reach a frame that is gone. The timer never expires: it is the event the completion sets, and
/// it resumes the coroutine through the executor instead of inside the node.
template <class T, class Start>
boost::asio::awaitable<T> completion_of(Start start) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer done(executor, boost::asio::steady_timer::time_point::max());
  std::optional<T> outcome;
  Callback<void(T)> complete = [&outcome, &done](T value) {
    outcome.emplace(std::move(value));
    done.cancel();
  };
  const Operation operation = start(std::move(complete));
  if (!outcome) {
    constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    co_await done.async_wait(token);
  }
  if (!outcome) throw boost::system::system_error(boost::asio::error::operation_aborted);
  co_return std::move(*outcome);
}

}  // namespace p2pns::plugins
