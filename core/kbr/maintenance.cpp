#include "core/kbr/maintenance.hpp"

#include <algorithm>

namespace p2pns::kbr {

Maintenance::Maintenance(const MaintenanceContext& context, LookupObserver& observer)
    : context_(context),
      prober_(context_),
      liveness_(context_, observer),
      bootstrap_(context_, {[this] { integrate(); },
                            [this] {
                              if (!fill_.busy()) integrate();
                            },
                            [this] { become_joined(); }}),
      fill_(context_, prober_, observer),
      refresh_(context_) {
  prober_.on_settled([this] { fill_.on_probes_settled(); });
}

void Maintenance::start(std::vector<Endpoint> seeds, std::vector<Endpoint> former, bool more_to_come) {
  liveness_.start();
  bootstrap_.start(std::move(seeds), std::move(former), more_to_come);
}

void Maintenance::integrate() {
  if (leaving_) return;
  if (fill_.busy()) {
    integrate_again_ = true;
    return;
  }
  integrate_again_ = false;
  fill_.run([this](bool) { on_integrated(); });
}

void Maintenance::on_integrated() {
  if (context_.contacts.siblings().size() == 0) return;  // all gone meanwhile: the seeds are asked again
  // Whoever was met meanwhile is a reason to look again, none to make others wait for us.
  if (!joined_ || !integrate_again_) become_joined();
  if (integrate_again_) integrate();
}

void Maintenance::become_joined() {
  if (leaving_) return;
  if (!joined_) await_greetings();
  if (!std::exchange(joined_, true) && on_joined_) on_joined_();
  announce(context_.contacts.siblings().size());
  refresh_.start();
  settle_pause_ = settle_first;
  arm_settling();
}

/// The nearest siblings answer an announcement by proving us in their turn.
void Maintenance::await_greetings() {
  for (const Contact& contact : context_.contacts.siblings().contacts())
    if (not_greeted_by_.size() < siblings_per_key) not_greeted_by_.insert(contact.node.id);
  quiet_pass_ = not_greeted_by_.empty();  // alone: nobody to ask
  settle_limit_ = context_.timers.after(settle_patience, [this] { settled_ = true; });
  judge_settled();
}

void Maintenance::on_greeted(const NodeId& id) {
  if (!joined_ || not_greeted_by_.erase(id) == 0) return;
  judge_settled();
}

void Maintenance::judge_settled() { settled_ = settled_ || (quiet_pass_ && not_greeted_by_.empty()); }

void Maintenance::leave() {
  leaving_ = true;
  settle_timer_.cancel();
  announce_timer_.cancel();
  to_announce_.clear();
  for (const Contact& contact : context_.contacts.siblings().contacts())
    context_.channel
        .call(contact.node, wire::MessageType::leave, wire::encode(wire::Leave{}), 0, [](Result<rpc::Answer>) {})
        .detach();
}

void Maintenance::arm_settling() {
  if (leaving_) return;
  settle_timer_ = context_.timers.after(context_.random.between(settle_pause_ / 2, settle_pause_), [this] {
    if (fill_.busy()) return arm_settling();
    fill_.settle([this](bool found) {
      if (integrate_again_) return integrate();
      quiet_pass_ = quiet_pass_ || !found;
      judge_settled();
      settle_pause_ = found ? settle_first : std::min(2 * settle_pause_, settle_last);
      arm_settling();
    });
  });
}

void Maintenance::announce(std::size_t count) {
  bootstrap_.hurry();
  to_announce_.clear();
  for (const Contact& contact : context_.contacts.siblings().contacts())
    if (to_announce_.size() < count) to_announce_.push_back(contact.node);
  std::ranges::reverse(to_announce_);
  send_announcements();
}

void Maintenance::send_announcements() {
  const ByteVector ping = wire::encode(wire::Ping{joined()});
  for (std::size_t i = 0; i < announce_group && !to_announce_.empty(); ++i) {
    context_.channel
        .call(to_announce_.back(), wire::MessageType::ping, ping, pong_bytes_maximum,
              [this](const Result<rpc::Answer>& answer) {
                // The tables hear of it through the channel's observer.
                if (answer) (void)read_pong(context_, *answer);
              })
        .detach();
    to_announce_.pop_back();
  }
  if (!to_announce_.empty()) announce_timer_ = context_.timers.after(announce_pause, [this] { send_announcements(); });
}

}  // namespace p2pns::kbr
