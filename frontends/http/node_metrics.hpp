// node_metrics: what the node knows about itself, under the names that /metrics shows.
#pragma once

#include "core/names/name_service.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::http {

void write_metrics(const names::NodeStatus&, plugins::MetricSink&);

}  // namespace p2pns::http
