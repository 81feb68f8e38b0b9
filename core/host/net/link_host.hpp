// LinkHost: the links of a real node. Listens on TCP at the overlay's address, opens connections to where stage 2 finds
// a node, and gives both to core/link, which has the messages. One thread: the node's.
#pragma once

#include <memory>

#include "core/crypto/identity.hpp"
#include "core/link/link_hub.hpp"
#include "core/names/name_service.hpp"

namespace boost::asio {
class io_context;
}

namespace p2pns::host {

/// From the first packet to the peer's HELLO: three round trips of a slow line, each lost once.
inline constexpr Duration handshake_time_maximum = std::chrono::seconds{5};
/// Of the kernel: what stands there cannot be overtaken by a small message, and a fast line of 20 ms is kept busy.
inline constexpr int link_send_buffer_bytes = 128 * 1024;
/// Nobody waits longer in the kernel's queue than a handshake may take.
inline constexpr int accept_queue_maximum = 64;

struct LinkNumbers {
  link::LinkCounters counters;
  std::size_t links_in = 0;
  std::size_t links_out = 0;
  std::size_t handshakes = 0;  ///< under way, others opened them
  std::size_t queued_bytes = 0;
  std::size_t received_bytes = 0;
};

class LinkHost {
 public:
  /// `context` and `names` outlive the host.
  LinkHost(boost::asio::io_context& context, names::NameService& names, const crypto::Identity&,
           const crypto::NetworkParameters&);
  ~LinkHost();
  LinkHost(const LinkHost&) = delete;
  LinkHost& operator=(const LinkHost&) = delete;

  /// Takes the port; connections wait in the kernel. In place of the one it had, which stays when this fails. Links go
  /// on. Errors: the operating system's.
  Result<void> open(const Endpoint& listen);
  /// Begins to accept.
  void start();
  /// Ends all links. What was sent and is not answered fails with not_reachable; nothing is received afterwards.
  void stop();

  /// See LinkHub.
  Result<void> listen(std::string_view protocol, link::Receiver receiver);
  void unlisten(std::string_view protocol);
  Operation send(const NodeId& to, std::string_view protocol, ByteVector message, Callback<void(Result<void>)> done);

  LinkNumbers numbers() const;
  Endpoint local_endpoint() const;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: handlers in flight keep it alive after stop()
};

}  // namespace p2pns::host
