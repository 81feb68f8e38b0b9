// HDRRs: packets that HIP hosts put (RFC 6537).
#include "core/dht/hdrr.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {

using namespace dht;

void run(Bytes input) {
  const auto hdrr = read_hdrr(input);
  if (!hdrr) return;
  require(crypto::belongs_to(hdrr->hit, hdrr->identity.algorithm, hdrr->identity.bytes), "a HDRR's HIT is its key's");
  require(hdrr->locators.size() <= hdrr_locators_maximum, "not more locators are read than that");
  require(
      hdrr->content.size() >= hdrr_header_bytes && hdrr->content.size() < input.size() && hdrr->content.size() % 8 == 0,
      "what is signed ends before the signature");
  require(equal(Bytes{hdrr->content}.subspan(2), input.subspan(2, hdrr->content.size() - 2)),
          "what is signed is what was sent, but for the length");
  check_signature(*hdrr, crypto::SodiumVerifier{});  // whatever it says
}

}  // namespace p2pns::fuzz
