// RequestServer: decides about every request that arrives: served, answered by RETRY, or dropped. It owns the
// handlers, the cookies and the flood guard. Cheap checks come first, a key agreement last.
//
// An address is proven when it returned our cookie or answered a call of ours. To an address that is not proven no
// answer is larger than the request, and the answer carries a cookie: the next request shows it, and needs no padding.
#pragma once

#include <memory>
#include <vector>

#include "core/rpc/cookie_jar.hpp"
#include "core/rpc/flood_guard.hpp"
#include "core/rpc/secure_session.hpp"

namespace p2pns::rpc {

class RequestServer {
 public:
  RequestServer(SecureSession&, const ChannelEnvironment&, RpcCounters&);

  /// See RpcChannel::serve.
  void serve(wire::MessageType, RequestHandler);
  void observe(PeerObserver* observer) noexcept { observer_ = observer; }
  /// Both run only for datagrams of our network that are addressed to us. May run a handler: the last thing the caller
  /// does.
  void on_request(const Endpoint& from, const wire::Datagram&, std::size_t datagram_bytes);
  void on_hello(const Endpoint& from, const wire::Datagram&, std::size_t datagram_bytes);

 private:
  struct Arrival {
    const Endpoint& from;
    const wire::Datagram& datagram;
    std::size_t bytes;
    std::optional<TimePoint> cookie_baked_at;  ///< set: a valid cookie was shown
  };
  /// What answering needs to remember; the peer itself may be forgotten before the answer is ready.
  struct ReturnAddress {
    Endpoint to;
    wire::KeyFingerprint peer;
    wire::RequestId request;
    crypto::UtcDay day;
    std::size_t answer_maximum_bytes;
    bool proven;
  };
  enum class Verdict { serve, retry, replayed };

  const RequestHandler* handler_of(wire::MessageType) const;
  bool introduction_holds(const wire::ClearHeader&) const;
  void on_known(const Arrival&, Peer&);
  void on_stranger(const Arrival&);
  bool day_acceptable(const Arrival&, const Peer*) const;
  std::optional<Opened> open(const Arrival&, Peer&);
  Verdict judge(const Arrival&, Peer&, const Opened&) const;
  /// The cookie proves that the message is newer than all that our windows do not know.
  bool cookie_vouches(const Arrival&, const Peer&, std::uint32_t start_s) const;
  /// The message's time is now, and not before our windows are complete.
  bool timely(const Peer&, UnixTime message_time) const;
  void accept(const Arrival&, Peer&, const Opened&);
  void dispatch(const Arrival&, Peer&, const Opened&);
  Responder responder(const ReturnAddress&);
  void answer(const ReturnAddress&, wire::MessageType, ByteVector body);
  void send_retry(const Arrival&);

  SecureSession& session_;
  ChannelEnvironment environment_;
  RpcCounters& counters_;
  PeerObserver* observer_ = nullptr;
  CookieJar cookies_;
  FloodGuard guard_;
  std::vector<std::pair<wire::MessageType, RequestHandler>> handlers_;  // a dozen: searched faster than hashed
  std::shared_ptr<RequestServer*> alive_;  // shared with responders, which may outlive the channel
};

}  // namespace p2pns::rpc
