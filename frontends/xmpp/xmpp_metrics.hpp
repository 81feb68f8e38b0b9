// xmpp_metrics: the counters of the XMPP front end under the names that /metrics shows.
#pragma once

#include "frontends/xmpp/xmpp_counters.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::xmpp {

void write_metrics(const XmppCounters&, plugins::MetricSink&);

}  // namespace p2pns::xmpp
