// The name service for coroutines: each call suspends until the completion runs. Destroying the coroutine cancels the
// call. The coroutine goes on through its executor, never inside the node's call stack. Cancelling it through Asio
// (a time-out, awaitable operators) cancels the call too and throws system_error(operation_aborted).
// Call them as `auto answer = co_await resolve(service, std::move(query));` with a named query: GCC 12 frees
// temporaries of aggregate type in an awaiting expression twice.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "core/names/name_service.hpp"

namespace p2pns::plugins {

boost::asio::awaitable<std::shared_ptr<const names::NameAnswer>> resolve(names::NameService& service,
                                                                         names::NameQuery query);
boost::asio::awaitable<Result<names::Receipt>> register_name(names::NameService& service,
                                                             names::Registration registration);
boost::asio::awaitable<Result<void>> release_name(names::NameService& service, names::P2PName name);
boost::asio::awaitable<Result<names::HitReceipt>> publish_hit(names::NameService& service, ByteVector signed_bytes);
boost::asio::awaitable<std::shared_ptr<const names::HitAnswer>> find_hit(names::NameService& service, crypto::Hit hit);
boost::asio::awaitable<Result<dht::Tally>> put_weak(names::NameService& service, names::WeakPut put);
boost::asio::awaitable<std::shared_ptr<const names::WeakAnswer>> find_weak(names::NameService& service, Key key);
boost::asio::awaitable<Result<void>> remove_weak(names::NameService& service, names::WeakRemoval removal);

}  // namespace p2pns::plugins
