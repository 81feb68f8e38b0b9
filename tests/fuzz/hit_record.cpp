// HIT statements that replicas store and readers believe.
#include "core/dht/host_identity.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {

using namespace dht;

void run(Bytes input) {
  const auto statement = decode_hit_statement(input);
  if (!statement) return;
  require(crypto::belongs_to(statement->hit, statement->identity.algorithm, statement->identity.bytes),
          "a statement's HIT is its key's");
  require(statement->locators.size() <= locators_maximum && statement->sequence > 0, "a statement is in its bounds");
  const auto form = crypto::signature_form(statement->identity.algorithm, statement->identity.bytes);
  require(form.has_value() && form->signature_bytes < input.size(), "a statement's key can be checked with");
  const ByteVector content = hit_content(*statement);
  require(equal(hit_record(content, input.last(form->signature_bytes)).bytes, input), "a statement has one encoding");
  const auto verified =
      verify({RecordType::host_identity, copy_of(input)}, BelievingVerifier{}, test_network, test_now);
  if (verified)
    require(verified->key() == hip_position(crypto::hit_key_of(statement->hit)),
            "a statement is stored where its HIT says");
}

}  // namespace p2pns::fuzz
