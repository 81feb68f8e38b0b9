// FrontEnd: one way into the name service (DNS, HTTP, ...). Translation and sockets; no overlay logic.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "core/base/result.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::plugins {

/// Why a front end does not start: one line a person can act on.
struct StartError {
  std::string message;
};

class FrontEnd {
 public:
  virtual ~FrontEnd() = default;
  /// Sockets are open when this completes. Returns an empty message on success.
  virtual boost::asio::awaitable<StartError> start() = 0;
  /// No answer leaves after this completes. Calling it twice, or without start(), is harmless.
  virtual boost::asio::awaitable<void> stop() = 0;
  /// Writes what it counts; called while it runs.
  virtual void collect(MetricSink&) const {}
};

}  // namespace p2pns::plugins
