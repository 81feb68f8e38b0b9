// The key file: what is accepted is written again as a file that means the same identity.
#include "config/key_file.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {

void run(Bytes input) {
  const auto identity = config::decode_key_file(as_text(input), test_network);
  if (!identity) return require(is_one_line(identity.error().message), "an error is one line");
  const auto again = config::decode_key_file(config::encode_key_file(*identity, test_network).view(), test_network);
  require(again.has_value(), "a key file is read as it was written");
  require(again->public_key() == identity->public_key() && again->puzzle() == identity->puzzle(),
          "a key file keeps the identity");
}

}  // namespace p2pns::fuzz
