// UpstreamHealth: what is known of one upstream, and when it is probed. Pure: no time, no socket.
//
//   usable   asked; so is one that nothing is known of yet
//   failed   did not answer; probed after 0.5, 1, 2, 3, 3, ... s until it does, and asked only when no other is usable
//   looping  asks us what we ask it; never asked, probed every 30 s until that has ended
#pragma once

#include <chrono>
#include <cstdint>

namespace p2pns::dns {

/// Questions without an answer in a row before an upstream counts as failed: single ones are slow by themselves.
inline constexpr int silences_maximum = 3;
inline constexpr std::chrono::milliseconds probe_pause_first{500};
/// With the time of a probe below 5 s: so long it takes at most to see that an upstream is back.
inline constexpr std::chrono::milliseconds probe_pause_last{3000};
/// A loop is somebody's configuration; it does not end by itself.
inline constexpr std::chrono::milliseconds loop_probe_pause{30'000};

class UpstreamHealth {
 public:
  enum class State : std::uint8_t { usable, failed, looping };

  State state() const noexcept { return state_; }

  // Each is true when the state changed.
  bool on_answer();
  /// A question, or a probe, was not answered in time.
  bool on_silence();
  /// Refused, no route: there is no use in waiting.
  bool on_error();
  bool on_loop();
  /// A probe was answered, and did not come back to us.
  bool on_probe_answer();
  bool on_probe_failure();

  /// Time until the next probe; doubles with each call while the upstream is failed. Only when not usable.
  std::chrono::milliseconds next_probe_pause();

 private:
  bool become(State);

  State state_ = State::usable;
  int silences_ = 0;
  std::chrono::milliseconds pause_ = probe_pause_first;
};

}  // namespace p2pns::dns
