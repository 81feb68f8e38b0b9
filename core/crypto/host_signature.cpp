#include "core/crypto/host_signature.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "core/crypto/hip_digest.hpp"

namespace p2pns::crypto::detail {
namespace {

struct Free {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  void operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const noexcept { OSSL_PARAM_free(parameters); }
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const noexcept { ECDSA_SIG_free(signature); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(MutableBytes bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Owned<BIGNUM> number(Bytes bytes) {
  return Owned<BIGNUM>{BN_bin2bn(in(bytes), static_cast<int>(bytes.size()), nullptr)};
}

detail::Key key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters{OSSL_PARAM_BLD_to_param(builder)};
  const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) return nullptr;
  return detail::Key{key};
}

/// The bytes are a key in the form of host_identity.hpp: the caller has asked signature_form.
detail::Key rsa_key(Bytes identity) {
  if (identity.empty()) return nullptr;
  const auto length = std::to_integer<std::size_t>(identity.front());
  if (length == 0 || identity.size() <= 1 + length) return nullptr;
  const auto exponent = number(identity.subspan(1, length));
  const auto modulus = number(identity.subspan(1 + length));
  const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return key_from("RSA", builder.get());
}

detail::Key ec_key(Bytes identity, const char* group) {
  constexpr std::size_t curve_bytes = 2;
  if (identity.size() <= curve_bytes) return nullptr;
  const Bytes point = identity.subspan(curve_bytes);
  const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return key_from("EC", builder.get());  // also checks that the point is on the curve
}

bool verify(EVP_PKEY* key, const char* digest, Bytes message, Bytes signature) {
  const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
  if (key == nullptr || !context) return false;
  if (EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) != 1) return false;
  return EVP_DigestVerify(context.get(), in(signature), signature.size(), in(message), message.size()) == 1;
}

bool verify_ecdsa(EVP_PKEY* key, const char* digest, Bytes message, Bytes signature) {
  const ByteVector der = der_of_ecdsa(signature);
  return !der.empty() && verify(key, digest, message, der);
}

/// OpenHIP's second version hashes with SHA-256 but tells its RSA code SHA-1: the block it signs holds a DigestInfo
/// that announces the 20 bytes of SHA-1, and 32 bytes behind it. No library makes or takes that, so the block is
/// recovered, padding checked, and compared as a whole.
bool verify_openhip(EVP_PKEY* key, Bytes message, Bytes signature) {
  constexpr std::array<std::uint8_t, 15> sha1_info = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                                      0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
  if (key == nullptr) return false;
  const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new(key, nullptr)};
  ByteVector block(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = block.size();
  if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_verify_recover(context.get(), out(block), &size, in(signature), signature.size()) != 1)
    return false;
  ByteVector expected = copy_of(std::as_bytes(std::span{sha1_info}));
  const Digest digest = sha256(message);
  expected.insert(expected.end(), digest.value.begin(), digest.value.end());
  return equal(Bytes{block}.first(size), expected);
}

}  // namespace

ByteVector der_of_ecdsa(Bytes plain) {
  const std::size_t half = plain.size() / 2;
  auto r = number(plain.first(half));
  auto s = number(plain.subspan(half));
  const Owned<ECDSA_SIG> signature{ECDSA_SIG_new()};
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // now the signature's
  static_cast<void>(s.release());
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
  if (size <= 0) return {};
  ByteVector der = copy_of({reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
  return der;
}

ByteVector plain_of_ecdsa(Bytes der, std::size_t number_bytes) {
  const unsigned char* position = in(der);
  const Owned<ECDSA_SIG> signature{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  ByteVector plain(2 * number_bytes);
  const auto size = static_cast<int>(number_bytes);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out(plain), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out(MutableBytes{plain}.subspan(number_bytes)), size) != size)
    return {};
  return plain;
}

bool check_host_signature(Algorithm algorithm, Bytes identity, Bytes message, Bytes signature) {
  switch (algorithm) {
    case Algorithm::ed25519:
      return false;
    case Algorithm::rsa_sha256:
      return verify(rsa_key(identity).get(), "SHA256", message, signature);
    case Algorithm::rsa_sha1:
      return verify(rsa_key(identity).get(), "SHA1", message, signature);
    case Algorithm::rsa_openhip:
      return verify_openhip(rsa_key(identity).get(), message, signature);
    case Algorithm::ecdsa_p256_sha256:
      return signature.size() == 64 && verify_ecdsa(ec_key(identity, "P-256").get(), "SHA256", message, signature);
    case Algorithm::ecdsa_p384_sha384:
      return signature.size() == 96 && verify_ecdsa(ec_key(identity, "P-384").get(), "SHA384", message, signature);
  }
  return false;
}

}  // namespace p2pns::crypto::detail
