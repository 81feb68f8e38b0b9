#include "core/dht/replica_client.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

// Verdict, and a binding that stands in the way.
constexpr std::size_t stored_answer_bytes = 1 + 2 + binding_maximum_bytes;

}  // namespace

Operation ReplicaClient::store(const ReplicaTarget& target, const SignedRecord& record,
                               Callback<void(std::optional<wire::Stored>)> callback) {
  if (target.self && replica_.ready())
    return replica_.store(record,
                          [callback = std::move(callback)](wire::Stored stored) { callback(std::move(stored)); });
  if (target.self) {
    auto [operation, completion] = start_operation<std::optional<wire::Stored>>(std::move(callback));
    timers_.post([done = std::move(completion)]() mutable { done(std::nullopt); });
    return std::move(operation);
  }
  ByteVector body = wire::encode(wire::Store{static_cast<std::uint8_t>(record.type), record.bytes});
  return channel_.call(target.node, MessageType::store, std::move(body), stored_answer_bytes,
                       [callback = std::move(callback)](const Result<rpc::Answer>& answer) {
                         if (!answer || answer->type != MessageType::stored) return callback(std::nullopt);
                         auto stored = wire::decode_stored(answer->body);
                         callback(stored ? std::optional{std::move(*stored)} : std::nullopt);
                       });
}

Operation ReplicaClient::withdraw(const ReplicaTarget& target, const SignedRecord& withdrawal,
                                  Callback<void(bool)> callback) {
  if (target.self)
    return replica_.withdraw(
        withdrawal, [callback = std::move(callback)](const Result<void>& result) { callback(result.has_value()); });
  return channel_.call(
      target.node, MessageType::withdraw, wire::encode(wire::Withdraw{withdrawal.bytes}), 0,
      [callback = std::move(callback)](const Result<rpc::Answer>& answer) {
        callback(answer && answer->type == MessageType::withdrawn && wire::decode_withdrawn(answer->body).has_value());
      });
}

}  // namespace p2pns::dht
