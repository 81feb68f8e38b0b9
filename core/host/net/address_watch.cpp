#include "core/host/net/address_watch.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <linux/rtnetlink.h>
#include <optional>
#include <sys/socket.h>

#include "core/host/net/address_changes.hpp"

namespace p2pns::host {

namespace asio = boost::asio;

namespace {

/// The kernel never makes a longer one for a listener.
constexpr std::size_t route_message_maximum_bytes = 32'768;
/// Read in one go before other work gets its turn.
constexpr int route_messages_per_wakeup = 64;

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

Result<int> open_route_socket() {
  const int descriptor = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (descriptor < 0) return last_error();
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  const auto error = last_error();
  ::close(descriptor);
  return error;
}

}  // namespace

class AddressWatch::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(asio::io_context& context, Callback<void()> on_change)
      : socket_(context), pause_(context), on_change_(std::move(on_change)) {}

  Result<void> start() {
    if (socket_.is_open()) return {};
    const auto descriptor = open_route_socket();
    if (!descriptor) return descriptor.error();
    socket_.assign(*descriptor);
    ++generation_;
    wait();
    return {};
  }

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
    pausing_ = false;
    ++generation_;
  }

 private:
  void wait() {
    socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this(), generation = generation_](boost::system::error_code error) {
                         if (!error && generation == self->generation_) self->on_readable();
                       });
  }

  void on_readable() {
    bool changed = false;
    for (int i = 0; i < route_messages_per_wakeup; ++i) {
      const auto message = receive();
      if (!message) break;
      changed = *message || changed;
    }
    if (changed) tell_soon();
    wait();
  }

  /// Whether the next message told of a change; none when there is no message.
  std::optional<bool> receive() {
    alignas(nlmsghdr) std::array<std::byte, route_message_maximum_bytes> buffer;
    sockaddr_nl from{};
    socklen_t from_size = sizeof from;
    const auto size = ::recvfrom(socket_.native_handle(), buffer.data(), buffer.size(), 0,
                                 reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size < 0) return errno == ENOBUFS ? std::optional{true} : std::nullopt;  // some were lost: anything may be new
    if (from.nl_pid != 0) return false;                                          // not the kernel
    return changes_.apply(Bytes{buffer}.first(static_cast<std::size_t>(size)));
  }

  void tell_soon() {
    if (std::exchange(pausing_, true)) return;
    pause_.expires_after(address_change_pause);
    pause_.async_wait([self = shared_from_this(), generation = generation_](boost::system::error_code error) {
      if (error || generation != self->generation_) return;
      self->pausing_ = false;
      self->on_change_();
    });
  }

  asio::posix::stream_descriptor socket_;
  asio::steady_timer pause_;
  Callback<void()> on_change_;
  AddressChanges changes_;
  unsigned generation_ = 0;  // a handler of an earlier start() is of no use
  bool pausing_ = false;
};

AddressWatch::AddressWatch(asio::io_context& context, Callback<void()> on_change)
    : implementation_(std::make_shared<Implementation>(context, std::move(on_change))) {}
AddressWatch::~AddressWatch() { stop(); }

Result<void> AddressWatch::start() { return implementation_->start(); }
void AddressWatch::stop() { implementation_->stop(); }

}  // namespace p2pns::host
