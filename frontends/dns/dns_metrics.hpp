// dns_metrics: the counters of the DNS front end under the names that /metrics shows.
#pragma once

#include "frontends/dns/dns_counters.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::dns {

void write_metrics(const DnsCounters&, plugins::MetricSink&);

}  // namespace p2pns::dns
