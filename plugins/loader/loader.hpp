// Loader: which plug-ins there are, whether they fit this program, and their life: create, start one after the other,
// stop. A front end that fails to start says why in one line; the others go on. Reading the configuration file and
// driving the node are left to the daemon.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace p2pns::plugins {

/// The explicit list of what there is: what is linked in (no static registration), then what came from files
/// (plugin_list.hpp). The descriptors live as long as the process.
using Plugins = std::span<const PluginDescriptor* const>;

/// Null when nothing of this name is known.
const PluginDescriptor* find_plugin(Plugins, std::string_view name);

/// One line with both values when the plug-in was built for another host; empty when it fits.
std::string misfit_of(const PluginDescriptor&);

/// What every plug-in sees of the process; each gets its own section in addition. The references outlive the set.
struct HostFace {
  boost::asio::any_io_executor executor;
  names::NameService& names;
  Callback<TimePoint()> now;
  Log& log;
  std::string state_folder{};                  ///< where relative paths of plug-ins start
  PeerLinks* links = nullptr;                  ///< none: front ends of this process reach no other nodes
  std::function<void(MetricSink&)> collect{};  ///< what the process itself counts; none: nothing
};

/// At most so many front ends in one process: more is a configuration gone wrong.
inline constexpr std::size_t front_ends_maximum = 32;

class FrontEndSet {
 public:
  explicit FrontEndSet(HostFace face);
  ~FrontEndSet();
  FrontEndSet(const FrontEndSet&) = delete;
  FrontEndSet& operator=(const FrontEndSet&) = delete;

  /// Checks the plug-in and lets it read `section`, which outlives the set. Opens nothing.
  ConfigResult<void> add(const PluginDescriptor&, const ConfigNode& section);
  /// Starts all in the order they were added. Returns one line ("http: ...") for each that did not start.
  boost::asio::awaitable<std::vector<std::string>> start();
  /// Stops those that run, in the opposite order. Harmless without start() and when called twice.
  boost::asio::awaitable<void> stop();
  std::size_t running() const noexcept;
  /// Lets each that runs write its counters, in the order they were added, and the process its own.
  void collect(MetricSink&) const;

 private:
  struct Member;
  HostFace face_;
  NoPeerLinks no_links_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace p2pns::plugins
