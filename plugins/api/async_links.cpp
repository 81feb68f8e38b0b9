#include "plugins/api/async_links.hpp"

#include "plugins/api/completion_of.hpp"

namespace p2pns::plugins {

boost::asio::awaitable<Result<void>> send(PeerLinks& links, NodeId to, std::string protocol, ByteVector message) {
  using Outcome = Result<void>;
  auto start = [&links, to, protocol = std::move(protocol),
                message = std::move(message)](Callback<void(Outcome)> complete) mutable {
    return links.send(to, protocol, std::move(message), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

}  // namespace p2pns::plugins
