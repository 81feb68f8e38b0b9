#include "core/dht/replication_server.hpp"

#include <algorithm>

#include "core/dht/record_form.hpp"
#include "core/dht/weak_record.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

MessageType answer_to(MessageType request) {
  return static_cast<MessageType>(static_cast<std::uint8_t>(request) | 0x80U);
}

/// One page: records in order, as many as fit.
class PageWriter {
 public:
  PageWriter(const wire::PullRange& pull, std::size_t maximum_bytes) : known_(pull.known) {
    left_bytes_ = maximum_bytes - std::min(maximum_bytes, wire::range_page_overhead_bytes);
    if (!known_.empty()) page_.lacking = ~std::uint64_t{0} >> (wire::known_digests_maximum - known_.size());
  }

  /// True when the asker has it.
  bool is_known(const VerifiedRecord& record) {
    if (known_.empty()) return false;
    const auto found = std::ranges::find(known_, digest_of(record));
    if (found == known_.end()) return false;
    page_.lacking &= ~(std::uint64_t{1} << (found - known_.begin()));
    return true;
  }
  bool take(const VerifiedRecord& record) {
    const std::size_t bytes = wire::typed_record_bytes(record.bytes().size());
    if (bytes > left_bytes_ || page_.records.size() == wire::records_per_message_maximum) return false;
    left_bytes_ -= bytes;
    page_.records.push_back(to_wire(record));
    return true;
  }
  wire::RangePage& page() noexcept { return page_; }

 private:
  const std::vector<wire::RecordDigest>& known_;
  std::size_t left_bytes_;
  wire::RangePage page_;
};

}  // namespace

ReplicationServer::ReplicationServer(rpc::RpcChannel& channel, const ReplicationContext& context, bool exempt)
    : context_(context),
      pulls_(exempt, writing_blocks_maximum, pull_rate),
      offers_(exempt, writing_blocks_maximum, offer_rate),
      hand_overs_(exempt, writing_blocks_maximum, hand_over_rate),
      comparisons_(exempt, writing_blocks_maximum, compare_rate) {
  serve(channel, MessageType::pull_range, wire::decode_pull_range, pulls_, &ReplicationServer::on_pull);
  serve(channel, MessageType::offer, wire::decode_offer, offers_, &ReplicationServer::on_offer);
  serve(channel, MessageType::compare_ranges, wire::decode_compare_ranges, comparisons_,
        &ReplicationServer::on_compare);
  channel.serve(MessageType::hand_over, wire::decode_hand_over,
                [this](const rpc::Request& request, wire::HandOver hand_over, rpc::Responder respond) {
                  on_hand_over(request, std::move(hand_over), std::move(respond));
                });
}

template <class Body>
void ReplicationServer::serve(rpc::RpcChannel& channel, MessageType type, Result<Body> (*decode)(Bytes),
                              WriteLimits& limits,
                              Answer (ReplicationServer::*handler)(const rpc::Request&, const Body&)) {
  channel.serve(
      type, decode,
      [this, type, &limits, handler](const rpc::Request& request, const Body& body, const rpc::Responder& respond) {
        if (!admit(limits, request)) return refuse(respond, wire::RefusalReason::overloaded);
        auto answer = (this->*handler)(request, body);
        if (answer) return send(respond, answer_to(type), std::move(*answer));
        if (answer.error() == Errc::no_peers) return say_not_ready(respond);
        refuse(respond, wire::RefusalReason::unspecified);
      });
}

bool ReplicationServer::admit(WriteLimits& limits, const rpc::Request& request) {
  if (limits.admit(request.from.endpoints.front(), context_.timers.now())) return true;
  ++context_.counters.limited;
  return false;
}

void ReplicationServer::send(const rpc::Responder& respond, MessageType type, ByteVector body) {
  context_.counters.bytes_sent += answer_datagram_bytes(body.size());
  respond(type, std::move(body));
}

void ReplicationServer::refuse(const rpc::Responder& respond, wire::RefusalReason reason) {
  send(respond, MessageType::refused, wire::encode(wire::Refused{reason}));
}

void ReplicationServer::say_not_ready(const rpc::Responder& respond) {
  send(respond, MessageType::not_ready, wire::encode(wire::NotReady{}));
}

ReplicationServer::Answer ReplicationServer::on_pull(const rpc::Request& request, const wire::PullRange& pull) {
  const Neighbourhood around{context_.routing};
  const auto after = pull.after ? std::optional{from_wire(*pull.after)} : std::nullopt;
  const ScanPage scanned = context_.store.scan({pull.from, pull.to}, after, records_per_turn);
  PageWriter writer{pull, request.answer_maximum_bytes};
  auto last = scanned.last;
  std::optional<RecordPlace> done;
  for (const VerifiedRecord& record : scanned.records) {
    const bool wanted = counts(context_, record) && !writer.is_known(record) &&
                        around.rank_of(request.from.id, record.key()) < pulling_rank_maximum;
    if (wanted && !writer.take(record)) {
      if (!done) return Errc::too_large;  // no room for even one: the asker has not proven its address
      last = done;
      break;
    }
    done = place_of(record);
  }
  if (last) writer.page().last = to_wire(*last);
  return wire::encode(writer.page());
}

ReplicationServer::Answer ReplicationServer::on_offer(const rpc::Request&, const wire::Offer& offer) {
  if (!context_.routing.joined()) return Errc::no_peers;
  wire::Offered offered;
  for (const wire::Offer::Item& item : offer.items) {
    const RecordPlace place = from_wire(item.place);
    const auto record = context_.store.find(place.key, place.type);
    const bool held = record && digest_of(*record) == item.digest;
    const bool ours = held || context_.routing.responsible_for(place.key, storing_nodes);
    offered.states.push_back(held   ? wire::OfferState::held
                             : ours ? wire::OfferState::wanted
                                    : wire::OfferState::not_responsible);
  }
  return wire::encode(offered);
}

ReplicationServer::Answer ReplicationServer::on_compare(const rpc::Request& request,
                                                        const wire::CompareRanges& compare) {
  if (!context_.replica.ready()) return Errc::no_peers;
  const Neighbourhood around{context_.routing};
  const auto shared = [&](const VerifiedRecord& record) {
    return counts(context_, record) && around.stores(around.self(), record.key()) &&
           around.stores(request.from.id, record.key());
  };
  std::size_t budget = records_compared_maximum;
  wire::Compared compared;
  for (std::size_t i = 0; i < compare.ranges.size(); ++i) {
    const wire::CompareRanges::Range& range = compare.ranges[i];
    const auto sum = sum_of(context_.store, {range.from, range.to}, shared, budget);
    if (!sum || sum->digest != range.digest) compared.differing |= 1U << i;
  }
  return wire::encode(compared);
}

void ReplicationServer::on_hand_over(const rpc::Request& request, wire::HandOver hand_over, rpc::Responder respond) {
  if (!context_.routing.joined()) return say_not_ready(respond);
  std::vector<SignedRecord> records;
  for (wire::TypedRecord& record : hand_over.records) records.push_back(from_wire(std::move(record)));
  if (!admit_records(request, records)) return refuse(respond, wire::RefusalReason::overloaded);
  const auto job = jobs_.emplace(jobs_.end());
  job->respond = std::move(respond);
  job->answer_maximum_bytes = request.answer_maximum_bytes;
  job->open = records.size();
  job->answer.items.resize(job->open);
  for (std::size_t i = 0; i < records.size(); ++i)
    job->writes.push_back(context_.replica.hand_over(
        std::move(records[i]), [this, job, i](wire::Stored stored) { on_written(job, i, std::move(stored)); }));
}

/// What a sibling hands over it has stored itself, within the limits of those who wrote it. From anybody else a record
/// that proves itself would go around these limits.
bool ReplicationServer::admit_records(const rpc::Request& request, const std::vector<SignedRecord>& records) {
  const Neighbourhood around{context_.routing};
  const auto from_near = [&](const SignedRecord& record) {
    const auto position = claimed_position(record);
    return position && around.stores(around.self(), *position) &&
           around.rank_of(request.from.id, *position) < pulling_rank_maximum;
  };
  return std::ranges::all_of(records, [&](const SignedRecord& record) {
    return admit(hand_overs_, request) &&
           (!proves_itself(record.type) || from_near(record) || context_.replica.admit_weak(request));
  });
}

void ReplicationServer::on_written(std::list<Job>::iterator job, std::size_t index, wire::Stored stored) {
  job->answer.items[index] = {stored.verdict, std::move(stored.existing)};
  if (--job->open > 0) return;
  send(job->respond, MessageType::handed_over, wire::encode(job->answer, job->answer_maximum_bytes));
  jobs_.erase(job);
}

}  // namespace p2pns::dht
