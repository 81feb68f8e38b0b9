#include "core/dht/record_verifier.hpp"

namespace p2pns::dht {

Result<VerifiedRecord> RecordVerifier::verify(SignedRecord record) {
  const std::byte type{static_cast<std::uint8_t>(record.type)};
  const crypto::Digest digest = crypto::sha256({Bytes{&type, 1}, record.bytes});
  if (const auto known = index_.find(digest); known != index_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
    const VerifiedRecord& remembered = known->second->second;
    const auto maximum = lease_maximum_of(remembered.type());
    if (const Errc error = check_lease(remembered.not_after(), wall_clock_.now(), maximum); error != Errc::ok)
      return error;
    return remembered;
  }
  auto verified = dht::verify(std::move(record), verifier_, network_, wall_clock_.now());
  if (!verified || maximum_ == 0) return verified;
  if (index_.size() == maximum_) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  entries_.emplace_front(digest, *verified);
  index_.emplace(digest, entries_.begin());
  return verified;
}

}  // namespace p2pns::dht
