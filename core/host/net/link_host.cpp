#include "core/host/net/link_host.hpp"

#include <boost/asio/io_context.hpp>
#include <map>
#include <set>

#include "core/host/net/link_connection.hpp"
#include "core/host/net/link_gate.hpp"
#include "core/host/net/link_listener.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::host {

namespace asio = boost::asio;
using asio::ip::tcp;
using link::EndReason;

class LinkHost::Implementation final : public std::enable_shared_from_this<Implementation>,
                                       public ConnectionOwner,
                                       private link::Dialer {
 public:
  Implementation(asio::io_context& context, names::NameService& names, const crypto::Identity& identity,
                 const crypto::NetworkParameters& network)
      : context_(context),
        names_(names),
        gate_(network, random_.next()),
        tls_(identity, network),
        driver_(std::make_shared<TimerDriver>(context)),
        hub_(driver_->timers(), random_, *this, identity, network.puzzles.dynamic_bits),
        listener_(context, [this](tcp::socket socket, const Endpoint& from) { on_accepted(std::move(socket), from); }) {
  }

  Result<void> open(const Endpoint& listen) {
    auto opened = listener_.open(listen);
    if (opened && running_) listener_.start();
    return opened;
  }

  void start() {
    running_ = true;
    listener_.start();
  }

  void stop() {
    if (std::exchange(stopped_, true)) return;
    const TimerDriver::Turn turn{*driver_, TimerDriver::Due::later};
    listener_.close();
    dials_.clear();  // their searches end
    hub_.stop();
    for (const auto& connection : std::set(connections_)) connection->abort(EndReason::stopped);
  }

  Result<void> listen(std::string_view protocol, link::Receiver receiver) {
    // Whoever is done with a message says so from a handler of its own, so the turn is made here.
    link::Receiver turning = [weak = weak_from_this(), receiver = std::move(receiver)](
                                 const NodeId& from, ByteVector message, link::AnswerTo done) {
      receiver(from, std::move(message), [weak, done = std::move(done)](Result<void> outcome) {
        const auto self = weak.lock();
        if (!self) return;
        const TimerDriver::Turn turn{*self->driver_, TimerDriver::Due::later};
        done(outcome);
      });
    };
    return hub_.listen(protocol, std::move(turning));
  }
  void unlisten(std::string_view protocol) { hub_.unlisten(protocol); }

  Operation send(const NodeId& to, std::string_view protocol, ByteVector message, Callback<void(Result<void>)> done) {
    // Whoever sends is in the middle of something: nothing is delivered or completed inside his call.
    const TimerDriver::Turn turn{*driver_, TimerDriver::Due::later};
    return hub_.send(to, protocol, std::move(message), std::move(done));
  }

  LinkNumbers numbers() const {
    return {hub_.counters(),    hub_.links(true),    hub_.links(false),
            gate_.handshakes(), hub_.queued_bytes(), hub_.received_bytes()};
  }
  Endpoint local_endpoint() const { return listener_.local_endpoint(); }

 private:
  /// A search for a node, and then one connection after the other to its addresses.
  struct Dial {
    Operation search;
    std::vector<Endpoint> endpoints;  // not tried yet; the last one comes first
  };

  TimerDriver& driver() override { return *driver_; }
  LinkTls& tls() override { return tls_; }

  void dial(const NodeId& to) override {
    Dial& dial = dials_[to];
    dial.search = names_.locate(to, [this, to](Result<wire::NodeHandle> found) {
      const TimerDriver::Turn turn{*driver_};
      on_located(to, found);
    });
  }

  void on_located(const NodeId& to, const Result<wire::NodeHandle>& found) {
    const auto dial = dials_.find(to);
    if (dial == dials_.end()) return;
    if (found) dial->second.endpoints.assign(found->endpoints.rbegin(), found->endpoints.rend());
    try_next(to);
  }

  void try_next(const NodeId& to) {
    const auto dial = dials_.find(to);
    if (dial == dials_.end()) return;
    if (dial->second.endpoints.empty()) {
      dials_.erase(dial);
      return hub_.on_dial_failed(to);
    }
    const Endpoint next = dial->second.endpoints.back();
    dial->second.endpoints.pop_back();
    const auto connection = std::make_shared<LinkConnection>(*this, context_, to, next);
    connections_.insert(connection);
    const IpAddress own = local_endpoint().address;
    connection->connect(own.is_unspecified() ? std::nullopt : std::optional{own});
  }

  void on_accepted(tcp::socket socket, const Endpoint& from) {
    const TimerDriver::Turn turn{*driver_};
    if (const auto reason = gate_.enter(from, driver_->timers().now())) {
      hub_.counters().count(*reason);
      return refuse(std::move(socket));
    }
    const auto connection = std::make_shared<LinkConnection>(*this, std::move(socket), from);
    connections_.insert(connection);
    connection->accept();
  }

  std::shared_ptr<link::Link> on_proven(LinkConnection& connection, const NodeId& peer,
                                        TimePoint hello_deadline) override {
    auto link = hub_.attach(connection, peer, connection.incoming(), hello_deadline);
    if (link && connection.incoming()) gate_.on_proven();
    return link;
  }

  void on_up(LinkConnection& connection) override {
    if (connection.wanted()) dials_.erase(*connection.wanted());
  }

  void on_closed(LinkConnection& connection, std::optional<EndReason> reason) override {
    if (reason) hub_.counters().count(*reason);
    const auto wanted = connection.wanted();
    connections_.erase(connection.shared_from_this());
    if (connection.incoming()) gate_.leave(connection.remote(), !reason);
    if (!wanted || stopped_) return;
    if (connection.was_up())
      dials_.erase(*wanted);
    else
      try_next(*wanted);  // perhaps the node is at another of its addresses
  }

  asio::io_context& context_;
  names::NameService& names_;
  SystemRandom random_;
  LinkGate gate_;
  LinkTls tls_;
  std::shared_ptr<TimerDriver> driver_;  // its queue outlives the hub
  link::LinkHub hub_;
  LinkListener listener_;
  std::set<std::shared_ptr<LinkConnection>> connections_;  // that are not closed
  std::map<NodeId, Dial> dials_;
  bool running_ = false;
  bool stopped_ = false;
};

LinkHost::LinkHost(asio::io_context& context, names::NameService& names, const crypto::Identity& identity,
                   const crypto::NetworkParameters& network)
    : implementation_(std::make_shared<Implementation>(context, names, identity, network)) {}
LinkHost::~LinkHost() { stop(); }

Result<void> LinkHost::open(const Endpoint& listen) { return implementation_->open(listen); }
void LinkHost::start() { implementation_->start(); }
void LinkHost::stop() { implementation_->stop(); }
Result<void> LinkHost::listen(std::string_view protocol, link::Receiver receiver) {
  return implementation_->listen(protocol, std::move(receiver));
}
void LinkHost::unlisten(std::string_view protocol) { implementation_->unlisten(protocol); }
Operation LinkHost::send(const NodeId& to, std::string_view protocol, ByteVector message,
                         Callback<void(Result<void>)> done) {
  return implementation_->send(to, protocol, std::move(message), std::move(done));
}
LinkNumbers LinkHost::numbers() const { return implementation_->numbers(); }
Endpoint LinkHost::local_endpoint() const { return implementation_->local_endpoint(); }

}  // namespace p2pns::host
