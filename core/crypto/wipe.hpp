// Erasing secrets in a way the optimiser cannot remove.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns::crypto {

/// Overwrites the bytes with zeros.
void wipe(MutableBytes) noexcept;

/// Overwrites a secret when the scope ends, however it ends. The secret must outlive the guard.
class [[nodiscard]] WipeGuard {
 public:
  explicit WipeGuard(MutableBytes secret) noexcept : secret_(secret) {}
  WipeGuard(const WipeGuard&) = delete;
  WipeGuard& operator=(const WipeGuard&) = delete;
  ~WipeGuard() { wipe(secret_); }

 private:
  MutableBytes secret_;
};

}  // namespace p2pns::crypto
