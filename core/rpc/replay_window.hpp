// ReplayWindow: accepts each (start, counter) of one peer once (docs/protocol.md, "Replays"). `start` is when the peer
// started, `counter` rises with every message; what is older than the window counts as seen. After IPsec's sliding
// window (RFC 6479), with the peer's restart as a new window.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

namespace p2pns::rpc {

/// Datagrams may overtake each other by this many before the late one is dropped.
inline constexpr std::size_t replay_window_messages = 1024;

class ReplayWindow {
 public:
  /// False: seen before, too old, or from before the peer's last restart.
  bool accept(std::uint32_t start_s, std::uint32_t counter);
  /// True when the message comes from an earlier run of the peer than the current one, or the peer's clock went back.
  bool before_current_run(std::uint32_t start_s) const noexcept;
  /// Start time of the peer's current run, if any message was accepted.
  std::optional<std::uint32_t> start_s() const noexcept { return start_s_; }

 private:
  void start_run(std::uint32_t start_s, std::uint32_t counter);
  void advance_to(std::uint32_t counter);

  std::optional<std::uint32_t> start_s_;
  std::uint32_t highest_ = 0;
  std::bitset<replay_window_messages> seen_;
};

}  // namespace p2pns::rpc
