#include "core/crypto/passphrase.hpp"

#include "core/crypto/sodium.hpp"

namespace p2pns::crypto {

static_assert(PassphraseSalt::size_bytes == crypto_pwhash_argon2id_SALTBYTES);
static_assert(passphrase_passes_minimum >= crypto_pwhash_argon2id_OPSLIMIT_MIN);
static_assert(passphrase_memory_minimum_kib * 1024 >= crypto_pwhash_argon2id_MEMLIMIT_MIN);

bool is_allowed(const PassphraseCost& cost) noexcept {
  return cost.passes >= passphrase_passes_minimum && cost.passes <= passphrase_passes_maximum &&
         cost.memory_kib >= passphrase_memory_minimum_kib && cost.memory_kib <= passphrase_memory_maximum_kib;
}

Result<SealKey> derive_passphrase_key(Bytes passphrase, const PassphraseSalt& salt, const PassphraseCost& cost) {
  if (!is_allowed(cost)) return Errc::too_large;
  detail::prepare_sodium();
  SealKey key;
  const int result = crypto_pwhash_argon2id(detail::out(key.mutable_view()), SealKey::size_bytes,
                                            reinterpret_cast<const char*>(passphrase.data()), passphrase.size(),
                                            detail::in(salt.view()), cost.passes, std::size_t{cost.memory_kib} * 1024,
                                            crypto_pwhash_argon2id_ALG_ARGON2ID13);
  if (result != 0) return Errc::overloaded;  // all else was checked
  return key;
}

}  // namespace p2pns::crypto
