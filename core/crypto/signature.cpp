#include "core/crypto/signature.hpp"

#include "core/base/assert.hpp"
#include "core/crypto/host_signature.hpp"
#include "core/crypto/sodium.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::crypto {

using detail::in;
using detail::out;

KeyPair KeyPair::from_seed(const Seed& seed) {
  detail::prepare_sodium();
  KeyPair keys;
  crypto_sign_seed_keypair(out(keys.public_key_.mutable_view()), out(keys.secret_), in(seed.view()));
  crypto_sign_ed25519_sk_to_curve25519(out(keys.exchange_secret_), in(keys.secret_));
  return keys;
}

KeyPair KeyPair::generate(Random& random) {
  Seed seed;
  const WipeGuard guard{seed.mutable_view()};
  random.fill(seed.mutable_view());
  return from_seed(seed);
}

KeyPair::~KeyPair() {
  wipe(secret_);
  wipe(exchange_secret_);
}

Seed KeyPair::seed() const {
  Seed seed;
  crypto_sign_ed25519_sk_to_seed(out(seed.mutable_view()), in(secret_));
  return seed;
}

Signature KeyPair::sign(Bytes message) const {
  Signature signature;
  crypto_sign_detached(out(signature.mutable_view()), nullptr, in(message), message.size(), in(secret_));
  return signature;
}

bool SodiumVerifier::check(Algorithm algorithm, Bytes public_key, Bytes message, Bytes signature) const {
  if (algorithm != Algorithm::ed25519) return detail::check_host_signature(algorithm, public_key, message, signature);
  if (public_key.size() != PublicKey::size_bytes || signature.size() != Signature::size_bytes) return false;
  detail::prepare_sodium();
  return crypto_sign_verify_detached(in(signature), in(message), message.size(), in(public_key)) == 0;
}

ByteVector signing_input(std::string_view purpose, std::string_view network_id, Bytes content) {
  P2PNS_ASSERT(network_id.size() <= UINT8_MAX);
  P2PNS_ASSERT(purpose.find('\0') == std::string_view::npos);  // the zero byte ends it
  constexpr std::string_view project{"p2pns\0", 6};
  ByteVector input;
  input.reserve(project.size() + purpose.size() + 2 + network_id.size() + content.size());
  const auto append = [&input](Bytes bytes) { input.insert(input.end(), bytes.begin(), bytes.end()); };
  append(as_bytes(project));
  append(as_bytes(purpose));
  input.push_back(std::byte{0});
  input.push_back(static_cast<std::byte>(network_id.size()));
  append(as_bytes(network_id));
  append(content);
  return input;
}

}  // namespace p2pns::crypto
