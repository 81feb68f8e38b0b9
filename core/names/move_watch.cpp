#include "core/names/move_watch.hpp"

#include <algorithm>

namespace p2pns::names {

MoveWatch::MoveWatch(const MoveWatchEnvironment& environment) : environment_(environment) { wait(); }

/// A name may come just after a pass began, and be the last of the next: two passes fit into the stage-1 life. The
/// first one is for names of an earlier run, and does not wait.
void MoveWatch::wait() {
  const auto names = static_cast<Duration::rep>(std::max<std::size_t>(1, environment_.owned.size()));
  const Duration pause = first_pass_ ? Duration{0} : environment_.stage1_life_maximum / 2 / names;
  timer_ = environment_.timers.after(std::max(pause, look_pause_minimum), [this] { look(); });
}

void MoveWatch::look() {
  if (left_.empty()) left_ = environment_.owned.names();
  while (!left_.empty() && !environment_.owned.find(left_.back())) left_.pop_back();
  if (left_.empty()) {
    first_pass_ = false;
    return wait();
  }
  const P2PName& name = left_.back();
  read_ = environment_.dht.get(dht::name_position(name.zone, name.label, 0), dht::RecordType::binding,
                               dht::read_time_out, [this](const dht::ReadResult& result) { on_read(result); });
}

void MoveWatch::on_read(const dht::ReadResult& result) {
  if (result.error == Errc::no_peers || result.error == Errc::not_reachable) {
    timer_ = environment_.timers.after(look_retry, [this] { look(); });
    return;
  }
  const P2PName name = std::move(left_.back());
  left_.pop_back();
  if (left_.empty()) first_pass_ = false;
  // Any other failure is about this name, and says nothing; the next pass asks again.
  const auto binding = !result.error && result.record ? dht::decode_binding(result.record->bytes())
                                                      : Result<dht::Binding>{Errc::no_such_name};
  if (binding) environment_.registrar.on_seen(name, *binding);
  wait();
}

}  // namespace p2pns::names
