// A Log that keeps nothing but the number of lines: tests check that hostile input writes none.
#pragma once

#include "core/base/log.hpp"

namespace p2pns::test {

class NullLog final : public Log {
 public:
  void write(Severity, std::string_view) override { ++lines_; }
  bool enabled(Severity) const override { return true; }
  std::size_t lines() const noexcept { return lines_; }

 private:
  std::size_t lines_ = 0;
};

}  // namespace p2pns::test
