// Records verify themselves. A VerifiedRecord can only be made by verify(), so an unverified record cannot be
// represented in the store's type. verify() dispatches on the record type; each type lives in a file of its own.
#pragma once

#include <cstdint>

#include "core/base/key.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/network.hpp"
#include "core/crypto/signature.hpp"

namespace p2pns::store {
class RecordCodec;
}

namespace p2pns::dht {

/// First byte of every record. The numbers of later types are reserved.
enum class RecordType : std::uint8_t {
  binding = 1,        ///< P2PName -> owner key and NodeID (binding.hpp)
  withdrawal = 2,     ///< the owner takes its binding back (binding.hpp)
  record_set = 3,     ///< the owner's DNS records, published (published_set.hpp)
  service = 4,        // reserved
  host_identity = 5,  ///< a host says where its HIT is reached (host_identity.hpp)
  certificate = 6,    // reserved
  weak_place = 8,     ///< up to 11: the places of values put through RFC 6537 (weak_record.hpp)
};

/// Lets its holder take a record back from disk without checking its signature again. Only RecordCodec of core/store
/// makes one, after a checksum has shown that these are the bytes a VerifiedRecord was stored as.
class RestorePass {
 private:
  friend class store::RecordCodec;
  RestorePass() = default;
};

/// Bytes that claim to be a record.
struct SignedRecord {
  RecordType type = RecordType::binding;
  ByteVector bytes;
};

/// How much later than ours the clock of a signer may run, and how long after not-after a record is still taken.
inline constexpr std::chrono::minutes clock_tolerance{10};
/// Longest time a record may claim to be good for; a replica keeps nothing longer without hearing from its owner.
inline constexpr std::chrono::days lease_maximum{60};

struct RecordForm;

/// A record whose signature, form and times were checked for this network.
class VerifiedRecord {
 public:
  RecordType type() const noexcept { return type_; }
  const ByteVector& bytes() const noexcept { return bytes_; }
  /// Where it is stored: position 0 of its name, or the position of its HIT (hip_position).
  const Key& key() const noexcept { return key_; }
  /// Who may replace it; of a HIT statement the hash of HIT and key instead of a key.
  const crypto::PublicKey& owner() const noexcept { return owner_; }
  std::uint32_t generation() const noexcept { return generation_; }
  std::uint64_t sequence() const noexcept { return sequence_; }
  UnixTime not_after() const noexcept { return not_after_; }

  /// Same type and bytes; then everything else is the same as well.
  friend bool operator==(const VerifiedRecord& left, const VerifiedRecord& right) noexcept;

 private:
  friend Result<VerifiedRecord> verify(SignedRecord, const crypto::Verifier&, const crypto::NetworkParameters&,
                                       UnixTime);
  friend Result<VerifiedRecord> restore(RestorePass, const Key&, SignedRecord);
  VerifiedRecord(const Key&, SignedRecord, const RecordForm&);
  RecordType type_ = RecordType::binding;
  ByteVector bytes_;
  Key key_;
  crypto::PublicKey owner_;
  std::uint32_t generation_ = 0;
  std::uint64_t sequence_ = 0;
  UnixTime not_after_{};
};

/// Errors: unknown_type, truncated, trailing_bytes, malformed, too_large (also a lease beyond lease_maximum),
/// bad_signature, expired; of HIT statements and weak records also unsupported, bad_key, puzzle_unsolved, clock_skew.
Result<VerifiedRecord> verify(SignedRecord, const crypto::Verifier&, const crypto::NetworkParameters&, UnixTime now);

/// The record that verify() once made, from the bytes it was stored as under its `key`. Neither signature nor times are
/// checked: whoever shows a record looks at its end. Errors: unknown_type, and those of a form that cannot be read.
Result<VerifiedRecord> restore(RestorePass, const Key& key, SignedRecord);

/// What a record of this type may reach into the future.
std::chrono::days lease_maximum_of(RecordType) noexcept;
/// ok while a record with this end counts; expired, or too_large when it reaches beyond the maximum.
Errc check_lease(UnixTime not_after, UnixTime now, std::chrono::days maximum = lease_maximum) noexcept;

/// True when `left` was made after `right` by the same owner: generation, then sequence.
bool newer(const VerifiedRecord& left, const VerifiedRecord& right) noexcept;

}  // namespace p2pns::dht
