#include "core/crypto/seal.hpp"

#include "core/base/assert.hpp"
#include "core/crypto/sodium.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::crypto {
namespace {

using detail::in;
using detail::out;

static_assert(Nonce::size_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(SealKey::size_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(seal_tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

}  // namespace

Result<SharedSecret> SodiumSealer::agree(const KeyPair& own, const PublicKey& peer) {
  detail::prepare_sodium();
  // Refuses points that are not on the curve, of small order, or outside the prime-order group. The last also refuses
  // every second encoding (y >= 2^255 - 19) of a point, which would give one node two NodeIDs: all of them lie outside.
  std::array<std::byte, crypto_scalarmult_BYTES> peer_point{};
  if (crypto_sign_ed25519_pk_to_curve25519(out(peer_point), in(peer.view())) != 0) return Errc::bad_key;
  SharedSecret secret;
  const WipeGuard guard{secret.mutable_view()};
  if (crypto_scalarmult(out(secret.mutable_view()), in(own.exchange_secret_bytes()), in(peer_point)) != 0)
    return Errc::bad_key;  // the secret would be all zero
  return secret;
}

void SodiumSealer::seal(const SealKey& key, const Nonce& nonce, Bytes clear_header, Bytes plain, ByteVector& sealed) {
  detail::prepare_sodium();
  const std::size_t start = sealed.size();
  const bool header_stands_in_front = clear_header.data() == sealed.data() && clear_header.size() <= start;
  sealed.resize(start + plain.size() + seal_tag_bytes);
  if (header_stands_in_front) clear_header = Bytes{sealed}.first(clear_header.size());  // the vector may have moved
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(MutableBytes{sealed}.subspan(start)), nullptr, in(plain), plain.size(),
                                             in(clear_header), clear_header.size(), nullptr, in(nonce.view()),
                                             in(key.view()));
}

Result<ByteVector> SodiumSealer::open(const SealKey& key, const Nonce& nonce, Bytes clear_header, Bytes sealed) {
  if (sealed.size() < seal_tag_bytes) return Errc::truncated;
  detail::prepare_sodium();
  ByteVector plain(sealed.size() - seal_tag_bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), nullptr, nullptr, in(sealed), sealed.size(),
                                                 in(clear_header), clear_header.size(), in(nonce.view()),
                                                 in(key.view())) != 0)
    return Errc::bad_seal;
  return plain;
}

SealKey derive_seal_key(const SharedSecret& secret, std::string_view network_id, const PublicKey& sender,
                        const PublicKey& receiver, UtcDay day) {
  // Only the network id varies in length, and what follows it does not: equal inputs mean equal parameters.
  ByteVector info = copy_of(as_bytes("p2pns seal v1"));
  const auto append = [&info](Bytes bytes) { info.insert(info.end(), bytes.begin(), bytes.end()); };
  append(as_bytes(network_id));
  append(sender.view());
  append(receiver.view());
  info.push_back(static_cast<std::byte>(day >> 8));
  info.push_back(static_cast<std::byte>(day & 0xffU));
  Digest derived = hkdf_sha256(secret.view(), info);
  const WipeGuard guard{derived.mutable_view()};
  return SealKey{derived.value};
}

}  // namespace p2pns::crypto
