#include "core/dht/replica.hpp"

#include "core/base/assert.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;
using wire::StoreVerdict;

void answer_refused(const rpc::Responder& respond, wire::RefusalReason reason) {
  respond(MessageType::refused, wire::encode(wire::Refused{reason}));
}

void answer_not_ready(const rpc::Responder& respond) {
  respond(MessageType::not_ready, wire::encode(wire::NotReady{}));
}

// What stands in the way is evidence, and better left out than the verdict with it.
ByteVector encode_stored(wire::Stored stored, std::size_t maximum_bytes) {
  ByteVector body = wire::encode(stored);
  if (body.size() <= maximum_bytes) return body;
  stored.existing.clear();
  return wire::encode(stored);
}

const Endpoint& sender_of(const rpc::Request& request) { return request.from.endpoints.front(); }

}  // namespace

Replica::Replica(const ReplicaEnvironment& environment)
    : environment_(environment),
      store_limits_(environment.network.exempt_private_blocks),
      weak_limits_(environment.network.exempt_private_blocks, writing_blocks_maximum, weak_rate),
      withdrawal_limits_(environment.network.exempt_private_blocks) {
  serve();
  expiry_ = environment_.timers.after(expiry_interval, [this] { expire(); });
}

void Replica::serve() {
  using rpc::Request;
  using rpc::Responder;
  rpc::RpcChannel& channel = environment_.channel;
  channel.serve(MessageType::get, wire::decode_get,
                [this](const Request& request, const wire::Get& get, const Responder& respond) {
                  on_get(request, get, respond);
                });
  channel.serve(MessageType::store, wire::decode_store,
                [this](const Request& request, wire::Store store, Responder respond) {
                  on_store(request, std::move(store), std::move(respond));
                });
  channel.serve(MessageType::withdraw, wire::decode_withdraw,
                [this](const Request& request, wire::Withdraw withdraw, Responder respond) {
                  on_withdraw(request, std::move(withdraw), std::move(respond));
                });
}

std::optional<VerifiedRecord> Replica::find(const Key& key, RecordType type) {
  ++counters_.reads;
  auto record = environment_.store.find(key, type);
  if (record && !shows(*record, environment_.wall_clock.now())) record.reset();
  if (!record && type == RecordType::binding && environment_.routing.responsible_for(key, storing_nodes))
    ++counters_.reads_empty;
  return record;
}

bool Replica::shows(const VerifiedRecord& record, UnixTime now) const {
  if (check_lease(record.not_after(), now) == Errc::expired) return false;
  if (is_weak(record.type()))
    return !revokes(environment_.store.find(record.key(), RecordType::host_identity), record, now);
  return record.type() != RecordType::record_set ||
         stands_beside(record, environment_.store.find(record.key(), RecordType::binding), now);
}

bool Replica::ready_for(const Key& key) const {
  if (!environment_.routing.joined()) return false;
  return range_ready_ || !environment_.routing.responsible_for(key, storing_nodes);
}

Replica::Stored Replica::later(Completion<wire::Stored> completion) {
  return [this, done = std::move(completion)](wire::Stored stored) mutable {
    environment_.timers.post(
        [done = std::move(done), stored = std::move(stored)]() mutable { done(std::move(stored)); });
  };
}

Operation Replica::store(SignedRecord record, Callback<void(wire::Stored)> callback) {
  auto [operation, completion] = start_operation<wire::Stored>(std::move(callback));
  put(std::move(record), Source::owner, later(std::move(completion)));
  return std::move(operation);
}

Operation Replica::adopt(VerifiedRecord record, Callback<void(wire::Stored)> callback) {
  auto [operation, completion] = start_operation<wire::Stored>(std::move(callback));
  put(std::move(record), Source::majority, later(std::move(completion)));
  return std::move(operation);
}

Operation Replica::hand_over(SignedRecord record, Callback<void(wire::Stored)> callback) {
  auto [operation, completion] = start_operation<wire::Stored>(std::move(callback));
  Stored stored = later(std::move(completion));
  if (record.type != RecordType::withdrawal) {
    put(std::move(record), Source::replica, std::move(stored));
    return std::move(operation);
  }
  take_back(std::move(record), [stored = std::move(stored)](const Result<void>& result) {
    if (result) return stored(wire::Stored{});
    const bool ours = result.error() == Errc::overloaded || result.error() == Errc::io_error;
    stored(wire::Stored{ours ? StoreVerdict::full : StoreVerdict::invalid, {}});
  });
  return std::move(operation);
}

void Replica::forget(const VerifiedRecord& record) {
  const Key key = record.key();
  if (environment_.routing.responsible_for(key, storing_nodes) || queues_.contains(key) || removals_.contains(key))
    return;
  if (environment_.store.find(key, record.type()) != record) return;
  if (record.type() == RecordType::binding) {
    const auto set = environment_.store.find(key, RecordType::record_set);
    if (set && shows(*set, environment_.wall_clock.earliest())) return;
    drop_published(key);
  }
  removals_[key] = environment_.store.remove(key, record.type(), [this, key](const Result<void>& result) {
    if (result) ++counters_.dropped;
    removals_.erase(key);
  });
}

Operation Replica::withdraw(SignedRecord withdrawal, Callback<void(Result<void>)> callback) {
  auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
  take_back(std::move(withdrawal), [this, done = std::move(completion)](const Result<void>& result) mutable {
    environment_.timers.post([done = std::move(done), result]() mutable { done(result); });
  });
  return std::move(operation);
}

void Replica::on_get(const rpc::Request& request, const wire::Get& get, const rpc::Responder& respond) {
  if (!ready_for(get.key)) {
    ++counters_.reads_not_ready;
    return answer_not_ready(respond);
  }
  wire::Value value;
  if (const auto record = find(get.key, static_cast<RecordType>(get.record_type))) value.record = record->bytes();
  value.contacts = environment_.routing.local_lookup(get.key, wire::contacts_per_answer_maximum);
  respond(MessageType::value, wire::encode(value, request.answer_maximum_bytes));
}

bool Replica::admit_weak(const rpc::Request& request) {
  if (weak_limits_.admit(sender_of(request), environment_.timers.now())) return true;
  ++counters_.limited;
  return false;
}

void Replica::on_store(const rpc::Request& request, wire::Store store, rpc::Responder respond) {
  if (!ready()) return answer_not_ready(respond);
  if (!store_limits_.admit(sender_of(request), environment_.timers.now())) {
    ++counters_.limited;
    return answer_refused(respond, wire::RefusalReason::overloaded);
  }
  const auto type = static_cast<RecordType>(store.record_type);
  if (proves_itself(type) && !admit_weak(request)) return answer_refused(respond, wire::RefusalReason::overloaded);
  put({type, std::move(store.record)}, Source::owner,
      [respond = std::move(respond), maximum = request.answer_maximum_bytes](wire::Stored stored) {
        respond(MessageType::stored, encode_stored(std::move(stored), maximum));
      });
}

void Replica::on_withdraw(const rpc::Request& request, wire::Withdraw withdraw, rpc::Responder respond) {
  // Also while the range is being pulled: what is withdrawn now is not taken over later.
  if (!environment_.routing.joined()) return answer_not_ready(respond);
  if (!withdrawal_limits_.admit(sender_of(request), environment_.timers.now())) {
    ++counters_.limited;
    return answer_refused(respond, wire::RefusalReason::overloaded);
  }
  take_back({RecordType::withdrawal, std::move(withdraw.withdrawal)},
            [respond = std::move(respond)](const Result<void>& result) {
              if (result) return respond(MessageType::withdrawn, wire::encode(wire::Withdrawn{}));
              const bool ours = result.error() == Errc::overloaded || result.error() == Errc::io_error;
              answer_refused(respond, ours ? wire::RefusalReason::overloaded : wire::RefusalReason::malformed);
            });
}

void Replica::put(SignedRecord record, Source source, Stored stored) {
  if (record.type == RecordType::withdrawal) return refuse(stored, StoreVerdict::invalid);
  auto verified = environment_.records.verify(std::move(record));
  if (!verified) return refuse(stored, StoreVerdict::invalid);
  put(std::move(*verified), source, std::move(stored));
}

void Replica::put(VerifiedRecord record, Source source, Stored stored) {
  if (!environment_.routing.responsible_for(record.key(), storing_nodes))
    return refuse(stored, StoreVerdict::not_responsible);
  if (!has_room_for(record.key())) return refuse(stored, StoreVerdict::full);
  enqueue({std::move(record), source, std::move(stored), nullptr, {}});
}

void Replica::take_back(SignedRecord record, Withdrawn withdrawn) {
  P2PNS_ASSERT(record.type == RecordType::withdrawal);
  auto verified = environment_.records.verify(std::move(record));
  if (!verified) {
    ++counters_.refused;
    return withdrawn(verified.error());
  }
  // What is not ours to store cannot come here either: nothing to remember, and nothing to lose by saying so.
  if (!environment_.routing.responsible_for(verified->key(), storing_nodes) &&
      !environment_.store.find(verified->key(), RecordType::binding))
    return withdrawn(Result<void>{});
  if (!has_room_for(verified->key())) {
    ++counters_.refused;
    return withdrawn(Errc::overloaded);
  }
  enqueue({std::move(*verified), Source::owner, nullptr, std::move(withdrawn), {}});
}

bool Replica::has_room_for(const Key& key) const {
  if (writes_under_way_ == writes_under_way_maximum) return false;
  const auto queue = queues_.find(key);
  return queue == queues_.end() || queue->second.size() < writes_per_name_maximum;
}

void Replica::enqueue(Write write) {
  const Key key = write.record.key();
  auto& queue = queues_[key];
  queue.push_back(std::move(write));
  ++writes_under_way_;
  if (queue.size() == 1) run_queue(key);
}

void Replica::run_queue(const Key& key) {
  for (auto queue = queues_.find(key); queue != queues_.end(); queue = queues_.find(key)) {
    if (!begin(queue->second.front())) return;
    take_front(key);
  }
}

bool Replica::begin(Write& write) {
  return write.record.type() == RecordType::withdrawal ? begin_withdrawal(write) : begin_store(write);
}

wire::Stored Replica::judge(const VerifiedRecord& record, const std::optional<VerifiedRecord>& existing) const {
  // A lease that only a doubtful clock calls ended still stands: its owner must not lose it to the next one who asks.
  const UnixTime now = environment_.wall_clock.earliest();
  // The verdict is all that is told of a set: a whole one would not fit, and the binding that matters can be read.
  if (record.type() == RecordType::record_set)
    return {decide_published(environment_.store.find(record.key(), RecordType::binding), existing, record, now), {}};
  // A reader gathers what all replicas show, so what stands in the way need not be told to the writer.
  if (is_weak(record.type())) {
    if (revokes(environment_.store.find(record.key(), RecordType::host_identity), record, now))
      return {StoreVerdict::stale, {}};
    return {decide_weak(existing, record, now), {}};
  }
  if (record.type() == RecordType::host_identity) return {decide(existing, record, now), {}};
  if (const VerifiedRecord* const withdrawal = withdrawals_.find_against(record, now))
    return {StoreVerdict::stale, withdrawal->bytes()};
  const StoreVerdict verdict = decide(existing, record, now);
  return {verdict, verdict == StoreVerdict::stored ? ByteVector{} : existing->bytes()};
}

bool Replica::begin_store(Write& write) {
  const Key& key = write.record.key();
  const auto existing = environment_.store.find(key, write.record.type());
  wire::Stored judged = judge(write.record, existing);
  // What most neighbours hold replaces another owner's binding. A set never: it proves itself beside its own.
  const bool outvoted = write.source == Source::majority && judged.verdict == StoreVerdict::taken &&
                        write.record.type() == RecordType::binding;
  if (judged.verdict != StoreVerdict::stored && !outvoted) {
    refuse(write.stored, judged.verdict, std::move(judged.existing));
    return true;
  }
  if (existing == write.record && !removals_.contains(key)) {  // a repeated request: no write
    write.stored(wire::Stored{});
    return true;
  }
  if (write.record.type() == RecordType::binding && existing && existing->owner() != write.record.owner())
    drop_published(key);
  write.operation =
      environment_.store.put(write.record, [this, key](const Result<void>& result) { on_stored(key, result); });
  return false;
}

bool Replica::begin_withdrawal(Write& write) {
  const Key& key = write.record.key();
  withdrawals_.remember(write.record);
  const auto existing = environment_.store.find(key, RecordType::binding);
  const auto withdrawal = decode_withdrawal(write.record.bytes());
  P2PNS_ASSERT(withdrawal);  // it was verified
  if (!existing || !withdraws(*withdrawal, *existing, environment_.wall_clock.now())) {
    write.withdrawn(Result<void>{});
    return true;
  }
  write.operation = environment_.store.remove(key, RecordType::binding,
                                              [this, key](const Result<void>& result) { on_removed(key, result); });
  drop_published(key);
  return false;
}

/// Nobody waits for it: without its binding the set is not shown, whatever becomes of the removal.
void Replica::drop_published(const Key& key) {
  if (environment_.store.find(key, RecordType::record_set))
    environment_.store.remove(key, RecordType::record_set, [](const Result<void>&) {}).detach();
}

void Replica::on_stored(const Key& key, const Result<void>& result) {
  const auto write = take_front(key);
  if (result) {
    if (write->source == Source::owner) {
      ++counters_.writes;
      if (write->record.type() == RecordType::record_set) ++counters_.published;
    } else {
      ++counters_.received;
    }
    write->stored(wire::Stored{});
  } else {
    refuse(write->stored, StoreVerdict::full);
  }
  run_queue(key);
}

void Replica::on_removed(const Key& key, const Result<void>& result) {
  const auto write = take_front(key);
  if (result) ++counters_.withdrawals;
  write->withdrawn(result);
  run_queue(key);
}

std::optional<Replica::Write> Replica::take_front(const Key& key) {
  const auto queue = queues_.find(key);
  P2PNS_ASSERT(queue != queues_.end());
  std::optional<Write> write{std::move(queue->second.front())};
  queue->second.pop_front();
  --writes_under_way_;
  if (queue->second.empty()) queues_.erase(queue);
  return write;
}

void Replica::refuse(const Stored& stored, StoreVerdict verdict, ByteVector existing) {
  ++counters_.refused;
  stored(wire::Stored{verdict, std::move(existing)});
}

void Replica::expire() {
  const UnixTime now = environment_.wall_clock.earliest();
  environment_.store.expire(now - clock_tolerance);
  withdrawals_.expire(now);
  expiry_ = environment_.timers.after(expiry_interval, [this] { expire(); });
}

}  // namespace p2pns::dht
