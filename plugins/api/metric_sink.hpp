// MetricSink: where a front end writes its counters when somebody asks for them. Names, help and labels are texts of
// the program: nothing that a user or another node chose may become one, or metrics would grow without bound and tell
// who asks for what.
#pragma once

#include <cstdint>
#include <string_view>

namespace p2pns::plugins {

/// One of a fixed set of values: {"reason", "replayed"}. An empty key: no label.
struct MetricLabel {
  std::string_view key{};
  std::string_view value{};
};

class MetricSink {
 public:
  /// A number that only rises while the process lives. `name` as Prometheus wants it, without the program's name in
  /// front and with "_total" at the end: "dns_queries_total". The same name may come again with another label.
  virtual void counter(std::string_view name, std::string_view help, std::uint64_t value, MetricLabel label = {}) = 0;
  /// A number that rises and falls: "names_owned".
  virtual void gauge(std::string_view name, std::string_view help, std::uint64_t value, MetricLabel label = {}) = 0;

 protected:
  ~MetricSink() = default;
};

}  // namespace p2pns::plugins
