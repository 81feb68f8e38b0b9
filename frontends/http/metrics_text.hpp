// MetricsText: counters as Prometheus reads them (text exposition format 0.0.4).
#pragma once

#include <string>
#include <vector>

#include "plugins/api/metric_sink.hpp"

namespace p2pns::http {

inline constexpr const char* metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

class MetricsText final : public plugins::MetricSink {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value, plugins::MetricLabel label) override;
  void gauge(std::string_view name, std::string_view help, std::uint64_t value, plugins::MetricLabel label) override;
  /// Every family once, in the order of its first sample; all names start with "p2pns_".
  std::string text() const;

 private:
  struct Family {
    std::string name;
    std::string head;     ///< its HELP and TYPE lines
    std::string samples;  ///< a line each
  };
  void add(std::string_view type, std::string_view name, std::string_view help, std::uint64_t value,
           plugins::MetricLabel label);

  std::vector<Family> families_;  // about a hundred: searched one by one
};

}  // namespace p2pns::http
