// Record sets, as an owner's node hands them out and as replicas keep them for it: read as if the signature were good,
// written again, and signed in earnest.
#include "core/names/record_set.hpp"

#include <algorithm>

#include "core/dht/binding.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {
namespace {

using namespace names;

/// One of the two purposes a set is signed for.
struct Purpose {
  decltype(verify_record_set)* read;
  decltype(sign)* write;
};

Result<ByteVector> sign_copy(const RecordSet& set, const crypto::Signer& signer,
                             const crypto::NetworkParameters& network) {
  auto record = sign_published(set, signer, network);
  if (!record) return record.error();
  return std::move(record->bytes);
}

constexpr Purpose handed_out{verify_record_set, sign};
constexpr Purpose published{verify_published, sign_copy};

void check_signed(RecordSet set, const Purpose& purpose, const Purpose& other) {
  set.owner = test_signer().public_key();
  set.not_after = test_now + std::chrono::hours{1};
  const auto bytes = purpose.write(set, test_signer(), test_network);
  require(bytes.has_value(), "what can be read can be signed");
  const auto again = purpose.read(*bytes, crypto::SodiumVerifier{}, test_network, test_now);
  require(again && *again == set, "a record set is read as it was signed");
  require(!other.read(*bytes, crypto::SodiumVerifier{}, test_network, test_now), "one purpose never passes as another");
}

void check_set(Bytes input, const Purpose& purpose, const Purpose& other) {
  const auto set = purpose.read(input, BelievingVerifier{}, test_network, test_now);
  if (!set) return;
  require(check_records(set->records, set->name).has_value(), "what can be read can be published");
  if (set->name.kind != NameKind::label) return;  // such a set is not signed
  RecordSet shuffled = *set;
  std::ranges::reverse(shuffled.records);
  const auto again = purpose.write(shuffled, RepeatingSigner{set->owner, input}, test_network);
  require(again && equal(*again, input), "a record set has one encoding, in whatever order its records are given");
  check_signed(*set, purpose, other);
}

/// A replica knows less of a set than its readers, but nothing else.
void check_replica(Bytes input) {
  const auto set = verify_published(input, BelievingVerifier{}, test_network, test_now);
  const auto record =
      dht::verify({dht::RecordType::record_set, copy_of(input)}, BelievingVerifier{}, test_network, test_now);
  if (!set) return;
  require(record.has_value(), "replicas take what readers read");
  require(record->owner() == set->owner && record->generation() == set->generation &&
              record->sequence() == set->sequence && record->not_after() == set->not_after,
          "replicas see the version that readers see");
  if (set->name.kind == NameKind::label)
    require(record->key() == dht::name_position(set->name.zone, set->name.label, 0), "a copy lies where its name says");
}

}  // namespace

void run(Bytes input) {
  check_set(input, handed_out, published);
  check_set(input, published, handed_out);
  check_replica(input);
}

}  // namespace p2pns::fuzz
