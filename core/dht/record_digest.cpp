#include "core/dht/record_digest.hpp"

#include "core/wire/reader.hpp"

namespace p2pns::dht {

wire::RecordDigest digest_of(const VerifiedRecord& record) {
  const std::byte type{static_cast<std::uint8_t>(record.type())};
  const crypto::Digest digest = crypto::sha256({Bytes{&type, 1}, record.bytes()});
  return wire::Reader{digest.view()}.u64();
}

std::optional<RangeSum> sum_of(const RecordStore& store, const KeyRange& range,
                               const std::function<bool(const VerifiedRecord&)>& counts, std::size_t& budget) {
  RangeSum sum;
  std::optional<RecordPlace> after;
  do {
    if (budget == 0) return std::nullopt;
    const ScanPage page = store.scan(range, after, std::min(budget, records_per_turn));
    budget -= page.records.size();
    for (const VerifiedRecord& record : page.records) {
      if (!counts(record)) continue;
      sum.digest += digest_of(record);
      ++sum.records;
    }
    after = page.last;
  } while (after);
  return sum;
}

}  // namespace p2pns::dht
