// What one overlay message costs: the alternatives that decided for pair keys instead of a signature on every message.
#include <benchmark/benchmark.h>

#include "core/crypto/identity.hpp"
#include "core/crypto/seal.hpp"
#include "core/host/net/system.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns {
namespace {

using namespace crypto;

constexpr std::size_t typical_message_bytes = 512;

struct Pair {
  host::SystemRandom random;
  KeyPair alice = KeyPair::generate(random);
  KeyPair bob = KeyPair::generate(random);
  SodiumSealer sealer;
  SealKey key =
      derive_seal_key(*sealer.agree(alice, bob.public_key()), "bench", alice.public_key(), bob.public_key(), 1);
  ByteVector message = ByteVector(typical_message_bytes, std::byte{42});
};

void sign_and_verify_every_message(benchmark::State& state) {
  const Pair pair;
  const SodiumVerifier verifier;
  for (auto _ : state) {
    const Signature signature = pair.alice.sign(pair.message);
    benchmark::DoNotOptimize(
        verifier.check(Algorithm::ed25519, pair.alice.public_key().view(), pair.message, signature.view()));
  }
}
BENCHMARK(sign_and_verify_every_message);

void seal_and_open_with_pair_key(benchmark::State& state) {
  Pair pair;
  for (auto _ : state) {
    const auto nonce = pair.random.value<Nonce>();
    ByteVector sealed;
    pair.sealer.seal(pair.key, nonce, {}, pair.message, sealed);
    benchmark::DoNotOptimize(pair.sealer.open(pair.key, nonce, {}, sealed));
  }
}
BENCHMARK(seal_and_open_with_pair_key);

void agree_on_pair_key_once(benchmark::State& state) {
  Pair pair;
  for (auto _ : state) benchmark::DoNotOptimize(pair.sealer.agree(pair.alice, pair.bob.public_key()));
}
BENCHMARK(agree_on_pair_key_once);

void check_both_puzzles(benchmark::State& state) {
  Pair pair;
  for (auto _ : state) benchmark::DoNotOptimize(puzzles_solved(pair.alice.public_key(), PuzzleSolution{}, {0, 0}));
}
BENCHMARK(check_both_puzzles);

void decode_answer_with_24_contacts(benchmark::State& state) {
  Pair pair;
  wire::Nodes nodes;
  for (std::size_t i = 0; i < wire::contacts_per_answer_maximum; ++i)
    nodes.contacts.push_back(
        wire::make_node_handle(KeyPair::generate(pair.random).public_key(), {}, *parse_endpoint("192.0.2.1:4222")));
  const ByteVector body = wire::encode(nodes, wire::body_maximum_bytes);
  for (auto _ : state) benchmark::DoNotOptimize(wire::decode_nodes(body, {0, 0}));
}
BENCHMARK(decode_answer_with_24_contacts);

}  // namespace
}  // namespace p2pns
