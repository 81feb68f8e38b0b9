// PluginHost: everything a plug-in may touch.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "core/base/log.hpp"
#include "core/names/name_service.hpp"
#include "plugins/api/config_node.hpp"
#include "plugins/api/metric_sink.hpp"
#include "plugins/api/peer_links.hpp"

namespace p2pns::plugins {

class PluginHost {
 public:
  /// The one thread that drives the node; all coroutines of a plug-in run here.
  virtual boost::asio::any_io_executor executor() = 0;
  /// A proxy: sets the node's time before each call and re-arms its timer after it.
  virtual names::NameService& names() = 0;
  /// Messages to and from other nodes.
  virtual PeerLinks& links() = 0;
  /// Time for find_cached.
  virtual TimePoint now() const = 0;
  /// This plug-in's section of the configuration only.
  virtual const ConfigNode& config() const = 0;
  virtual Log& log() = 0;
  /// Where this process keeps its files: the folder of its key. Relative paths of a plug-in start there.
  virtual const std::string& state_folder() const = 0;
  /// Lets every front end that runs write its counters.
  virtual void collect(MetricSink&) const = 0;

 protected:
  ~PluginHost() = default;
};

}  // namespace p2pns::plugins
