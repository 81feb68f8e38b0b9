#include "core/dht/kbr_dht.hpp"

#include <algorithm>

namespace p2pns::dht {

KbrDht::KbrDht(const DhtEnvironment& environment, std::size_t disjoint_paths)
    : environment_(environment),
      disjoint_paths_(disjoint_paths),
      records_(environment.verifier, environment.network, environment.wall_clock),
      replica_({environment.channel, environment.routing, environment.store, records_, environment.network,
                environment.timers, environment.wall_clock}),
      replication_(environment.channel, environment.network, environment.routing, environment.store, replica_, records_,
                   environment.timers, environment.wall_clock, environment.random),
      client_(environment.channel, replica_, environment.timers),
      withdrawals_(client_, environment.timers) {}

Operation KbrDht::get(const Key& key, RecordType type, Duration time_out, Callback<void(ReadResult)> callback) {
  return read(key, type, std::nullopt, time_out, std::move(callback));
}

Operation KbrDht::get_published(const Binding& binding, Duration time_out, Callback<void(ReadResult)> callback) {
  return read(name_position(binding.zone, binding.label, 0), RecordType::record_set, binding.owner, time_out,
              std::move(callback));
}

Operation KbrDht::read(const Key& key, RecordType type, std::optional<crypto::PublicKey> published_by,
                       Duration time_out, Callback<void(ReadResult)> callback) {
  if (tasks_.full()) {
    ReadResult refused;
    refused.error = Errc::overloaded;
    return answer_later(std::move(refused), std::move(callback));
  }
  auto [operation, completion] = start_operation<ReadResult>(std::move(callback));
  const ReadEnvironment environment{environment_.routing, votes()};
  auto options = get_options(key, type, disjoint_paths_);
  options.time_out = time_out;
  tasks_.add(
      std::make_unique<Read>(environment, key, type, published_by, std::move(options), tasks_, std::move(completion)));
  return std::move(operation);
}

Operation KbrDht::gather(const Key& position, std::vector<RecordType> types, Duration time_out,
                         Callback<void(GatherResult)> callback) {
  if (tasks_.full()) {
    GatherResult refused;
    refused.error = Errc::overloaded;
    return answer_later(std::move(refused), std::move(callback));
  }
  auto [operation, completion] = start_operation<GatherResult>(std::move(callback));
  const GatheringEnvironment environment{environment_.routing, votes()};
  tasks_.add(std::make_unique<Gathering>(environment, position, std::move(types), disjoint_paths_, time_out, tasks_,
                                         std::move(completion)));
  return std::move(operation);
}

Operation KbrDht::claim(Binding binding, const crypto::Signer& signer, Callback<void(Result<PutReceipt>)> callback) {
  return put(ClaimKind::claim, std::move(binding), signer, std::move(callback));
}

Operation KbrDht::renew(Binding binding, const crypto::Signer& signer, Callback<void(Result<PutReceipt>)> callback) {
  return put(ClaimKind::renewal, std::move(binding), signer, std::move(callback));
}

Operation KbrDht::put(ClaimKind kind, Binding binding, const crypto::Signer& signer,
                      Callback<void(Result<PutReceipt>)> callback) {
  Errc error = check(binding, signer);
  if (error == Errc::ok) error = check_lease(binding.not_after, environment_.wall_clock.now());
  if (error == Errc::ok && kind == ClaimKind::claim && binding.sequence > claim_sequence_maximum)
    error = Errc::too_large;
  if (error != Errc::ok) return answer_later<Result<PutReceipt>>(error, std::move(callback));
  auto [operation, completion] = start_operation<Result<PutReceipt>>(std::move(callback));
  const ClaimEnvironment environment{environment_.routing, client_, withdrawals_, votes(), environment_.timers,
                                     environment_.random};
  tasks_.add(std::make_unique<Claim>(environment, kind, std::move(binding), signer,
                                     std::max(disjoint_paths_, write_paths_minimum), tasks_, std::move(completion)));
  return std::move(operation);
}

Operation KbrDht::publish(SignedRecord record, Callback<void(Result<Tally>)> callback) {
  P2PNS_ASSERT(record.type == RecordType::record_set || proves_itself(record.type));
  if (tasks_.full()) return answer_later<Result<Tally>>(Errc::overloaded, std::move(callback));
  const auto verified = records_.verify(record);
  if (!verified) return answer_later<Result<Tally>>(verified.error(), std::move(callback));
  auto [operation, completion] = start_operation<Result<Tally>>(std::move(callback));
  const PublicationEnvironment environment{environment_.routing, client_, environment_.timers};
  tasks_.add(std::make_unique<Publication>(environment, verified->key(), std::move(record), disjoint_paths_, tasks_,
                                           std::move(completion)));
  return std::move(operation);
}

Operation KbrDht::release(Binding binding, const crypto::Signer& signer, Callback<void(Result<Tally>)> callback) {
  if (const Errc error = check(binding, signer); error != Errc::ok)
    return answer_later<Result<Tally>>(error, std::move(callback));
  auto [operation, completion] = start_operation<Result<Tally>>(std::move(callback));
  const ReleaseEnvironment environment{environment_.routing, withdrawals_, votes(), environment_.wall_clock};
  tasks_.add(std::make_unique<Release>(environment, std::move(binding), signer,
                                       std::max(disjoint_paths_, write_paths_minimum), tasks_, std::move(completion)));
  return std::move(operation);
}

Errc KbrDht::check(const Binding& binding, const crypto::Signer& signer) const {
  if (tasks_.full()) return Errc::overloaded;
  if (signer.public_key() != binding.owner) return Errc::not_owner;
  return check_form(binding);
}

template <class T>
Operation KbrDht::answer_later(T answer, Callback<void(T)> callback) {
  auto [operation, completion] = start_operation<T>(std::move(callback));
  environment_.timers.post(
      [done = std::move(completion), answer = std::move(answer)]() mutable { done(std::move(answer)); });
  return std::move(operation);
}

}  // namespace p2pns::dht
