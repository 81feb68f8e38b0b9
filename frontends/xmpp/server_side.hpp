// ServerSide: what the gateway needs of the connection to the XMPP server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "core/base/result.hpp"

namespace p2pns::xmpp {

class ServerSide {
 public:
  virtual bool connected() const = 0;
  /// True when more waits to be sent than is good; what is sent now still goes out.
  virtual bool crowded() const = 0;
  /// Without a connection it is lost.
  virtual void send(std::string xml) = 0;
  /// Completes when the operating system has all of it: a crash of this process no longer loses it. Errors: timed_out
  /// (no connection, or it broke, or the server does not read), overloaded (crowded: not sent).
  virtual boost::asio::awaitable<Result<void>> hand_over(std::string xml) = 0;

 protected:
  ~ServerSide() = default;
};

}  // namespace p2pns::xmpp
