// FakeXmppServer: the server's side of XEP-0114 for tests, on a port of its own: takes a component's handshake, or does
// what a test tells it to instead. It runs in the test's io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <openssl/evp.h>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"

namespace p2pns::xmpp {

class FakeXmppServer {
 public:
  using Tcp = boost::asio::ip::tcp;

  explicit FakeXmppServer(boost::asio::io_context& context) : context_(context), acceptor_(context) {}

  /// On the port of the last time, or a free one.
  void listen() {
    const Tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port_);
    acceptor_.open(Tcp::v4());
    acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    accept();
  }
  /// A port nobody listens on.
  void choose_port() {
    listen();
    acceptor_.close();
  }
  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    disconnect();
  }
  void disconnect() {
    if (peer_) peer_->close();
    peer_.reset();
  }
  /// By blocking writes: a test sends what fits into the buffers.
  void send(std::string text) {
    if (!peer_) return;
    auto kept = std::make_shared<std::string>(std::move(text));
    boost::asio::async_write(*peer_, boost::asio::buffer(*kept), [kept, peer = peer_](auto, auto) {});
  }
  Endpoint endpoint() const {
    Endpoint endpoint = *parse_endpoint("127.0.0.1:1");
    endpoint.port = port_;
    return endpoint;
  }

  std::string secret = "s3cret";
  std::string refusal = "not-authorized";  ///< the stream error of a wrong secret
  std::string received;                    ///< after the handshake, of all connections
  int connections = 0;
  int handshakes = 0;
  bool reads = true;  ///< false: the next connection is read from no more after its handshake
  /// Instead of everything: called with each new connection.
  std::function<void(FakeXmppServer&)> on_connection;
  /// After a handshake was taken.
  std::function<void(FakeXmppServer&)> on_handshake;

 private:
  static constexpr const char* stream_id = "id-1";

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, Tcp::socket socket) {
      if (error) return;
      ++connections;
      peer_ = std::make_shared<Tcp::socket>(std::move(socket));
      talked_ = 0;
      heard_.clear();
      if (on_connection)
        on_connection(*this);
      else
        read(peer_);
      accept();
    });
  }
  void read(const std::shared_ptr<Tcp::socket>& peer) {
    auto buffer = std::make_shared<std::string>(4096, '\0');
    peer->async_read_some(boost::asio::buffer(*buffer),
                          [this, buffer, peer](boost::system::error_code error, std::size_t n) {
                            if (error || peer != peer_) return;
                            take(buffer->substr(0, n));
                            if (peer == peer_ && (reads || talked_ < 2)) read(peer);
                          });
  }
  void take(const std::string& text) {
    heard_ += text;
    if (talked_ == 0 && heard_.find("jabber:component:accept") != std::string::npos) {
      talked_ = 1;
      heard_.clear();
      send(
          "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
          "xmlns='jabber:component:accept' from='p2p' id='" +
          std::string{stream_id} + "'>");
    } else if (talked_ == 1 && heard_.find("</handshake>") != std::string::npos) {
      talked_ = 2;
      judge();
      heard_.clear();
    } else if (talked_ == 2) {
      received += text;
    }
  }
  void judge() {
    std::array<std::byte, 20> digest{};
    const std::string input = stream_id + secret;
    EVP_Digest(input.data(), input.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(),
               nullptr);
    if (heard_.find(to_hex(digest)) != std::string::npos) {
      ++handshakes;
      send("<handshake/>");
      if (on_handshake) on_handshake(*this);
    } else {
      send("<stream:error><" + refusal +
           " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    }
  }

  boost::asio::io_context& context_;
  Tcp::acceptor acceptor_;
  std::shared_ptr<Tcp::socket> peer_;
  std::uint16_t port_ = 0;
  int talked_ = 0;
  std::string heard_;
};

}  // namespace p2pns::xmpp
