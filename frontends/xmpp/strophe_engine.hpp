// StropheEngine: one connection of a component (XEP-0114) by libstrophe, without its event loop. The library speaks
// through one end of a socket pair that takes the place of its own socket once that is connected: what the server sends
// is fed in, what it would send comes out, and nothing waits. The only file that includes strophe.h is its .cpp.
//
// One thread. After ended() an engine is of no use; the next attempt makes another.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/endpoint.hpp"
#include "core/base/result.hpp"
#include "frontends/xmpp/element.hpp"

namespace p2pns::xmpp {

struct ComponentIdentity {
  Endpoint server;     ///< literal: libstrophe would wait for DNS
  std::string domain;  ///< of the component, as the server knows it
  std::string secret;
};

/// Why a connection ended.
struct StreamEnd {
  enum class Reason : std::uint8_t { unreachable, refused_secret, conflict, closed, hostile };
  Reason reason = Reason::closed;
  std::string text{};  ///< for a log line: what the server or the system said
};

class StropheEngine {
 public:
  struct Events {
    std::function<void()> connected;              ///< the server took the handshake
    std::function<void(Element)> stanza;          ///< in the namespace jabber:client
    std::function<void(Element)> stanza_refused;  ///< one that makes no tree within the maxima, without its content
  };
  /// Both are called only inside feed() and settle().
  StropheEngine(ComponentIdentity identity, Events events);
  StropheEngine(const StropheEngine&) = delete;
  StropheEngine& operator=(const StropheEngine&) = delete;
  ~StropheEngine();

  /// Begins to connect, without waiting. A descriptor of the TCP socket, the caller's to close: what is read from it
  /// goes into feed(), what take_output() gives goes out there. Errors: overloaded (this process has more descriptors
  /// than the library can stand), io_error.
  Result<int> connect();
  /// When the socket says that connecting is over, one way or the other.
  void on_connect_over();
  /// Bytes from the server, already seen by a StreamFilter.
  void feed(std::string_view bytes);
  /// Hands one stanza to the library; settle() brings it to take_output(). Nothing happens before connected.
  void send(std::string_view xml);
  /// Lets the library work until it has nothing more to do; also once a second, for its own time-outs.
  void settle();
  /// Says good-bye to the server; settle() brings it out.
  void close();
  std::string take_output();
  /// Set once the connection is over.
  const std::optional<StreamEnd>& ended() const noexcept;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace p2pns::xmpp
