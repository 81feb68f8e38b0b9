#include "core/rpc/rpc_channel.hpp"

#include "core/rpc/call_table.hpp"
#include "core/rpc/request_server.hpp"

namespace p2pns::rpc {
namespace {

// Answers have the highest bit (core/wire/message.hpp).
bool is_answer(wire::MessageType type) { return (static_cast<unsigned>(type) & 0x80U) != 0; }

}  // namespace

class RpcChannel::Implementation {
 public:
  Implementation(const crypto::NetworkParameters& network, const crypto::Identity& identity,
                 const ChannelEnvironment& environment)
      : network_(crypto::fingerprint_of(network.network_id)),
        session(network, identity, environment, counters),
        calls(session, environment, counters),
        server(session, environment, counters) {}

  /// May run a completion that destroys this object: nothing follows a call that may do so.
  void on_datagram(const Endpoint& from, Bytes bytes);

 private:
  crypto::NetworkFingerprint network_;

 public:
  RpcCounters counters;
  SecureSession session;
  CallTable calls;
  RequestServer server;
};

void RpcChannel::Implementation::on_datagram(const Endpoint& from, Bytes bytes) {
  ++counters.datagrams_received;
  counters.bytes_received += bytes.size();
  const auto datagram = wire::decode_datagram(bytes);
  if (!datagram) {
    ++counters.dropped_malformed;
    return;
  }
  const wire::ClearHeader& header = datagram->header;
  if (header.network != network_) {
    ++counters.dropped_wrong_network;
    return;
  }
  if (header.type == wire::MessageType::hello) return server.on_hello(from, *datagram, bytes.size());
  if (header.receiver != session.own_fingerprint()) {
    ++counters.dropped_not_for_us;
    return;
  }
  if (header.type == wire::MessageType::retry) return calls.on_retry(from, *datagram);
  if (is_answer(header.type)) return calls.on_answer(from, *datagram);
  server.on_request(from, *datagram, bytes.size());
}

RpcChannel::RpcChannel(const crypto::NetworkParameters& network, const crypto::Identity& identity,
                       ChannelEnvironment environment)
    : implementation_(std::make_unique<Implementation>(network, identity, environment)) {}

RpcChannel::~RpcChannel() = default;

Operation RpcChannel::call(const wire::NodeHandle& to, wire::MessageType type, ByteVector body,
                           std::size_t answer_bytes, Callback<void(Result<Answer>)> completion) {
  return implementation_->calls.call(to, type, std::move(body), answer_bytes, std::move(completion));
}

Operation RpcChannel::call_address(const Endpoint& to, wire::MessageType type, ByteVector body,
                                   std::size_t answer_bytes, Callback<void(Result<Answer>)> completion) {
  return implementation_->calls.call_address(to, type, std::move(body), answer_bytes, std::move(completion));
}

void RpcChannel::serve(wire::MessageType type, RequestHandler handler) {
  implementation_->server.serve(type, std::move(handler));
}

void RpcChannel::refuse_malformed(const Responder& respond) {
  ++implementation_->counters.requests_malformed;
  respond(wire::MessageType::refused, wire::encode(wire::Refused{wire::RefusalReason::malformed}));
}

void RpcChannel::observe(PeerObserver* observer) {
  implementation_->calls.observe(observer);
  implementation_->server.observe(observer);
}

void RpcChannel::on_datagram(const Endpoint& from, Bytes datagram) { implementation_->on_datagram(from, datagram); }

Duration RpcChannel::typical_round_trip() const { return implementation_->calls.typical_round_trip(); }

const RpcCounters& RpcChannel::counters() const noexcept { return implementation_->counters; }

}  // namespace p2pns::rpc
