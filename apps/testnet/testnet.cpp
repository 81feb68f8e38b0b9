#include "apps/testnet/testnet.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <sys/resource.h>

#include "core/host/net/system.hpp"

namespace p2pns::testnet {

namespace asio = boost::asio;

namespace {

/// Nodes that may be joining at once. Many more of them only make each other's answers late: time-outs then cost more
/// than the joining itself.
constexpr std::size_t joining_maximum = 256;
/// A node that cannot join must not keep the others from trying.
constexpr std::chrono::seconds joining_patience{5};
constexpr std::chrono::milliseconds joining_poll{1};
constexpr std::chrono::milliseconds poll_pause{50};
constexpr std::size_t seeds_per_node = 3;
/// Beside the sockets of the nodes: event queues, log, HTTP.
constexpr rlim_t other_descriptors = 128;

/// One socket a node: the usual soft limit of 1,024 descriptors is raised as far as the system lets us.
bool allow_descriptors(std::size_t nodes) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t wanted = nodes + other_descriptors;
  if (limit.rlim_cur >= wanted) return true;
  if (limit.rlim_max < wanted) return false;
  limit.rlim_cur = wanted;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace

/// One thread and the nodes it drives.
struct Testnet::Worker {
  Worker() : work(asio::make_work_guard(context)), thread([this] { context.run(); }) {}
  ~Worker() { stop(); }
  void stop() {
    work.reset();
    context.stop();
    if (thread.joinable()) thread.join();
  }
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::thread thread;
};

Testnet::Testnet(const TestnetConfig& config, Log& log) : config_(config), log_(log) {
  for (std::size_t i = 0; i < config.threads; ++i) workers_.push_back(std::make_unique<Worker>());
}

Testnet::~Testnet() { stop(); }

Endpoint Testnet::endpoint(std::size_t index) const {
  constexpr std::size_t per_block = 250;
  Endpoint endpoint;
  endpoint.address.octets[0] = std::byte{127};
  endpoint.address.octets[1] = static_cast<std::byte>(config_.second_octet);
  endpoint.address.octets[2] = static_cast<std::byte>(index / per_block);
  endpoint.address.octets[3] = static_cast<std::byte>(1 + index % per_block);
  endpoint.port = config_.port;
  return endpoint;
}

asio::io_context& Testnet::context_of(std::size_t index) { return workers_[index % workers_.size()]->context; }

void Testnet::post(std::size_t index, std::function<void(host::NodeHost&)> action) {
  asio::post(context_of(index), [this, index, action = std::move(action)] { action(*hosts_[index]); });
}

void Testnet::call(std::size_t index, const std::function<void(host::NodeHost&)>& action) {
  std::promise<void> done;
  post(index, [&](host::NodeHost& host) {
    action(host);
    done.set_value();
  });
  done.get_future().wait();
}

std::string Testnet::start(const Progress& progress) {
  if (!allow_descriptors(config_.nodes))
    return "the system allows too few open files for " + std::to_string(config_.nodes) + " nodes (see ulimit -n)";
  host::SystemRandom random;
  for (std::size_t i = 0; i < config_.nodes; ++i) {
    node::NodeConfig config = config_.node;
    config.seeds = config_.seeds;
    for (std::size_t s = 0; s < seeds_per_node && i > 0; ++s) config.seeds.push_back(endpoint(random.below(i)));
    const auto identity = crypto::Identity::generate(random, config.network.puzzles);
    if (!identity) return "no key could be made: " + identity.error().message();
    const crypto::Signer& owner = owners_.emplace_back(identity->keys());
    hosts_.push_back(std::make_unique<host::NodeHost>(context_of(i), config, *identity, owner, endpoint(i), log_));
    Result<void> opened;
    call(i, [&](host::NodeHost& host) {
      opened = host.open();
      if (opened) host.start();
    });
    if (!opened) return "cannot listen on " + to_string(endpoint(i)) + ": " + opened.error().message();
    if (i >= joining_maximum) wait_for_one(i - joining_maximum);
    if ((i + 1) % 100 == 0) progress(std::to_string(i + 1) + " nodes started");
  }
  return {};
}

bool Testnet::has_joined(std::size_t index) {
  bool joined = false;
  call(index, [&](host::NodeHost& host) { joined = host.node().routing().joined(); });
  return joined;
}

void Testnet::wait_for_one(std::size_t index) {
  const auto end = std::chrono::steady_clock::now() + joining_patience;
  while (!has_joined(index) && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(joining_poll);
}

std::size_t Testnet::count_joined() {
  std::size_t joined = 0;
  for (std::size_t i = 0; i < size(); ++i)
    call(i, [&](host::NodeHost& host) { joined += host.node().names().status().joined ? 1 : 0; });
  return joined;
}

bool Testnet::wait_until_joined(std::chrono::seconds limit, const Progress& progress) {
  const auto end = std::chrono::steady_clock::now() + limit;
  std::size_t last = SIZE_MAX;
  while (std::chrono::steady_clock::now() < end) {
    const std::size_t joined = count_joined();
    if (joined != last) progress(std::to_string(joined) + " of " + std::to_string(size()) + " nodes joined");
    if (joined == size()) return true;
    last = joined;
    std::this_thread::sleep_for(poll_pause);
  }
  return false;
}

void Testnet::stop() {
  for (std::size_t i = 0; i < size(); ++i) call(i, [](host::NodeHost& host) { host.stop(); });
  for (const auto& worker : workers_) worker->stop();
  hosts_.clear();  // their sockets need the contexts, so the workers go last
  workers_.clear();
}

}  // namespace p2pns::testnet
