#include "apps/p2pnsd/daemon.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "apps/p2pnsd/daemon_keys.hpp"
#include "apps/p2pnsd/node_links.hpp"
#include "apps/p2pnsd/open_store.hpp"
#include "apps/p2pnsd/seed_finder.hpp"
#include "apps/p2pnsd/spdlog_log.hpp"
#include "core/host/net/node_host.hpp"
#include "core/kbr/bootstrap.hpp"
#include "plugins/loader/plugin_list.hpp"

namespace p2pns::daemon {

namespace asio = boost::asio;

namespace {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
/// A stop must not take long; what was not handed over by then, the other replicas repair.
constexpr std::chrono::seconds leave_limit{5};
const char* const resolv_conf = "/etc/resolv.conf";

void complain(std::string_view line) { std::cerr << "p2pnsd: " << harmless(line) << std::endl; }

/// Opens the plug-ins that the configuration names, too.
config::ConfigReading read_config(const std::string& file, plugins::PluginList& list) {
  std::vector<std::string_view> built_ins;
  for (const plugins::PluginDescriptor* each : list.all()) built_ins.emplace_back(each->name);
  return config::load_config(file, built_ins, [&list](const std::string& path) { return list.add_file(path); });
}

/// What the configuration's key files hold. None after a complaint.
std::optional<DaemonKeys> find_keys(const config::DaemonConfig& config) {
  // Read before any thread is started: the environment is not ours to guard.
  auto keys = load_keys(config, std::getenv("CREDENTIALS_DIRECTORY"));  // NOLINT(concurrency-mt-unsafe)
  if (!keys) {
    complain(keys.error().message);
    return std::nullopt;
  }
  return std::move(*keys);
}

/// A new identity, and its key file. None after a complaint.
std::optional<crypto::Identity> make_key(const config::DaemonConfig& config, const DaemonKeys& keys) {
  complain("making a new key in " + config.key_file);
  const auto identity = make_node_key(config, keys, [](const std::string& line) { complain(line); });
  if (!identity) {
    complain(identity.error().message);
    return std::nullopt;
  }
  return *identity;
}

class Daemon {
 public:
  Daemon(const config::DaemonConfig& config, const crypto::Identity& identity, const crypto::Signer& owner,
         plugins::Plugins all_plugins, Log& log, std::unique_ptr<store::DurableStore> store)
      : config_(config),
        identity_(identity),
        owner_(owner),
        plugins_(all_plugins),
        log_(log),
        host_(context_, config.node, identity, owner, config.listen, log_, std::move(store)),
        link_host_(host_.add_links()),
        links_(context_.get_executor(), link_host_),
        front_ends_({context_.get_executor(), host_.names(), [this] { return host_.now(); }, log_,
                     std::filesystem::path{config.key_file}.parent_path().string(), &links_,
                     [this](plugins::MetricSink& sink) { links_.collect(sink); }}),
        seed_finder_(context_.get_executor(), config.seed_names, seed_finder_events(), log_),
        signals_(context_) {}

  /// Lets every front end read its section. False after a complaint for each that cannot be used.
  bool add_front_ends() {
    bool all = true;
    for (const config::FrontEndSection& section : config_.front_ends) {
      const auto added = front_ends_.add(*plugins::find_plugin(plugins_, section.name), *section.keys);
      if (!added) complain(added.error().message);
      all = all && added;
    }
    return all;
  }

  /// Takes the overlay's port, on UDP and TCP. False after a complaint.
  bool open() {
    const auto opened = host_.open();
    if (!opened) complain("cannot listen on " + to_string(config_.listen) + " (UDP): " + opened.error().message());
    if (!opened) return false;
    const auto with_links = host_.open_links();
    if (!with_links)
      complain("cannot listen on " + to_string(config_.listen) + " (TCP): " + with_links.error().message());
    return static_cast<bool>(with_links);
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
    if (owner_.public_key() != identity_.public_key())
      log_.write(Severity::info, "names belong to the owner key " + to_hex(owner_.public_key().view()));
    host_.start();
    asio::co_spawn(context_, start_front_ends(), asio::detached);
    seed_finder_.start();
    context_.run();
    if (missing_.empty()) return exit_ok;
    for (const std::string& why : missing_)
      if (served_) complain("this front end was missing all the time: " + why);
    return exit_failed;
  }

 private:
  SeedFinderEvents seed_finder_events() {
    return {[this] { return find_bootstrap_resolvers(config_, resolv_conf); },
            [this] {  // as long as the node asks its seeds itself
              const names::NodeStatus status = host_.names().status();
              return !status.joined || status.known_nodes < kbr::contacts_enough;
            },
            [this](const std::vector<Endpoint>& found) { host_.set_found_seeds(found); }};
  }

  asio::awaitable<void> start_front_ends() {
    missing_ = co_await front_ends_.start();
    for (const std::string& why : missing_) complain(why);
    served_ = missing_.empty() || front_ends_.running() > 0;
    if (!served_) {
      seed_finder_.stop();
      host_.stop();
      context_.stop();
      co_return;
    }
    link_host_.start();  // only now: everybody who takes messages is there
    log_.write(Severity::info, std::to_string(front_ends_.running()) + " of " +
                                   std::to_string(config_.front_ends.size()) + " front ends run");
  }

  asio::awaitable<void> stop_all() {
    log_.write(Severity::info, "stopping");
    // A second signal ends the process at once, should something not stop.
    boost::system::error_code ignored;
    signals_.clear(ignored);
    seed_finder_.stop();
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
  const crypto::Signer& owner_;
  plugins::Plugins plugins_;
  asio::io_context context_{1};
  Log& log_;
  host::NodeHost host_;
  host::LinkHost& link_host_;
  NodeLinks links_;
  plugins::FrontEndSet front_ends_;
  SeedFinder seed_finder_;
  asio::signal_set signals_;
  std::vector<std::string> missing_;  // configured front ends that did not start: a line for each
  bool served_ = false;               // all of them run, or some
};

/// A daemon that is never run: nothing is sent, so any keys will do. It gets no store, which would be nobody's.
struct Trial {
  Trial(const config::DaemonConfig& config, plugins::Plugins all_plugins)
      : log(config.log_level), daemon(config, nobody, owner, all_plugins, log, nullptr) {}
  const crypto::Identity nobody{crypto::KeyPair::from_seed({}), {}};
  const crypto::KeyPairSigner owner{nobody.keys()};
  SpdlogLog log;
  Daemon daemon;
};

/// Everything that could stop a start after the puzzles of a new key, tried before them: they may take minutes.
bool worth_a_key(const config::DaemonConfig& config, plugins::Plugins all_plugins) {
  Trial trial(config, all_plugins);
  if (!trial.daemon.add_front_ends() || !trial.daemon.open()) return false;
  const auto unowned = check_unowned(config);
  if (!unowned) complain(unowned.error().message);
  const auto place = plugins::check_private_file_place(config.key_file);
  if (!place) complain(place.error().message);
  return unowned && place;
}

/// The identity of the key file; made when there is none yet. None after a complaint.
std::optional<crypto::Identity> find_identity(const config::DaemonConfig& config, const DaemonKeys& keys,
                                              plugins::Plugins all_plugins) {
  if (keys.identity) return keys.identity;
  return worth_a_key(config, all_plugins) ? make_key(config, keys) : std::nullopt;
}

int check(const config::DaemonConfig& config, const std::string& file, plugins::Plugins all_plugins) {
  const auto keys = find_keys(config);
  if (!Trial(config, all_plugins).daemon.add_front_ends() || !keys) return exit_failed;
  std::cout << file << ": ok" << (keys->identity ? "" : " (the key file will be made at the first start)") << std::endl;
  return exit_ok;
}

}  // namespace

int run(const DaemonOptions& options, plugins::Plugins built_ins) {
  plugins::PluginList list(built_ins);
  const auto reading = read_config(options.config_file, list);
  const plugins::Plugins all_plugins = list.all();
  for (const std::string& error : reading.errors) complain(error);
  if (!reading.errors.empty()) return exit_failed;
  if (options.check_only) return check(reading.config, options.config_file, all_plugins);
  auto keys = find_keys(reading.config);
  if (!keys) return exit_failed;
  const auto identity = find_identity(reading.config, *keys, all_plugins);
  if (!identity) return exit_failed;
  keys->passphrase = {};  // wiped: it has done its work
  const crypto::KeyPairSigner owner(keys->owner ? *keys->owner : identity->keys());
  SpdlogLog log(reading.config.log_level);
  auto store = open_store(reading.config, *identity, log);
  if (!store) {
    complain(store.error().message);
    return exit_failed;
  }
  const std::string kept = describe_store(reading.config, store->get());
  Daemon daemon(reading.config, *identity, owner, all_plugins, log, std::move(*store));
  if (!daemon.add_front_ends() || !daemon.open()) return exit_failed;
  // Only now: a start that fails says why in one line, and nothing else.
  for (const std::string& path : reading.config.plugin_files)
    log.write(Severity::info, "a plug-in was loaded from " + path);
  log.write(Severity::info, kept);
  return daemon.run();
}

}  // namespace p2pns::daemon
