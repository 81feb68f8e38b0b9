// FakeUpstream: a resolver on a loopback port of its own whose answers the test makes up, message by message.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>

#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::test {

/// The answer an honest resolver gives: question and EDNS as they came, one address.
inline ByteVector honest_answer(Bytes question, unsigned rcode = 0, std::string_view address = "c0000201") {
  ByteVector message = copy_of(question);
  message[2] |= std::byte{0x80};
  message[3] = static_cast<std::byte>(0x80U | rcode);
  const ByteVector record = hex("c00c000100010000003c0004" + std::string{address});
  const std::size_t edns = message[11] == std::byte{1} ? 11 : 0;
  if (rcode != 0) return message;
  message[7] = std::byte{1};
  message.insert(message.end() - static_cast<std::ptrdiff_t>(edns), record.begin(), record.end());
  return message;
}

using Messages = std::vector<ByteVector>;

class FakeUpstream {
 public:
  using udp = boost::asio::ip::udp;
  using tcp = boost::asio::ip::tcp;
  /// What to send back over UDP, in this order, and over TCP (one message; none: the connection is closed).
  using Script = std::function<Messages(Bytes question)>;
  using TcpScript = std::function<std::optional<ByteVector>(Bytes question)>;

  explicit FakeUpstream(boost::asio::io_context& context)
      : context_(context),
        udp_(context, {boost::asio::ip::address_v4::loopback(), 0}),
        elsewhere_(context, {boost::asio::ip::address_v4::loopback(), 0}),
        tcp_(context, {boost::asio::ip::address_v4::loopback(), udp_.local_endpoint().port()}) {
    receive();
    accept();
  }

  Endpoint endpoint() const { return *parse_endpoint("127.0.0.1:" + std::to_string(udp_.local_endpoint().port())); }
  void close() {
    udp_.close();
    tcp_.close();
  }

  Script script = [](Bytes question) { return Messages{honest_answer(question)}; };
  /// Sent first, from another port.
  Script script_elsewhere = [](Bytes) { return Messages{}; };
  TcpScript tcp_script = [](Bytes question) { return std::optional{honest_answer(question)}; };
  Messages questions;
  std::vector<udp::endpoint> askers;
  Messages tcp_questions;

 private:
  void receive() {
    udp_.async_receive_from(boost::asio::buffer(buffer_), from_,
                            [this](boost::system::error_code error, std::size_t n) {
                              if (error == boost::asio::error::operation_aborted || !udp_.is_open()) return;
                              if (!error) answer(copy_of(Bytes{buffer_}.first(n)));
                              receive();
                            });
  }
  void answer(const ByteVector& question) {
    questions.push_back(question);
    askers.push_back(from_);
    for (const ByteVector& message : script_elsewhere(question))
      elsewhere_.send_to(boost::asio::buffer(message), from_);
    for (const ByteVector& message : script(question)) udp_.send_to(boost::asio::buffer(message), from_);
  }
  void accept() {
    tcp_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      serve(std::make_shared<tcp::socket>(std::move(socket)));
      accept();
    });
  }
  void serve(const std::shared_ptr<tcp::socket>& socket) {
    auto length = std::make_shared<ByteVector>(2);
    boost::asio::async_read(
        *socket, boost::asio::buffer(*length), [=, this](boost::system::error_code error, std::size_t) {
          if (error) return;
          auto question = std::make_shared<ByteVector>(std::to_integer<std::size_t>((*length)[0]) << 8U |
                                                       std::to_integer<std::size_t>((*length)[1]));
          boost::asio::async_read(*socket, boost::asio::buffer(*question),
                                  [=, this](boost::system::error_code failed, std::size_t) {
                                    if (!failed) answer_tcp(socket, *question);
                                  });
        });
  }
  void answer_tcp(const std::shared_ptr<tcp::socket>& socket, const ByteVector& question) {
    tcp_questions.push_back(question);
    const auto answer = tcp_script(question);
    if (!answer) return;
    auto framed = std::make_shared<ByteVector>();
    put16(*framed, static_cast<unsigned>(answer->size()));
    framed->insert(framed->end(), answer->begin(), answer->end());
    boost::asio::async_write(*socket, boost::asio::buffer(*framed),
                             [socket, framed](boost::system::error_code, std::size_t) {});
  }

  boost::asio::io_context& context_;
  udp::socket udp_, elsewhere_;
  tcp::acceptor tcp_;
  udp::endpoint from_;
  std::array<std::byte, 4096> buffer_;
};

}  // namespace p2pns::test
