#include "core/dht/replication_client.hpp"

#include <algorithm>

#include "core/dht/binding.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

/// Verdicts, and one binding that stands in the way: more of them are asked for again when it matters.
constexpr std::size_t handed_over_bytes(std::size_t items) { return 1 + 3 * items + binding_maximum_bytes; }

Errc error_of(const rpc::Answer& answer) {
  if (answer.type == MessageType::not_ready) return Errc::refused;
  if (answer.type != MessageType::refused) return Errc::malformed;
  const auto refused = wire::decode_refused(answer.body);
  return refused && refused->reason == wire::RefusalReason::overloaded ? Errc::overloaded : Errc::refused;
}

MessageType answer_to(MessageType request) {
  return static_cast<MessageType>(static_cast<std::uint8_t>(request) | 0x80U);
}

}  // namespace

template <class T, class Decode>
Operation ReplicationClient::ask(const wire::NodeHandle& node, MessageType type, ByteVector body,
                                 std::size_t answer_bytes, Decode decode, Callback<void(Result<T>)> callback) {
  counters_.bytes_sent += request_datagram_bytes(body.size());
  return channel_.call(node, type, std::move(body), answer_bytes,
                       [this, type, decode, callback = std::move(callback)](const Result<rpc::Answer>& answer) {
                         if (!answer) return callback(answer.error());
                         const Errc refusal = answer->type == answer_to(type) ? Errc::ok : error_of(*answer);
                         Result<T> read = refusal == Errc::ok ? decode(answer->body) : Result<T>{refusal};
                         if (!read && refusal == Errc::ok) read = Errc::malformed;
                         if (!read && read.error() == Errc::malformed) ++counters_.lies;
                         callback(std::move(read));
                       });
}

Operation ReplicationClient::pull(const wire::NodeHandle& node, const wire::PullRange& pull,
                                  Callback<void(Result<wire::RangePage>)> callback) {
  return ask<wire::RangePage>(node, MessageType::pull_range, wire::encode(pull), wire::body_maximum_bytes,
                              wire::decode_range_page, std::move(callback));
}

Operation ReplicationClient::compare(const wire::NodeHandle& node, const wire::CompareRanges& compare,
                                     Callback<void(Result<wire::Compared>)> callback) {
  return ask<wire::Compared>(node, MessageType::compare_ranges, wire::encode(compare), sizeof(std::uint32_t),
                             wire::decode_compared, std::move(callback));
}

Operation ReplicationClient::offer(const wire::NodeHandle& node, const wire::Offer& offer,
                                   Callback<void(Result<wire::Offered>)> callback) {
  const auto decode = [count = offer.items.size()](Bytes body) -> Result<wire::Offered> {
    auto offered = wire::decode_offered(body);
    if (offered && offered->states.size() != count) return Errc::malformed;
    return offered;
  };
  return ask<wire::Offered>(node, MessageType::offer, wire::encode(offer), 1 + offer.items.size(), decode,
                            std::move(callback));
}

Operation ReplicationClient::hand_over(const wire::NodeHandle& node, const wire::HandOver& hand_over,
                                       Callback<void(Result<wire::HandedOver>)> callback) {
  const auto decode = [count = hand_over.records.size()](Bytes body) -> Result<wire::HandedOver> {
    auto handed_over = wire::decode_handed_over(body);
    if (handed_over && handed_over->items.size() != count) return Errc::malformed;
    return handed_over;
  };
  return ask<wire::HandedOver>(node, MessageType::hand_over, wire::encode(hand_over),
                               handed_over_bytes(hand_over.records.size()), decode, std::move(callback));
}

}  // namespace p2pns::dht
