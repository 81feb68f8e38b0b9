#include "frontends/dns/upstream_exchange.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>

#include "core/host/net/asio_address.hpp"
#include "frontends/dns/random_bytes.hpp"
#include "frontends/dns/response.hpp"

namespace p2pns::dns {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Lets a socket that is not connected hear that its datagram could not be delivered: an upstream that is not running
/// is known at once. Not connected, because then strangers' answers come in and can be counted.
void ask_for_errors(udp::socket& socket, bool v4) {
  const int yes = 1;
  static_cast<void>(setsockopt(socket.native_handle(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR,
                               &yes, sizeof yes));
}

std::uint64_t& counter_of(IgnoredAnswers& ignored, Judgement judgement) {
  switch (judgement) {
    case Judgement::too_short:
      return ignored.too_short;
    case Judgement::too_large:
      return ignored.too_large;
    case Judgement::wrong_id:
      return ignored.wrong_id;
    case Judgement::wrong_question:
      return ignored.wrong_question;
    case Judgement::believed:
    case Judgement::malformed:
      break;
  }
  return ignored.malformed;
}

}  // namespace

UpstreamExchange::UpstreamExchange(const asio::any_io_executor& executor, const Endpoint& upstream,
                                   ForwardQuestion question, ForwardCounters& counters)
    : upstream_(upstream),
      question_(std::move(question)),
      counters_(counters),
      id_(random_id()),
      udp_(executor),
      tcp_(executor) {}

void UpstreamExchange::start(UpstreamTransport transport, Done done) {
  done_ = std::move(done);
  asio::co_spawn(udp_.get_executor(), run(shared_from_this(), transport), asio::detached);
}

void UpstreamExchange::cancel() {
  wanted_ = false;
  close();
}

void UpstreamExchange::close() {
  boost::system::error_code ignored;
  udp_.close(ignored);
  tcp_.close(ignored);
}

asio::awaitable<void> UpstreamExchange::run(std::shared_ptr<UpstreamExchange> self, UpstreamTransport transport) {
  co_await asio::post(self->udp_.get_executor(), asio::use_awaitable);  // so that nothing is done inside of start()
  if (!self->wanted_) co_return;
  Result<ByteVector> answer = Errc::malformed;
  if (transport == UpstreamTransport::udp_then_tcp) {
    answer = co_await self->ask_udp();
    if (!self->wanted_) co_return;
  }
  const bool guessed = !answer && answer.error() == Errc::malformed;
  if (guessed || (answer && is_truncated(*answer))) {
    Result<ByteVector> whole = co_await self->ask_tcp();
    if (!self->wanted_) co_return;
    if (whole || !answer) answer = std::move(whole);  // else the cut answer is better than none
  }
  self->wanted_ = false;
  self->close();
  self->done_(std::move(answer));
}

Result<void> UpstreamExchange::send_udp() {
  const udp::endpoint to{host::to_asio(upstream_.address), upstream_.port};
  boost::system::error_code error;
  if (udp_.open(to.protocol(), error) || udp_.non_blocking(true, error)) return error;
  ask_for_errors(udp_, upstream_.address.family == IpFamily::v4);
  const ByteVector message = encode_question(question_, id_);
  udp_.send_to(asio::buffer(message), to, 0, error);  // the system chooses a random free port
  if (error) return error;
  ++counters_.sent_udp;
  return {};
}

asio::awaitable<Result<ByteVector>> UpstreamExchange::ask_udp() {
  if (const auto sent = send_udp(); !sent) co_return sent.error();
  Result<ByteVector> answer = Errc::malformed;
  do {
    const auto [error] = co_await udp_.async_wait(udp::socket::wait_read, token);
    if (error) co_return error;
    if (!wanted_) co_return Errc::cancelled;
    answer = receive_udp();
  } while (!answer && answer.error() == asio::error::would_block);
  co_return answer;
}

Result<ByteVector> UpstreamExchange::receive_udp() {
  const std::size_t limit = answer_limit_bytes(question_);
  std::array<std::byte, edns_payload_bytes + 1> buffer;  // one more, to see that a message is too large
  while (ignored_ < ignored_answers_maximum) {
    udp::endpoint from;
    boost::system::error_code error;
    const std::size_t size = udp_.receive_from(asio::buffer(buffer), from, 0, error);
    if (error) return error;
    const Bytes message = Bytes{buffer}.first(size);
    if (from != udp::endpoint{host::to_asio(upstream_.address), upstream_.port}) {
      ++ignored_;
      ++counters_.ignored.from_elsewhere;
    } else if (believe(message, limit)) {
      return copy_of(message);
    }
  }
  return Errc::malformed;
}

bool UpstreamExchange::believe(Bytes message, std::size_t limit_bytes) {
  const Judgement judgement = judge(message, question_, id_, limit_bytes);
  if (judgement == Judgement::believed) return true;
  ++ignored_;
  ++counter_of(counters_.ignored, judgement);
  return false;
}

asio::awaitable<Result<ByteVector>> UpstreamExchange::ask_tcp() {
  const tcp::endpoint to{host::to_asio(upstream_.address), upstream_.port};
  const auto [refused] = co_await tcp_.async_connect(to, token);
  if (refused) co_return refused;
  ByteVector message;
  const ByteVector question = encode_question(question_, id_);
  append16(message, static_cast<unsigned>(question.size()));
  append(message, question);
  const auto sent = asio::buffer(message);
  const auto [unsent, sent_bytes] = co_await asio::async_write(tcp_, sent, token);
  if (unsent) co_return unsent;
  if (wanted_) ++counters_.sent_tcp;
  std::array<std::byte, 2> length;
  const auto length_buffer = asio::buffer(length);
  const auto [no_length, length_bytes] = co_await asio::async_read(tcp_, length_buffer, token);
  if (no_length) co_return no_length;
  ByteVector answer(number_at(length, 0));
  const auto answer_buffer = asio::buffer(answer);
  const auto [no_answer, answer_bytes] = co_await asio::async_read(tcp_, answer_buffer, token);
  if (no_answer) co_return no_answer;
  if (!wanted_) co_return Errc::cancelled;
  if (!believe(answer, tcp_message_maximum_bytes)) co_return Errc::malformed;
  co_return answer;
}

}  // namespace p2pns::dns
