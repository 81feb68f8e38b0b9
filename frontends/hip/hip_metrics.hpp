// hip_metrics: the counters of this front end, for a MetricSink.
#pragma once

#include "frontends/hip/hip_counters.hpp"
#include "frontends/web/http_server.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::hip {

void write_metrics(const HipCounters&, const web::HttpServerCounters&, plugins::MetricSink&);

}  // namespace p2pns::hip
