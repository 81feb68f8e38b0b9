// Outbox: stanzas on their way to names of other nodes. One queue for each name: it is resolved, and what waits is sent
// in order to the node it lives on. What cannot be sent comes back to be refused.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "frontends/xmpp/stanza.hpp"
#include "plugins/api/plugin_host.hpp"

namespace p2pns::xmpp {

/// The name under which gateways send to each other.
inline constexpr std::string_view link_protocol = "xmpp";
/// Waiting for one name, those sent and not acknowledged included: half of what a link takes for a node.
inline constexpr std::size_t parcels_per_name_maximum = 512;
/// Sent to one name and not acknowledged.
inline constexpr std::size_t parcels_sent_maximum = 64;
inline constexpr std::size_t bytes_sent_maximum = 512 * 1024;
/// Likewise in bytes, waiting for one name or from one user: 16 of the largest stanzas, an eighth of all.
inline constexpr std::size_t outbox_share_maximum_bytes = 4 * 1024 * 1024;
/// Waiting for all names together.
inline constexpr std::size_t outbox_maximum_bytes = 32 * 1024 * 1024;
/// Names that stanzas wait for.
inline constexpr std::size_t outbox_names_maximum = 4096;

struct Parcel {
  StanzaHead head;     ///< as its sender's server stamped it
  std::string xml;     ///< as it goes over the link
  bool quiet = false;  ///< of the gateway's own making: nobody is told when it fails
};

class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  struct Events {
    std::function<void(const names::P2PName& to)> sent;         ///< the other gateway took one
    std::function<void(const names::P2PName& to)> unreachable;  ///< there is no way to its node; before `failed`
    std::function<void(const names::P2PName& to, const Parcel&, const Refusal&)> failed;
  };
  Outbox(plugins::PluginHost& host, Events events) : host_(host), events_(std::move(events)) {}

  /// False when too much waits already, for this name, from this user, or at all.
  bool push(const names::P2PName& to, Parcel parcel);
  /// Nothing is sent, and nothing told, after this.
  void stop();
  std::size_t waiting_bytes() const noexcept { return bytes_; }
  bool idle() const noexcept { return queues_.empty(); }

 private:
  struct Queue {
    explicit Queue(const boost::asio::any_io_executor& executor)
        : progress(executor, boost::asio::steady_timer::time_point::max()) {}
    std::deque<Parcel> waiting;
    std::size_t bytes = 0;  // waiting and sent
    std::size_t sent = 0;
    std::size_t sent_bytes = 0;
    bool unreachable = false;  // the last one found nobody: the name may have moved
    boost::asio::steady_timer progress;
  };
  struct Found {
    std::optional<NodeId> node;
    Refusal refusal;  // without a node
  };
  using QueueHandle = std::shared_ptr<Queue>;  // shared by the coroutine and completions under way

  static boost::asio::awaitable<void> run(std::shared_ptr<Outbox> self, names::P2PName to, QueueHandle queue);
  static boost::asio::awaitable<Found> find_node(std::shared_ptr<Outbox> self, names::P2PName to, bool anew);
  void send_front(const NodeId& node, const names::P2PName& to, const QueueHandle& queue);
  void settle(const names::P2PName& to, const QueueHandle& queue, const Parcel& parcel, Result<void> outcome);
  void refuse_all(const names::P2PName& to, Queue& queue, const Refusal& refusal);
  bool has_room(const Queue* queue, const Parcel& parcel) const;
  void count_in(Queue& queue, const Parcel& parcel);
  void count_out(Queue& queue, const Parcel& parcel);

  plugins::PluginHost& host_;
  Events events_;
  std::map<names::P2PName, QueueHandle> queues_;
  std::map<std::string, std::size_t> bytes_from_;  // by the sender's bare address
  std::size_t bytes_ = 0;
  bool stopped_ = false;
};

}  // namespace p2pns::xmpp
