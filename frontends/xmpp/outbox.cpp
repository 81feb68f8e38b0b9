#include "frontends/xmpp/outbox.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "plugins/api/async_names.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);

Refusal refusal_of(names::Outcome outcome) {
  if (outcome == names::Outcome::no_such_name)
    return {Condition::remote_server_not_found, "Nobody has registered this name."};
  return {Condition::remote_server_timeout, "The name could not be looked up; try again later."};
}

}  // namespace

bool Outbox::push(const names::P2PName& to, Parcel parcel) {
  const auto found = queues_.find(to);
  const bool fresh = found == queues_.end();
  if (stopped_ || !has_room(fresh ? nullptr : found->second.get(), parcel)) return false;
  const QueueHandle queue = fresh ? std::make_shared<Queue>(host_.executor()) : found->second;
  count_in(*queue, parcel);
  queue->waiting.push_back(std::move(parcel));
  queue->progress.cancel();
  if (fresh) {
    queues_.emplace(to, queue);
    // It may run at once, as far as it comes.
    asio::co_spawn(host_.executor(), run(shared_from_this(), to, queue), asio::detached);
  }
  return true;
}

/// `queue`: of the name it is for; null: there is none yet.
bool Outbox::has_room(const Queue* queue, const Parcel& parcel) const {
  const std::size_t size = parcel.xml.size();
  if (bytes_ + size > outbox_maximum_bytes) return false;
  const auto from = bytes_from_.find(user_part(parcel.head.from));
  if (from != bytes_from_.end() && from->second + size > outbox_share_maximum_bytes) return false;
  if (queue == nullptr) return queues_.size() < outbox_names_maximum;
  return queue->waiting.size() + queue->sent < parcels_per_name_maximum &&
         queue->bytes + size <= outbox_share_maximum_bytes;
}

void Outbox::count_in(Queue& queue, const Parcel& parcel) {
  bytes_ += parcel.xml.size();
  queue.bytes += parcel.xml.size();
  bytes_from_[user_part(parcel.head.from)] += parcel.xml.size();
}

void Outbox::count_out(Queue& queue, const Parcel& parcel) {
  bytes_ -= parcel.xml.size();
  queue.bytes -= parcel.xml.size();
  const auto from = bytes_from_.find(user_part(parcel.head.from));
  from->second -= parcel.xml.size();
  if (from->second == 0) bytes_from_.erase(from);
}

/// Ends, with its queue, when nothing waits and everything sent is settled.
asio::awaitable<void> Outbox::run(std::shared_ptr<Outbox> self, names::P2PName to, QueueHandle queue) {
  while (!self->stopped_ && (!queue->waiting.empty() || queue->sent > 0)) {
    if (!queue->waiting.empty()) {
      const Found found = co_await find_node(self, to, queue->unreachable);
      if (self->stopped_) break;
      queue->unreachable = false;
      if (!found.node) self->refuse_all(to, *queue, found.refusal);
      while (found.node && !self->stopped_ && !queue->unreachable && !queue->waiting.empty()) {
        const bool room = queue->sent < parcels_sent_maximum && queue->sent_bytes < bytes_sent_maximum;
        if (room)
          self->send_front(*found.node, to, queue);
        else
          co_await queue->progress.async_wait(token);
      }
    } else {
      co_await queue->progress.async_wait(token);
    }
  }
  const auto found = self->queues_.find(to);
  if (found != self->queues_.end() && found->second == queue) self->queues_.erase(found);
}

asio::awaitable<Outbox::Found> Outbox::find_node(std::shared_ptr<Outbox> self, names::P2PName to, bool anew) {
  std::shared_ptr<const names::NameAnswer> answer;
  if (!anew) answer = self->host_.names().find_cached(to, self->host_.now());
  if (!answer) {
    names::NameQuery query{to, anew};
    answer = co_await plugins::resolve(self->host_.names(), query);
  }
  // The binding alone counts: whether the node can be reached is the link's matter.
  Found found;
  if (answer->binding)
    found.node = answer->binding->node;
  else
    found.refusal = refusal_of(answer->outcome);
  co_return found;
}

void Outbox::send_front(const NodeId& node, const names::P2PName& to, const QueueHandle& queue) {
  auto parcel = std::make_shared<Parcel>(std::move(queue->waiting.front()));
  queue->waiting.pop_front();
  ++queue->sent;
  queue->sent_bytes += parcel->xml.size();
  Callback<void(Result<void>)> done = [self = weak_from_this(), to, queue, parcel](Result<void> outcome) {
    if (const auto outbox = self.lock()) outbox->settle(to, queue, *parcel, outcome);
  };
  host_.links().send(node, link_protocol, copy_of(as_bytes(parcel->xml)), std::move(done)).detach();
}

void Outbox::settle(const names::P2PName& to, const QueueHandle& queue, const Parcel& parcel, Result<void> outcome) {
  --queue->sent;
  queue->sent_bytes -= parcel.xml.size();
  count_out(*queue, parcel);
  if (!outcome && outcome.error() == Errc::not_reachable) queue->unreachable = true;
  queue->progress.cancel();
  if (stopped_) return;
  if (!outcome && outcome.error() == Errc::not_reachable) events_.unreachable(to);
  if (outcome)
    events_.sent(to);
  else
    events_.failed(to, parcel, refusal_of_link(outcome.error()));
}

void Outbox::refuse_all(const names::P2PName& to, Queue& queue, const Refusal& refusal) {
  const auto refused = std::exchange(queue.waiting, {});
  for (const Parcel& parcel : refused) {
    count_out(queue, parcel);
    events_.failed(to, parcel, refusal);
  }
}

void Outbox::stop() {
  stopped_ = true;
  for (auto& [name, queue] : queues_) queue->progress.cancel();
}

}  // namespace p2pns::xmpp
