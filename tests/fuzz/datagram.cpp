// What can be read of a datagram without a key, and what stands inside its seal.
#include "core/wire/datagram.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace wire;

void check_unsealed_body(const Datagram& datagram) {
  if (datagram.header.type == MessageType::hello && decode_hello(datagram.sealed))
    require(equal(encode(Hello{}), datagram.sealed), "HELLO has one encoding");
  if (datagram.header.type != MessageType::retry) return;
  const auto retry = decode_retry(datagram.sealed);
  if (retry) require(equal(encode(*retry), datagram.sealed), "RETRY has one encoding");
}

void check_datagram(Bytes input) {
  const auto datagram = decode_datagram(input);
  if (!datagram) return;
  require(datagram->clear.size() + datagram->sealed.size() == input.size(), "no byte is lost");
  require(equal(encode_clear(datagram->header, datagram->nonce), datagram->clear), "the header has one encoding");
  check_unsealed_body(*datagram);
}

void check_plain(Bytes input) {
  constexpr std::size_t around_bytes = envelope_bytes + 2;
  if (input.size() > around_bytes + body_maximum_bytes) return;  // no datagram can hold it
  const auto plain = decode_plain(input);
  if (!plain) return;
  const ByteVector again = encode_plain(plain->envelope, plain->body, input.size() - around_bytes);
  require(equal(again, input), "envelope, body and padding have one encoding");
}

}  // namespace

void run(Bytes input) {
  check_datagram(input);
  check_plain(input);
}

}  // namespace p2pns::fuzz
