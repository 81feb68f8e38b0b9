#include "core/host/net/udp_socket.hpp"

#include <boost/asio/io_context.hpp>

#include "core/host/net/node_host.hpp"
#include "core/wire/message.hpp"

namespace p2pns::host {

namespace asio = boost::asio;
using asio::ip::udp;

udp::endpoint to_asio(const Endpoint& endpoint) {
  if (endpoint.address.family == IpFamily::v4) {
    asio::ip::address_v4::bytes_type octets;
    std::memcpy(octets.data(), endpoint.address.octets.data(), octets.size());
    return {asio::ip::address_v4{octets}, endpoint.port};
  }
  asio::ip::address_v6::bytes_type octets;
  std::memcpy(octets.data(), endpoint.address.octets.data(), octets.size());
  return {asio::ip::address_v6{octets}, endpoint.port};
}

Endpoint from_asio(const udp::endpoint& endpoint) {
  Endpoint result;
  result.port = endpoint.port();
  // A socket bound to :: sees IPv4 peers as ::ffff:a.b.c.d. They are IPv4 peers: their address block, and what they say
  // about ours, must count as such; and the kernel sends to the IPv4 form as well.
  const bool mapped = endpoint.address().is_v6() && endpoint.address().to_v6().is_v4_mapped();
  if (mapped || endpoint.address().is_v4()) {
    const auto octets = mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, endpoint.address().to_v6()).to_bytes()
                               : endpoint.address().to_v4().to_bytes();
    std::memcpy(result.address.octets.data(), octets.data(), octets.size());
  } else {
    result.address.family = IpFamily::v6;
    const auto octets = endpoint.address().to_v6().to_bytes();
    std::memcpy(result.address.octets.data(), octets.data(), octets.size());
  }
  return result;
}

Result<void> UdpSocket::open(const Endpoint& listen) {
  const udp::endpoint wanted = to_asio(listen);
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
  socket_.send_to(asio::buffer(datagram.data(), datagram.size()), to_asio(to), 0, ignored);
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
