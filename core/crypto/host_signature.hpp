// Private to core/crypto: signatures of Host Identities other than Ed25519, and the keys they are made with, in
// OpenSSL's form.
#pragma once

#include <memory>
#include <openssl/evp.h>

#include "core/crypto/signature.hpp"

namespace p2pns::crypto::detail {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

/// False for Ed25519, which has a code of its own, and for whatever is no key or no signature.
bool check_host_signature(Algorithm, Bytes identity, Bytes message, Bytes signature);

/// r and s of full length, and DER; empty when these are none.
ByteVector der_of_ecdsa(Bytes plain);
ByteVector plain_of_ecdsa(Bytes der, std::size_t number_bytes);

}  // namespace p2pns::crypto::detail
