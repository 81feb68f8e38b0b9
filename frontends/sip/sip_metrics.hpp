// The SIP front end's counters as metrics.
#pragma once

#include "frontends/sip/sip_counters.hpp"
#include "frontends/sip/sip_registrar.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::sip {

void write_metrics(const SipCounters&, const SipRegistrar&, plugins::MetricSink&);

}  // namespace p2pns::sip
