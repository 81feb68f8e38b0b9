#include "apps/p2pnsd/node_links.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace p2pns::daemon {

namespace asio = boost::asio;

static_assert(plugins::peer_message_maximum_bytes == link::message_maximum_bytes);
static_assert(plugins::peer_protocol_maximum_bytes == link::protocol_maximum_bytes);

namespace {

class Listener final : public plugins::PeerListener {
 public:
  Listener(host::LinkHost& links, std::string protocol) : links_(links), protocol_(std::move(protocol)) {}
  ~Listener() override { links_.unlisten(protocol_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  host::LinkHost& links_;
  std::string protocol_;
};

using SharedReceiver = std::shared_ptr<const plugins::PeerReceiver>;

/// Keeps the receiver until it is done: its listener may end meanwhile. What it throws is a refusal.
asio::awaitable<void> receive(SharedReceiver receiver, plugins::PeerMessage message, link::AnswerTo done) {
  Result<void> outcome = Errc::refused;
  try {
    outcome = co_await (*receiver)(std::move(message));
  } catch (const std::exception&) {
    outcome = Errc::refused;
  }
  done(outcome);
}

}  // namespace

Result<std::unique_ptr<plugins::PeerListener>> NodeLinks::listen(std::string_view protocol,
                                                                 plugins::PeerReceiver receiver) {
  auto start = [executor = executor_, shared = std::make_shared<const plugins::PeerReceiver>(std::move(receiver))](
                   const NodeId& from, ByteVector bytes, link::AnswerTo done) {
    plugins::PeerMessage message{from, std::move(bytes)};
    asio::co_spawn(executor, receive(shared, std::move(message), std::move(done)), asio::detached);
  };
  if (const auto listening = links_.listen(protocol, std::move(start)); !listening) return listening.error();
  return std::unique_ptr<plugins::PeerListener>{std::make_unique<Listener>(links_, std::string{protocol})};
}

Operation NodeLinks::send(const NodeId& to, std::string_view protocol, ByteVector message,
                          Callback<void(Result<void>)> done) {
  return links_.send(to, protocol, std::move(message), std::move(done));
}

void NodeLinks::collect(plugins::MetricSink& sink) const {
  const host::LinkNumbers numbers = links_.numbers();
  const link::LinkCounters& counters = numbers.counters;
  sink.gauge("links", "Links to other nodes", numbers.links_in, {"opened_by", "others"});
  sink.gauge("links", "Links to other nodes", numbers.links_out, {"opened_by", "this_node"});
  sink.gauge("link_handshakes", "Connections of others that have not proven their key yet", numbers.handshakes);
  sink.gauge("link_queued_bytes", "Messages to other nodes, not answered yet", numbers.queued_bytes);
  sink.gauge("link_received_bytes", "Messages of other nodes, not taken yet", numbers.received_bytes);
  sink.counter("links_opened_total", "Links that came up", counters.opened_in, {"opened_by", "others"});
  sink.counter("links_opened_total", "Links that came up", counters.opened_out, {"opened_by", "this_node"});
  for (std::size_t i = 0; i < link::end_reasons; ++i)
    sink.counter("links_ended_total", "Links, and connections that became none, by why they ended", counters.ended[i],
                 {"reason", link::end_reason_names[i]});
  sink.counter("link_sent_messages_total", "Messages written to their ends", counters.messages_sent);
  sink.counter("link_taken_messages_total", "Messages sent that their receivers took", counters.messages_taken);
  sink.counter("link_received_messages_total", "Messages handed to a front end", counters.messages_received);
  sink.counter("link_sent_bytes_total", "Bytes of frames written", counters.bytes_sent);
  sink.counter("link_received_bytes_total", "Bytes of frames read", counters.bytes_received);
  const char* const refused = "Messages received and not handed to a front end, or answered without it";
  sink.counter("link_refused_messages_total", refused, counters.unsupported, {"reason", "unsupported"});
  sink.counter("link_refused_messages_total", refused, counters.late, {"reason", "late"});
  sink.counter("link_refused_messages_total", refused, counters.received_overloaded, {"reason", "overloaded"});
  sink.counter("link_refused_messages_total", refused, counters.receiver_timed_out, {"reason", "timed_out"});
  const char* const failed = "Messages that did not arrive, or whose answer did not";
  sink.counter("link_failed_messages_total", failed, counters.send_overloaded, {"reason", "overloaded"});
  sink.counter("link_failed_messages_total", failed, counters.send_not_reachable, {"reason", "not_reachable"});
  sink.counter("link_failed_messages_total", failed, counters.send_timed_out, {"reason", "timed_out"});
}

}  // namespace p2pns::daemon
