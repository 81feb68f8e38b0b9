// Links for coroutines, as async_names.hpp has names for them; what stands there holds here too.
#pragma once

#include "plugins/api/peer_links.hpp"

namespace p2pns::plugins {

/// PeerLinks::send. Its place in the order is taken when this coroutine begins to run.
boost::asio::awaitable<Result<void>> send(PeerLinks& links, NodeId to, std::string protocol, ByteVector message);

}  // namespace p2pns::plugins
