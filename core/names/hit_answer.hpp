// What the name service says about Host Identity Tags, and about the values of HIP's DHT interface (RFC 6537).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/crypto/hip_digest.hpp"
#include "core/dht/dht.hpp"
#include "core/dht/hdrr.hpp"
#include "core/dht/host_identity.hpp"
#include "core/dht/weak_record.hpp"

namespace p2pns::names {

enum class HitOutcome : std::uint8_t {
  found,          ///< a statement signed by the HIT's key
  unknown,        ///< no replica that answered has one
  revoked,        ///< its key says that nothing of it shall be believed; `statement` is what it said
  not_reachable,  ///< overlay not reachable
  timed_out,
};
std::string_view to_string(HitOutcome) noexcept;

/// Immutable; shared with the cache.
struct HitAnswer {
  HitOutcome outcome = HitOutcome::timed_out;
  crypto::Hit hit;
  std::optional<dht::HitStatement> statement;  ///< found, revoked
  ByteVector signed_bytes;                     ///< the record it was read from: whoever asked can check it himself
  /// The statement's locators; of a statement without any, the addresses at which its node has just proven itself.
  /// Empty: the host cannot be reached now.
  std::vector<IpAddress> addresses;
  TimePoint expires{};  ///< when the cache forgets it: 60 s at most, and not beyond the statement's life
  Duration took{0};
};

struct HitReceipt {
  dht::HitStatement statement;
  dht::Tally tally;
  Duration took{0};
};

/// A value for HIP's DHT interface (`put`, `put_removable`). This node signs for it: one value of this node stands
/// under a key, a later one takes its place. dht::weak_places nodes can have one each.
struct WeakPut {
  Key key;                                        ///< a HIT_KEY (then the value is an HDRR), or a hash of a name
  ByteVector value;                               ///< 1 to dht::weak_value_maximum_bytes
  Duration life{0};                               ///< cut to dht::hip_lease_maximum; 0 or less is malformed
  std::optional<crypto::Sha1Digest> secret_hash;  ///< SHA-1 of what rm must show; none: it cannot be removed
  /// For strangers: a value of this node that was put with a secret is replaced only by one with the same (else
  /// refused). It costs a lookup.
  bool only_with_its_secret = false;
};

struct WeakRemoval {
  Key key;
  crypto::Sha1Digest value_hash;  ///< SHA-1 of the value
  ByteVector secret;
};

struct WeakValue {
  ByteVector value;
  NodeId node;                     ///< the node that put it, and answers for it
  std::uint64_t sequence = 0;      ///< milliseconds since 1970 at that node when it was put
  UnixTime not_after{};            ///< when it ends
  std::optional<crypto::Hit> hit;  ///< of a value under a HIT_KEY: whose HDRR it is, checked
};

enum class WeakOutcome : std::uint8_t { found, unknown, not_reachable, timed_out };
std::string_view to_string(WeakOutcome) noexcept;

/// Immutable; shared with the cache.
struct WeakAnswer {
  WeakOutcome outcome = WeakOutcome::timed_out;
  Key key;
  std::vector<WeakValue> values;  ///< oldest first: who takes the last one of a list has the newest
  TimePoint expires{};            ///< when the cache forgets it
};

}  // namespace p2pns::names
