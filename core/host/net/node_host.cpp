#include "core/host/net/node_host.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/host/net/address_watch.hpp"
#include "core/host/net/clock_watch.hpp"
#include "core/host/net/clocked_names.hpp"
#include "core/host/net/link_host.hpp"
#include "core/host/net/system.hpp"
#include "core/host/net/udp_socket.hpp"
#include "core/store/memory_record_store.hpp"
#include "core/store/memory_state_store.hpp"

namespace p2pns::host {

namespace asio = boost::asio;

namespace {
/// How often the clocks are compared; steps of the system clock are followed this fast.
constexpr Duration clock_check = std::chrono::seconds{1};
/// The timer stands still while the machine sleeps, so a long wait would go on for as long afterwards.
constexpr Duration wait_maximum = std::chrono::seconds{2};
}  // namespace

class NodeHost::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(asio::io_context& context, const node::NodeConfig& config, const crypto::Identity& identity,
                 const crypto::Signer& owner, const Endpoint& listen, Log& log,
                 std::unique_ptr<store::DurableStore> durable)
      : context_(context),
        identity_(identity),
        network_(config.network),
        listen_(listen),
        log_(log),
        socket_(context),
        address_watch_(context, [this] { announce("an address of this machine changed"); }),
        timer_(context),
        leave_limit_(context),
        timers_(steady_now()),
        memory_records_(timers_),
        memory_state_(timers_),
        durable_(std::move(durable)),
        node_(config, identity, owner, {timers_, socket_, random_, verifier_, sealer_, records(), state(), log},
              wall_now()),
        names_(
            node_, [this] { enter(); }, [this] { arm(); }) {
    if (durable_) durable_->start([this](Callback<void()> task) { post_to_node(std::move(task)); });
  }

  Result<void> open() {
    const auto opened = socket_.open(listen_);
    if (opened) tell_address();
    return opened;
  }

  LinkHost& add_links() {
    links_ = std::make_unique<LinkHost>(context_, names_, identity_, network_);
    return *links_;
  }
  Result<void> open_links() { return links_->open(socket_.local_endpoint()); }

  void start() {
    running_ = true;
    enter();
    node_.start();
    wait();
    watch_addresses();
    arm();
  }

  void leave(Duration limit, Callback<void()> done) {
    if (links_) links_->stop();
    left_ = std::move(done);
    leave_limit_.expires_after(limit);
    leave_limit_.async_wait([self = shared_from_this()](boost::system::error_code) {
      if (const auto left = std::move(self->left_)) left();
    });
    enter();
    node_.leave([this] { leave_limit_.cancel(); });
    arm();
  }

  void stop() {
    running_ = false;
    if (links_) links_->stop();
    leave_limit_.cancel();
    socket_.close();
    address_watch_.stop();
    timer_.cancel();
    // Its thread posts to the context, which may end before the last handler that keeps this object alive.
    if (durable_) durable_->stop();
  }

  Result<void> move_to(const Endpoint& listen) {
    if (const auto moved = move_sockets(listen); !moved) return moved.error();
    ++socket_generation_;
    tell_address();
    wait();
    watch_addresses();
    announce("the node listens at " + to_string(socket_.local_endpoint()));
    return {};
  }

  void set_found_seeds(std::span<const Endpoint> found) {
    enter();
    node_.set_found_seeds(found);
    arm();
  }

  names::NameService& names() { return names_; }
  Endpoint local_endpoint() const { return socket_.local_endpoint(); }
  const node::Node& node() const { return node_; }

 private:
  dht::RecordStore& records() {
    if (durable_) return durable_->records();
    return memory_records_;
  }
  StateStore& state() {
    if (durable_) return durable_->state();
    return memory_state_;
  }

  /// Both or none.
  Result<void> move_sockets(const Endpoint& listen) {
    if (!links_) return socket_.open(listen);
    const Endpoint before = links_->local_endpoint();
    if (const auto moved = links_->open(listen); !moved) return moved.error();
    const auto moved = socket_.open({listen.address, links_->local_endpoint().port});
    if (!moved) (void)links_->open(before);  // it was free a moment ago
    return moved;
  }

  /// Called from the store's thread, which ends before this object does.
  void post_to_node(Callback<void()> task) {
    asio::post(context_, [weak = weak_from_this(), task = std::move(task)] {
      const auto self = weak.lock();
      if (!self || !self->running_) return;
      self->enter();
      task();
      self->arm();
    });
  }

  void tell_address() {
    const Endpoint local = socket_.local_endpoint();
    node_.set_own_address(local.address.is_unspecified() ? std::nullopt : std::optional{local});
  }

  /// A socket that is bound to one address dies with it; only one that is bound to all goes on at another.
  void watch_addresses() {
    if (!socket_.local_endpoint().address.is_unspecified()) return address_watch_.stop();
    if (const auto started = address_watch_.start(); !started)
      log_.write(Severity::warning,
                 "changes of this machine's addresses will be noticed late: " + started.error().message());
  }

  void announce(std::string_view why) {
    log_.write(Severity::info, "telling the neighbours where this node is: " + std::string{why});
    enter();
    node_.announce_address();
    arm();
  }

  void enter() {
    const TimePoint now = steady_now();
    node_.on_time(now);
    if (now - clock_watch_.last_look() < clock_check) return;
    const ClockReading clocks = read_clocks();
    const ClockEvent event = clock_watch_.look(clocks);
    node_.set_wall_clock(clocks.wall);
    if (event == ClockEvent::none) return;
    log_.write(Severity::info, event == ClockEvent::slept ? "the machine slept" : "the machine's clock was set");
    // Others may have given this node up meanwhile; and a machine that wakes up is often somewhere else.
    node_.announce_address();
  }

  void wait() {
    socket_.async_wait([self = shared_from_this(), generation = socket_generation_](boost::system::error_code error) {
      // A wait on a socket that was replaced meanwhile must not start a second chain of waits.
      if (!error && self->running_ && generation == self->socket_generation_) self->on_readable();
    });
  }

  void on_readable() {
    enter();
    socket_.receive(datagrams_per_wakeup_maximum,
                    [this](const Endpoint& from, Bytes datagram) { node_.on_datagram(steady_now(), from, datagram); });
    wait();
    arm();
  }

  /// One place for the subtlety: after every call into the node its deadline may have moved in either direction.
  void arm() {
    if (!running_) return;
    const auto deadline = node_.next_deadline();
    if (armed_ && deadline == armed_for_) return;
    armed_ = true;
    armed_for_ = deadline;
    const Duration wanted = deadline ? *deadline - steady_now() : wait_maximum;
    timer_.expires_after(std::clamp(wanted, Duration{0}, wait_maximum));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error || !self->running_) return;
      self->armed_ = false;
      self->enter();
      self->arm();
    });
  }

  asio::io_context& context_;
  crypto::Identity identity_;
  crypto::NetworkParameters network_;
  Endpoint listen_;
  Log& log_;
  UdpSocket socket_;
  AddressWatch address_watch_;
  unsigned socket_generation_ = 0;
  asio::steady_timer timer_;
  asio::steady_timer leave_limit_;  // its handler runs when leaving is done as well
  Callback<void()> left_;
  bool armed_ = false;
  std::optional<TimePoint> armed_for_;
  ClockWatch clock_watch_{read_clocks()};
  bool running_ = false;
  SystemRandom random_;
  crypto::SodiumVerifier verifier_;
  crypto::SodiumSealer sealer_;
  TimerQueue timers_;
  store::MemoryRecordStore memory_records_;  // for a node that keeps nothing
  store::MemoryStateStore memory_state_;
  std::unique_ptr<store::DurableStore> durable_;  // unless it is null
  node::Node node_;
  ClockedNames names_;
  std::unique_ptr<LinkHost> links_;  // unless it is null
};

NodeHost::NodeHost(asio::io_context& context, const node::NodeConfig& config, const crypto::Identity& identity,
                   const crypto::Signer& owner, const Endpoint& listen, Log& log,
                   std::unique_ptr<store::DurableStore> durable)
    : implementation_(
          std::make_shared<Implementation>(context, config, identity, owner, listen, log, std::move(durable))) {}
NodeHost::~NodeHost() { stop(); }

LinkHost& NodeHost::add_links() { return implementation_->add_links(); }
Result<void> NodeHost::open_links() { return implementation_->open_links(); }
Result<void> NodeHost::open() { return implementation_->open(); }
void NodeHost::start() { implementation_->start(); }
void NodeHost::leave(Duration limit, Callback<void()> done) { implementation_->leave(limit, std::move(done)); }
void NodeHost::stop() { implementation_->stop(); }
void NodeHost::set_found_seeds(std::span<const Endpoint> found) { implementation_->set_found_seeds(found); }
names::NameService& NodeHost::names() { return implementation_->names(); }
TimePoint NodeHost::now() const { return steady_now(); }
Endpoint NodeHost::local_endpoint() const { return implementation_->local_endpoint(); }
Result<void> NodeHost::move_to(const Endpoint& listen) { return implementation_->move_to(listen); }
const node::Node& NodeHost::node() const { return implementation_->node(); }

}  // namespace p2pns::host
