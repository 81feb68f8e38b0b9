#include "core/host/net/link_connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "core/host/net/asio_address.hpp"
#include "core/host/net/link_host.hpp"

namespace p2pns::host {

namespace asio = boost::asio;
using asio::ip::tcp;
using link::EndReason;

namespace {
void set_options(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  socket.set_option(asio::socket_base::send_buffer_size{link_send_buffer_bytes}, ignored);
}
}  // namespace

LinkConnection::LinkConnection(ConnectionOwner& owner, tcp::socket socket, const Endpoint& from)
    : owner_(owner), remote_(from), stream_(std::move(socket), owner.tls().context()), limit_(stream_.get_executor()) {}

LinkConnection::LinkConnection(ConnectionOwner& owner, asio::io_context& context, const NodeId& wanted,
                               const Endpoint& to)
    : owner_(owner),
      proof_{wanted, {}, {}},
      remote_(to),
      stream_(tcp::socket{context}, owner.tls().context()),
      limit_(context) {}

void LinkConnection::limit_time() {
  deadline_ = owner_.driver().timers().now() + handshake_time_maximum;
  limit_.expires_after(handshake_time_maximum);
  limit_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || self->closed_ || self->link_) return;
    const TimerDriver::Turn turn{self->owner_.driver()};
    self->fail(EndReason::handshake_timed_out);
  });
}

void LinkConnection::accept() {
  limit_time();
  set_options(stream_.next_layer());
  shake_hands(asio::ssl::stream_base::server);
}

void LinkConnection::connect(const std::optional<IpAddress>& from) {
  limit_time();
  tcp::socket& socket = stream_.next_layer();
  const tcp::endpoint to = to_tcp(remote_);
  boost::system::error_code error;
  socket.open(to.protocol(), error);
  if (!error && from && from->family == remote_.address.family) socket.bind(to_tcp({*from, 0}), error);
  auto connected = [self = shared_from_this()](boost::system::error_code failed) {
    if (self->closed_) return;
    const TimerDriver::Turn turn{self->owner_.driver()};
    if (failed) return self->fail(EndReason::no_connection);
    set_options(self->stream_.next_layer());
    self->shake_hands(asio::ssl::stream_base::client);
  };
  // Not from inside: whoever called this is still busy with it.
  if (error) return asio::post(stream_.get_executor(), [connected, error] { connected(error); });
  socket.async_connect(to, std::move(connected));
}

void LinkConnection::shake_hands(asio::ssl::stream_base::handshake_type type) {
  owner_.tls().prepare(stream_.native_handle(), proof_);
  stream_.async_handshake(type, [self = shared_from_this()](boost::system::error_code error) {
    if (self->closed_) return;
    const TimerDriver::Turn turn{self->owner_.driver()};
    self->on_shaken(error);
  });
}

void LinkConnection::on_shaken(boost::system::error_code error) {
  if (error) return fail(LinkTls::fault_of(error, proof_));
  if (const auto fault = owner_.tls().fault_of(stream_.native_handle(), proof_)) return fail(*fault);
  link_ = owner_.on_proven(*this, *proof_.proven, deadline_);
  if (!link_) return fail(EndReason::no_place);
  limit_.cancel();
  read();
  wake();
}

void LinkConnection::read() {
  if (reading_ || !link_->may_read()) return;
  reading_ = true;
  stream_.async_read_some(asio::buffer(input_),
                          [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                            if (self->closed_) return;
                            const TimerDriver::Turn turn{self->owner_.driver()};
                            self->on_read(error, size);
                          });
}

void LinkConnection::on_read(boost::system::error_code error, std::size_t size) {
  const auto link = link_;  // it may end while it is called
  reading_ = false;
  if (error) return link->on_stream_end();
  link->on_bytes(Bytes{input_}.first(size));
  if (closed_) return;
  if (link->up() && !std::exchange(announced_, true)) owner_.on_up(*this);
  if (!closed_) read();
}

void LinkConnection::wake() {
  if (closed_ || std::exchange(planned_, true)) return;
  // Later, so that what one turn says leaves as one record.
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->planned_ = false;
    if (self->closed_) return;
    const TimerDriver::Turn turn{self->owner_.driver()};
    self->go_on();
  });
}

void LinkConnection::go_on() {
  if (!writing_) write();
  if (!closed_) read();
}

void LinkConnection::write() {
  const auto link = link_;
  if (!link) return;
  output_ = link->take_output();
  if (output_.empty()) return;
  writing_ = true;
  asio::async_write(stream_, asio::buffer(output_),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                      if (self->closed_) return;
                      const TimerDriver::Turn turn{self->owner_.driver()};
                      self->writing_ = false;
                      const auto written = self->link_;
                      if (error) return written->on_stream_end();
                      written->on_written();
                      if (!self->closed_) self->go_on();
                    });
}

void LinkConnection::abort(EndReason reason) {
  if (closed_) return;
  if (const auto link = link_) return link->end(reason);
  fail(reason);
}

void LinkConnection::fail(EndReason reason) {
  close_socket();
  owner_.on_closed(*this, reason);
}

void LinkConnection::close() {
  if (closed_) return;
  announced_ = link_->was_up();
  close_socket();
  link_.reset();
  owner_.on_closed(*this, std::nullopt);
}

void LinkConnection::close_socket() {
  closed_ = true;
  limit_.cancel();
  boost::system::error_code ignored;
  // Whoever says BYE has said so inside; a close_notify would tell the peer nothing it may rely on.
  stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.next_layer().close(ignored);
}

}  // namespace p2pns::host
