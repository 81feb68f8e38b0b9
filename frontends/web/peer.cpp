#include "frontends/web/peer.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace p2pns::web {

namespace {

/// Most users have a dozen; the kernel says how many there are when this is too little.
constexpr std::size_t groups_expected = 64;

Peer peer_at(Bytes octets) {
  Peer peer;
  if (const auto address = ip_address_from(octets)) peer.address = *address;
  if (peer.address.is_loopback()) peer.kind = Peer::Kind::loopback;
  return peer;
}

Peer peer_at(const sockaddr_in6& address) {
  const Bytes octets = std::as_bytes(std::span{address.sin6_addr.s6_addr});
  constexpr std::size_t mapped_prefix_bytes = 12;  // ::ffff:127.0.0.1 is IPv4
  return peer_at(IN6_IS_ADDR_V4MAPPED(&address.sin6_addr) ? octets.subspan(mapped_prefix_bytes) : octets);
}

void add_supplementary_groups(int socket, std::vector<std::uint32_t>& groups) {
  std::vector<gid_t> more(groups_expected);
  socklen_t size = 0;
  const auto ask = [&] {
    size = static_cast<socklen_t>(more.size() * sizeof(gid_t));
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, more.data(), &size) == 0;
  };
  bool known = ask();
  if (!known && errno == ERANGE) {
    more.resize(size / sizeof(gid_t));
    known = ask();
  }
  if (known)
    groups.insert(groups.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(size / sizeof(gid_t)));
}

std::optional<Peer> unix_peer(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  Peer peer;
  peer.kind = Peer::Kind::unix_socket;
  peer.user = credentials.uid;
  peer.groups.push_back(credentials.gid);
  add_supplementary_groups(socket, peer.groups);
  return peer;
}

}  // namespace

std::optional<Peer> peer_of(int socket) {
  union {
    sockaddr_storage storage;
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket, &address.any, &size) != 0) return std::nullopt;
  switch (address.any.sa_family) {
    case AF_UNIX:
      return unix_peer(socket);
    case AF_INET:
      return peer_at(std::as_bytes(std::span{&address.v4.sin_addr, 1}));
    case AF_INET6:
      return peer_at(address.v6);
    default:
      return Peer{};
  }
}

}  // namespace p2pns::web
