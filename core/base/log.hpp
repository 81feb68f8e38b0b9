// Log: where the core tells what a person should know. Hostile input is counted, not logged line by line.
// No secret ever goes into a log.
#pragma once

#include <string_view>

namespace p2pns {

enum class Severity { debug, info, warning, error };

class Log {
 public:
  virtual void write(Severity, std::string_view line) = 0;
  virtual bool enabled(Severity) const = 0;

 protected:
  ~Log() = default;
};

}  // namespace p2pns
