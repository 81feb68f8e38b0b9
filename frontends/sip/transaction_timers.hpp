// Times of SIP transactions (RFC 3261 table 4). Values, so that a test can make an hour of them pass at once.
#pragma once

#include "core/base/time.hpp"

namespace p2pns::sip {

struct TransactionTimers {
  Duration t1 = std::chrono::milliseconds{500};  ///< estimate of a round trip
  Duration t2 = std::chrono::seconds{4};         ///< longest pause between retransmissions
  Duration t4 = std::chrono::seconds{5};         ///< longest life of a message in the network
  Duration d = std::chrono::seconds{32};         ///< how long an INVITE's negative answers may still come
  /// B, F, H, J, L, M: a transaction gives up, or is forgotten, after this.
  Duration life() const noexcept { return 64 * t1; }
};

}  // namespace p2pns::sip
