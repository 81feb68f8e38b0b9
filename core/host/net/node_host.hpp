// NodeHost: drives one node with a UDP socket, a timer and the machine's clocks. One thread drives one node; several
// hosts may share an io_context or have one each.
#pragma once

#include <memory>

#include "core/node/node.hpp"
#include "core/store/durable_store.hpp"

namespace boost::asio {
class io_context;
}

namespace p2pns::host {

class LinkHost;

/// Datagrams taken from the socket before other work gets its turn.
inline constexpr int datagrams_per_wakeup_maximum = 64;
/// Kernel buffer: a burst of answers from a wide lookup fits many times.
inline constexpr int receive_buffer_bytes = 1 << 20;

class NodeHost {
 public:
  /// `context`, `owner` and `log` outlive the host. Without a durable store, which has not been started yet, the node
  /// keeps nothing.
  NodeHost(boost::asio::io_context& context, const node::NodeConfig&, const crypto::Identity&,
           const crypto::Signer& owner, const Endpoint& listen, Log& log,
           std::unique_ptr<store::DurableStore> = nullptr);
  ~NodeHost();
  NodeHost(const NodeHost&) = delete;
  NodeHost& operator=(const NodeHost&) = delete;

  /// This node takes part in links to other nodes. Before open(); the node's host stops it, and outlives it. Its
  /// start() is the caller's: what arrives before front ends listen is told that nobody does.
  LinkHost& add_links();

  /// Binds the socket; nothing is sent yet. Errors: the operating system's (address in use, not available).
  Result<void> open();
  /// After open() and add_links(): takes the same port on TCP. Errors: the operating system's.
  Result<void> open_links();
  /// Begins to receive and to join.
  void start();
  /// Ends the links, hands the node's records over and tells its siblings that it goes; `done` runs once, within
  /// `limit`. Then stop().
  void leave(Duration limit, Callback<void()> done);
  /// Nothing is sent or received afterwards. Open operations end without a completion.
  void stop();

  /// See Node::set_found_seeds.
  void set_found_seeds(std::span<const Endpoint>);
  /// A proxy that moves the node's clock on before each call and re-arms its timer after it. This host's thread only,
  /// find_cached excepted.
  names::NameService& names();
  /// The node's steady clock. Any thread.
  TimePoint now() const;
  /// The real port when 0 was asked for.
  Endpoint local_endpoint() const;
  /// Leaves the present address for another one, as a machine that changes networks, and tells the siblings. Links go
  /// on. Errors: as open() and open_links(); the old sockets are kept then.
  Result<void> move_to(const Endpoint& listen);
  const node::Node& node() const;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: handlers in flight keep it alive after stop()
};

}  // namespace p2pns::host
