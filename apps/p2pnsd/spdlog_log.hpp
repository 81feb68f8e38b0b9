// SpdlogLog: the core's Log on standard error. Lines are made harmless for a terminal, cut, and limited in number, so
// that whoever can cause lines cannot fill a disk.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/base/log.hpp"

namespace spdlog {
class logger;
}

namespace p2pns::daemon {

/// Lines allowed in a burst; a start writes about ten.
inline constexpr std::size_t log_lines_burst = 200;
/// Lines allowed in the long run: 2 MB an hour.
inline constexpr std::size_t log_lines_per_second = 5;
inline constexpr std::size_t log_line_maximum_bytes = 1000;

/// How many lines may pass; takes the time, so that it can be tested.
class LineBudget {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  explicit LineBudget(TimePoint start) : refilled_(start) {}
  bool take(TimePoint now);

 private:
  std::size_t left_ = log_lines_burst;
  TimePoint refilled_;
};

/// Cut to the maximum, control characters replaced.
std::string harmless(std::string_view line);

class SpdlogLog final : public Log {
 public:
  explicit SpdlogLog(Severity threshold);
  ~SpdlogLog();
  void write(Severity, std::string_view line) override;
  bool enabled(Severity) const override;

 private:
  Severity threshold_;
  std::shared_ptr<spdlog::logger> logger_;  // shared: spdlog makes nothing else
  LineBudget budget_;
  std::size_t dropped_ = 0;
};

}  // namespace p2pns::daemon
