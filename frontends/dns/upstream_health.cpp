#include "frontends/dns/upstream_health.hpp"

#include <algorithm>
#include <utility>

namespace p2pns::dns {

bool UpstreamHealth::become(State state) {
  silences_ = 0;
  if (state == state_) return false;
  state_ = state;
  pause_ = probe_pause_first;
  return true;
}

bool UpstreamHealth::on_answer() { return state_ != State::looping && become(State::usable); }

bool UpstreamHealth::on_silence() {
  return state_ == State::usable && ++silences_ >= silences_maximum && become(State::failed);
}

bool UpstreamHealth::on_error() { return state_ == State::usable && become(State::failed); }

bool UpstreamHealth::on_loop() { return become(State::looping); }

bool UpstreamHealth::on_probe_answer() { return become(State::usable); }

bool UpstreamHealth::on_probe_failure() { return on_error(); }

std::chrono::milliseconds UpstreamHealth::next_probe_pause() {
  if (state_ == State::looping) return loop_probe_pause;
  return std::exchange(pause_, std::min(2 * pause_, probe_pause_last));
}

}  // namespace p2pns::dns
