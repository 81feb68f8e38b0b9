// Values of HIP's DHT interface that replicas store.
#include "core/dht/weak_record.hpp"

#include "core/wire/message.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {

using namespace dht;

void run(Bytes input) {
  const auto statement = decode_weak_statement(input);
  if (!statement) return;
  require(input.size() <= wire::record_maximum_bytes, "a weak record fits");
  const auto type = static_cast<RecordType>(input.front());
  require(is_weak(type) && type == weak_type_of(statement->key, crypto::node_id_of(statement->node_key)),
          "a weak record stands in its node's place");
  const auto verified = verify({type, copy_of(input)}, BelievingVerifier{}, test_network, test_now);
  if (!verified) return;
  require(verified->key() == hip_position(statement->key), "a weak record is stored where its key says");
  require(verified->owner() == statement->node_key && verified->sequence() == statement->sequence,
          "a weak record says what was signed");
  require(check_lease(verified->not_after(), test_now, hip_lease_maximum) == Errc::ok,
          "a weak record does not live long");
}

}  // namespace p2pns::fuzz
