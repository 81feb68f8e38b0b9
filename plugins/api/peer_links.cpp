#include "plugins/api/peer_links.hpp"

#include <boost/asio/post.hpp>

namespace p2pns::plugins {

Result<std::unique_ptr<PeerListener>> NoPeerLinks::listen(std::string_view, PeerReceiver) { return Errc::unsupported; }

Operation NoPeerLinks::send(const NodeId&, std::string_view, ByteVector, Callback<void(Result<void>)> done) {
  auto [operation, completion] = start_operation<Result<void>>(std::move(done));
  auto fail = [completion = std::move(completion)]() mutable { completion(Errc::not_reachable); };
  boost::asio::post(executor_, std::move(fail));
  return std::move(operation);
}

}  // namespace p2pns::plugins
