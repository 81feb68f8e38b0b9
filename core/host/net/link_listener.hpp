// LinkListener: accepts TCP connections, one after the other, and never stops trying.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "core/base/callback.hpp"
#include "core/base/endpoint.hpp"

namespace p2pns::host {

/// After the kernel refused (no more file descriptors): connections wait for it instead of the processor.
inline constexpr std::chrono::milliseconds accept_pause{100};

class LinkListener {
 public:
  /// `context` outlives it. `on_accepted` runs from it, and not after close().
  LinkListener(boost::asio::io_context& context,
               Callback<void(boost::asio::ip::tcp::socket, const Endpoint& from)> on_accepted);
  ~LinkListener();
  LinkListener(const LinkListener&) = delete;
  LinkListener& operator=(const LinkListener&) = delete;

  /// Binds. A listener that is open already moves, when the new address could be bound. Errors: the operating system's.
  Result<void> open(const Endpoint& listen);
  void start();
  void close();
  Endpoint local_endpoint() const;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: handlers in flight keep it alive after close()
};

/// Closes a connection so that the kernel keeps nothing of it.
void refuse(boost::asio::ip::tcp::socket socket);

}  // namespace p2pns::host
