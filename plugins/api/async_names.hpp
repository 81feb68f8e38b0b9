// The name service for coroutines: each call suspends until the completion runs. Destroying the coroutine cancels the
// call.
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

}  // namespace p2pns::plugins
