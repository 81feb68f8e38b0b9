#include "core/host/net/link_listener.hpp"

#include <boost/asio/io_context.hpp>

#include "core/host/net/asio_address.hpp"
#include "core/host/net/link_host.hpp"

namespace p2pns::host {

namespace asio = boost::asio;
using asio::ip::tcp;

class LinkListener::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(asio::io_context& context, Callback<void(tcp::socket, const Endpoint&)> on_accepted)
      : acceptor_(context), pause_(context), on_accepted_(std::move(on_accepted)) {}

  Result<void> open(const Endpoint& listen) {
    const tcp::endpoint wanted = to_tcp(listen);
    tcp::acceptor acceptor{acceptor_.get_executor()};
    boost::system::error_code error;
    if (acceptor.open(wanted.protocol(), error)) return error;
    // What a former process left in TIME_WAIT keeps nobody from listening.
    if (acceptor.set_option(tcp::acceptor::reuse_address{true}, error)) return error;
    if (acceptor.bind(wanted, error)) return error;
    if (acceptor.listen(accept_queue_maximum, error)) return error;
    local_ = from_asio(acceptor.local_endpoint(error));
    ++generation_;
    acceptor_.close(error);
    acceptor_ = std::move(acceptor);
    return {};
  }

  void start() {
    acceptor_.async_accept(
        [self = shared_from_this(), generation = generation_](boost::system::error_code error, tcp::socket socket) {
          // A wait on one that was replaced meanwhile must not start a second chain.
          if (generation != self->generation_ || error == asio::error::operation_aborted) return;
          if (error) return self->pause();
          self->hand_on(std::move(socket));
          if (generation == self->generation_) self->start();
        });
  }

  void close() {
    ++generation_;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

  Endpoint local_endpoint() const { return local_; }

 private:
  void hand_on(tcp::socket socket) {
    boost::system::error_code error;
    const tcp::endpoint from = socket.remote_endpoint(error);
    if (!error) on_accepted_(std::move(socket), from_asio(from));  // else: gone already
  }

  void pause() {
    pause_.expires_after(accept_pause);
    pause_.async_wait([self = shared_from_this(), generation = generation_](boost::system::error_code error) {
      if (!error && generation == self->generation_) self->start();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Callback<void(tcp::socket, const Endpoint&)> on_accepted_;
  Endpoint local_;
  unsigned generation_ = 0;
};

LinkListener::LinkListener(asio::io_context& context, Callback<void(tcp::socket, const Endpoint&)> on_accepted)
    : implementation_(std::make_shared<Implementation>(context, std::move(on_accepted))) {}
LinkListener::~LinkListener() { close(); }

Result<void> LinkListener::open(const Endpoint& listen) { return implementation_->open(listen); }
void LinkListener::start() { implementation_->start(); }
void LinkListener::close() { implementation_->close(); }
Endpoint LinkListener::local_endpoint() const { return implementation_->local_endpoint(); }

void refuse(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

}  // namespace p2pns::host
