#include "apps/p2pnsd/daemon.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <iostream>

#include "apps/common/make_identity.hpp"
#include "apps/p2pnsd/spdlog_log.hpp"
#include "config/daemon_config.hpp"
#include "config/key_file.hpp"
#include "core/host/net/node_host.hpp"

namespace p2pns::daemon {

namespace asio = boost::asio;

namespace {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
/// A stop must not take long; what was not handed over by then, the other replicas repair.
constexpr std::chrono::seconds leave_limit{5};

void complain(std::string_view line) { std::cerr << "p2pnsd: " << harmless(line) << std::endl; }

config::ConfigReading read_config(const std::string& file, plugins::BuiltIns built_ins) {
  std::vector<std::string_view> front_ends;
  for (const plugins::PluginDescriptor* each : built_ins) front_ends.emplace_back(each->name);
  return config::load_config(file, front_ends);
}

/// A new identity, and its key file. None after a complaint.
std::optional<crypto::Identity> make_key(const config::DaemonConfig& config) {
  const auto& network = config.node.network;
  complain("making a new key in " + config.key_file);
  const auto identity = apps::make_identity(network.puzzles, [](const std::string& line) { complain(line); });
  if (const auto saved = config::save_key_file(config.key_file, identity, network); !saved) {
    complain(saved.error().message);
    return std::nullopt;
  }
  return identity;
}

class Daemon {
 public:
  Daemon(const config::DaemonConfig& config, const crypto::Identity& identity, plugins::BuiltIns built_ins)
      : config_(config),
        identity_(identity),
        built_ins_(built_ins),
        log_(config.log_level),
        host_(context_, config.node, identity, config.listen, log_),
        front_ends_({context_.get_executor(), host_.names(), [this] { return host_.now(); }, log_}),
        signals_(context_) {}

  /// Lets every front end read its section. False after a complaint for each that cannot be used.
  bool add_front_ends() {
    bool all = true;
    for (const config::FrontEndSection& section : config_.front_ends) {
      const auto added = front_ends_.add(*plugins::find_plugin(built_ins_, section.name), *section.keys);
      if (!added) complain(added.error().message);
      all = all && added;
    }
    return all;
  }

  /// Takes the overlay's port. False after a complaint.
  bool open() {
    const auto opened = host_.open();
    if (!opened) complain("cannot listen on " + to_string(config_.listen) + " (UDP): " + opened.error().message());
    return static_cast<bool>(opened);
  }

  /// After open() and add_front_ends().
  int run() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (!error) asio::co_spawn(context_, stop_all(), [this](const std::exception_ptr&) { context_.stop(); });
    });
    log_.write(Severity::info, "node " + to_hex(identity_.node_id().view()) + " of network " +
                                   config_.node.network.network_id + " on " + to_string(host_.local_endpoint()));
    host_.start();
    asio::co_spawn(context_, start_front_ends(), asio::detached);
    context_.run();
    if (missing_.empty()) return exit_ok;
    for (const std::string& why : missing_)
      if (served_) complain("this front end was missing all the time: " + why);
    return exit_failed;
  }

 private:
  asio::awaitable<void> start_front_ends() {
    missing_ = co_await front_ends_.start();
    for (const std::string& why : missing_) complain(why);
    served_ = missing_.empty() || front_ends_.running() > 0;
    if (!served_) {
      host_.stop();
      context_.stop();
      co_return;
    }
    log_.write(Severity::info, std::to_string(front_ends_.running()) + " of " +
                                   std::to_string(config_.front_ends.size()) + " front ends run");
  }

  asio::awaitable<void> stop_all() {
    log_.write(Severity::info, "stopping");
    // A second signal ends the process at once, should something not stop.
    boost::system::error_code ignored;
    signals_.clear(ignored);
    co_await front_ends_.stop();
    co_await leave();
    host_.stop();
  }

  asio::awaitable<void> leave() {
    asio::steady_timer left{context_, asio::steady_timer::time_point::max()};
    host_.leave(leave_limit, [&left] { left.cancel(); });
    boost::system::error_code cancelled;
    co_await left.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }

  const config::DaemonConfig& config_;
  const crypto::Identity& identity_;
  plugins::BuiltIns built_ins_;
  asio::io_context context_{1};
  SpdlogLog log_;
  host::NodeHost host_;
  plugins::FrontEndSet front_ends_;
  asio::signal_set signals_;
  std::vector<std::string> missing_;  // configured front ends that did not start: a line for each
  bool served_ = false;               // all of them run, or some
};

/// For a daemon that is never run: nothing is sent, so any identity will do.
const crypto::Identity& nobody() {
  static const crypto::Identity identity(crypto::KeyPair::from_seed({}), {});
  return identity;
}

/// Everything that could stop a start after the puzzles of a new key, tried before them: they may take minutes.
bool worth_a_key(const config::DaemonConfig& config, plugins::BuiltIns built_ins) {
  Daemon trial(config, nobody(), built_ins);
  if (!trial.add_front_ends() || !trial.open()) return false;
  const auto place = config::check_key_file_place(config.key_file);
  if (!place) complain(place.error().message);
  return static_cast<bool>(place);
}

/// The identity of the key file; made when there is none yet. None after a complaint.
std::optional<crypto::Identity> find_identity(const config::DaemonConfig& config, plugins::BuiltIns built_ins) {
  const auto loaded = config::load_key_file(config.key_file, config.node.network);
  if (!loaded) {
    complain(loaded.error().message);
    return std::nullopt;
  }
  if (*loaded) return **loaded;
  return worth_a_key(config, built_ins) ? make_key(config) : std::nullopt;
}

int check(const config::DaemonConfig& config, const std::string& file, plugins::BuiltIns built_ins) {
  const auto key = config::load_key_file(config.key_file, config.node.network);
  if (!key) complain(key.error().message);
  if (!Daemon(config, nobody(), built_ins).add_front_ends() || !key) return exit_failed;
  std::cout << file << ": ok" << (*key ? "" : " (the key file will be made at the first start)") << std::endl;
  return exit_ok;
}

}  // namespace

int run(const DaemonOptions& options, plugins::BuiltIns built_ins) {
  const auto reading = read_config(options.config_file, built_ins);
  for (const std::string& error : reading.errors) complain(error);
  if (!reading.errors.empty()) return exit_failed;
  if (options.check_only) return check(reading.config, options.config_file, built_ins);
  const auto identity = find_identity(reading.config, built_ins);
  if (!identity) return exit_failed;
  Daemon daemon(reading.config, *identity, built_ins);
  return daemon.add_front_ends() && daemon.open() ? daemon.run() : exit_failed;
}

}  // namespace p2pns::daemon
