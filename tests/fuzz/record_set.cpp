// Record sets, which an owner's node hands over: read as if the signature were good, written again, and signed in
// earnest.
#include "core/names/record_set.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {
namespace {

using namespace names;

void check_signed(RecordSet set) {
  set.owner = test_signer().public_key();
  set.not_after = test_now + std::chrono::hours{1};
  const auto bytes = sign(set, test_signer(), test_network);
  require(bytes.has_value(), "what can be read can be signed");
  const auto read = verify_record_set(*bytes, crypto::SodiumVerifier{}, test_network, test_now);
  require(read && *read == set, "a record set is read as it was signed");
}

}  // namespace

void run(Bytes input) {
  const auto set = verify_record_set(input, BelievingVerifier{}, test_network, test_now);
  if (!set) return;
  require(check_records(set->records, set->name).has_value(), "what can be read can be published");
  if (set->name.kind != NameKind::label) return;  // such a set is not signed
  RecordSet shuffled = *set;
  std::ranges::reverse(shuffled.records);
  const auto again = sign(shuffled, RepeatingSigner{set->owner, input}, test_network);
  require(again && equal(*again, input), "a record set has one encoding, in whatever order its records are given");
  check_signed(*set);
}

}  // namespace p2pns::fuzz
