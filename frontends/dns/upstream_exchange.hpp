// UpstreamExchange: one question put to one upstream, once. It has a socket, and so a random port, and a random id of
// its own, and believes only what comes from the address asked, with that id and that question; the rest is counted and
// ignored. Over UDP first, over TCP when the answer says TC, when somebody is guessing, or when told so. How long to
// wait is left to its owner.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <memory>

#include "core/base/callback.hpp"
#include "core/base/endpoint.hpp"
#include "frontends/dns/dns_counters.hpp"
#include "frontends/dns/forward_question.hpp"

namespace p2pns::dns {

/// After so many messages that are not believed somebody is guessing ids and ports: TCP ends that. A late answer to
/// nobody cannot come here, so even one is odd; a few are allowed to broken middle boxes.
inline constexpr int ignored_answers_maximum = 16;

enum class UpstreamTransport : std::uint8_t { udp_then_tcp, tcp };

class UpstreamExchange : public std::enable_shared_from_this<UpstreamExchange> {
 public:
  /// The answer; or the system's error (connection refused, no route), or malformed.
  using Done = Callback<void(Result<ByteVector>)>;

  /// `counters` are not touched after the exchange is done or cancelled.
  UpstreamExchange(const boost::asio::any_io_executor& executor, const Endpoint& upstream, ForwardQuestion question,
                   ForwardCounters& counters);

  /// `done` is called at most once, never inside of start(), never after cancel().
  void start(UpstreamTransport transport, Done done);
  void cancel();

 private:
  static boost::asio::awaitable<void> run(std::shared_ptr<UpstreamExchange> self, UpstreamTransport transport);
  boost::asio::awaitable<Result<ByteVector>> ask_udp();
  boost::asio::awaitable<Result<ByteVector>> ask_tcp();
  Result<void> send_udp();
  /// Takes what is there. would_block: nothing that counts has come yet.
  Result<ByteVector> receive_udp();
  bool believe(Bytes message, std::size_t limit_bytes);
  void close();

  Endpoint upstream_;
  ForwardQuestion question_;
  ForwardCounters& counters_;
  std::uint16_t id_;
  int ignored_ = 0;
  bool wanted_ = true;
  Done done_;
  boost::asio::ip::udp::socket udp_;
  boost::asio::ip::tcp::socket tcp_;
};

}  // namespace p2pns::dns
