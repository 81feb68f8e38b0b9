// LinkConnection: the TLS stream under one link, from connecting or accepting to its end. Moves bytes and nothing else.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/endpoint.hpp"
#include "core/host/net/link_tls.hpp"
#include "core/host/net/timer_driver.hpp"
#include "core/link/link.hpp"

namespace p2pns::host {

class LinkConnection;

/// Who owns connections. It outlives those that are not closed.
class ConnectionOwner {
 public:
  virtual TimerDriver& driver() = 0;
  virtual LinkTls& tls() = 0;
  /// The peer has proven its key. Null: no link for it.
  virtual std::shared_ptr<link::Link> on_proven(LinkConnection&, const NodeId& peer, TimePoint hello_deadline) = 0;
  /// The peer said HELLO.
  virtual void on_up(LinkConnection&) = 0;
  /// Once. `reason`: why there is no link; none: there was one, and it knows why it ended.
  virtual void on_closed(LinkConnection&, std::optional<link::EndReason> reason) = 0;

 protected:
  ~ConnectionOwner() = default;
};

class LinkConnection final : public link::LinkStream, public std::enable_shared_from_this<LinkConnection> {
 public:
  /// One that was accepted.
  LinkConnection(ConnectionOwner& owner, boost::asio::ip::tcp::socket socket, const Endpoint& from);
  /// One to be opened, to the node `wanted`.
  LinkConnection(ConnectionOwner& owner, boost::asio::io_context& context, const NodeId& wanted, const Endpoint& to);
  LinkConnection(const LinkConnection&) = delete;
  LinkConnection& operator=(const LinkConnection&) = delete;

  void accept();
  /// `from`: the address to leave by, when the node listens at one only.
  void connect(const std::optional<IpAddress>& from);
  /// Ends it, its link included.
  void abort(link::EndReason);

  bool incoming() const noexcept { return !proof_.wanted; }
  bool has_link() const noexcept { return link_ != nullptr; }
  bool was_up() const noexcept { return announced_; }
  const std::optional<NodeId>& wanted() const noexcept { return proof_.wanted; }
  const Endpoint& remote() const noexcept { return remote_; }

  void wake() override;
  void close() override;

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  void limit_time();
  void shake_hands(boost::asio::ssl::stream_base::handshake_type);
  void on_shaken(boost::system::error_code);
  void read();
  void on_read(boost::system::error_code, std::size_t size);
  void write();
  void go_on();
  void fail(link::EndReason);
  void close_socket();

  ConnectionOwner& owner_;
  PeerProof proof_;
  Endpoint remote_;
  Stream stream_;
  boost::asio::steady_timer limit_;
  TimePoint deadline_{};
  std::shared_ptr<link::Link> link_;
  bool closed_ = false;
  bool announced_ = false;  // the link was up
  bool writing_ = false;
  bool reading_ = false;
  bool planned_ = false;
  ByteVector output_;
  std::array<std::byte, link::frame_maximum_bytes> input_{};
};

}  // namespace p2pns::host
