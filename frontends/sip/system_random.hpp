// Random from the operating system: branches, tags and the secret of route tokens must not be guessed.
#pragma once

#include "core/base/random.hpp"

namespace p2pns::sip {

class SystemRandom final : public Random {
 public:
  void fill(MutableBytes out) override;
};

}  // namespace p2pns::sip
