// Records that replicas store: each reader of verify(), with and without a true signature.
#include "core/dht/binding.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {
namespace {

using namespace dht;

/// What verify() makes of the bytes when their signature is good.
void check_believed(Bytes input) {
  if (input.empty()) return;
  const SignedRecord record{static_cast<RecordType>(input[0]), copy_of(input)};
  const auto verified = verify(record, BelievingVerifier{}, test_network, test_now);
  if (!verified) return;
  require(verified->type() == record.type && verified->bytes() == record.bytes, "a record keeps its bytes");
  require(check_lease(verified->not_after(), test_now) == Errc::ok, "a verified record has a lease that counts");
  require(verified->sequence() > 0, "a verified record has a sequence");
}

template <class Statement>
void check_statement(Bytes input, Result<Statement> (*decode)(Bytes)) {
  const auto statement = decode(input);
  if (!statement) return;
  const RepeatingSigner repeating{statement->owner, input};
  require(equal(sign(*statement, repeating, test_network).bytes, input), "a record has one encoding");

  Statement own = *statement;
  own.owner = test_signer().public_key();
  own.not_after = test_now + std::chrono::hours{1};
  const auto verified =
      verify(sign(own, test_signer(), test_network), crypto::SodiumVerifier{}, test_network, test_now);
  require(verified.has_value(), "what can be read can be signed and verified");
  require(verified->key() == name_position(own.zone, own.label, 0), "a record is stored where its name says");
  require(verified->owner() == own.owner && verified->generation() == own.generation &&
              verified->sequence() == own.sequence && verified->not_after() == own.not_after,
          "a record says what was signed");
}

}  // namespace

void run(Bytes input) {
  check_believed(input);
  check_statement<Binding>(input, decode_binding);
  check_statement<Withdrawal>(input, decode_withdrawal);
}

}  // namespace p2pns::fuzz
