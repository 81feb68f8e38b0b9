#include "core/host/net/udp_socket.hpp"

#include <boost/asio/io_context.hpp>

#include "core/host/net/asio_address.hpp"
#include "core/host/net/node_host.hpp"
#include "core/wire/message.hpp"

namespace p2pns::host {

namespace asio = boost::asio;
using asio::ip::udp;

Result<void> UdpSocket::open(const Endpoint& listen) {
  const udp::endpoint wanted = to_udp(listen);
  udp::socket socket{socket_.get_executor()};
  boost::system::error_code error;
  if (socket.open(wanted.protocol(), error)) return error;
  if (socket.bind(wanted, error)) return error;
  if (socket.non_blocking(true, error)) return error;
  socket.set_option(asio::socket_base::receive_buffer_size{receive_buffer_bytes}, error);  // best effort
  local_ = from_asio(socket.local_endpoint(error));
  socket_.close(error);  // ends a wait on the old one
  socket_ = std::move(socket);
  return {};
}

void UdpSocket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void UdpSocket::send(const Endpoint& to, Bytes datagram) {
  boost::system::error_code ignored;
  socket_.send_to(asio::buffer(datagram.data(), datagram.size()), to_udp(to, local_.address.family), 0, ignored);
}

int UdpSocket::receive(int maximum, const Callback<void(const Endpoint&, Bytes)>& sink) {
  std::array<std::byte, wire::datagram_maximum_bytes + 1> buffer;  // one more: an oversized datagram is seen as such
  for (int received = 0; received < maximum; ++received) {
    udp::endpoint from;
    boost::system::error_code error;
    const std::size_t size = socket_.receive_from(asio::buffer(buffer), from, 0, error);
    if (error == asio::error::would_block || error == asio::error::bad_descriptor) return received;
    if (!error) sink(from_asio(from), Bytes{buffer}.first(size));  // else: an ICMP error of an earlier send
  }
  return maximum;
}

}  // namespace p2pns::host
