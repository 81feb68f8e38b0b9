#include "apps/p2pnsd/spdlog_log.hpp"

#include <algorithm>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/base/printable.hpp"

namespace p2pns::daemon {

namespace {

spdlog::level::level_enum to_spdlog(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return spdlog::level::debug;
    case Severity::info:
      return spdlog::level::info;
    case Severity::warning:
      return spdlog::level::warn;
    case Severity::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

bool LineBudget::take(TimePoint now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - refilled_);
  if (seconds.count() > 0) {
    left_ = std::min(log_lines_burst, left_ + log_lines_per_second * static_cast<std::size_t>(seconds.count()));
    refilled_ += seconds;
  }
  if (left_ == 0) return false;
  --left_;
  return true;
}

std::string harmless(std::string_view line) {
  std::string text = printable(std::string{line.substr(0, log_line_maximum_bytes)});
  if (line.size() > log_line_maximum_bytes) text += "...";
  return text;
}

SpdlogLog::SpdlogLog(Severity threshold)
    : threshold_(threshold),
      logger_(std::make_shared<spdlog::logger>("p2pnsd", std::make_shared<spdlog::sinks::stderr_sink_st>())),
      budget_(std::chrono::steady_clock::now()) {
  logger_->set_level(to_spdlog(threshold));
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
  logger_->flush_on(spdlog::level::debug);
}
SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::write(Severity severity, std::string_view line) {
  if (!enabled(severity)) return;
  if (!budget_.take(std::chrono::steady_clock::now())) {
    ++dropped_;
    return;
  }
  if (dropped_ > 0) {
    logger_->warn("log: {} lines dropped, there were too many", dropped_);
    dropped_ = 0;
  }
  logger_->log(to_spdlog(severity), harmless(line));
}

bool SpdlogLog::enabled(Severity severity) const { return severity >= threshold_; }

}  // namespace p2pns::daemon
