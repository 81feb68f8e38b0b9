#include "core/crypto/host_key.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "core/crypto/ecdsa_form.hpp"
#include "core/crypto/host_signature.hpp"

namespace p2pns::crypto {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// Instead of OpenSSL's, which would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

ByteVector number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  const std::unique_ptr<BIGNUM, FreeBio> owned{number};
  ByteVector bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

ByteVector octets_of(const EVP_PKEY* key, const char* name) {
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, name, nullptr, 0, &size) != 1) return {};
  ByteVector bytes(size);
  if (EVP_PKEY_get_octet_string_param(key, name, reinterpret_cast<unsigned char*>(bytes.data()), size, &size) != 1)
    return {};
  bytes.resize(size);
  return bytes;
}

HostIdentity rsa_identity(const EVP_PKEY* key) {
  const ByteVector exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  const ByteVector modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  HostIdentity identity{HostAlgorithm::rsa, {static_cast<std::byte>(exponent.size())}};
  identity.bytes.insert(identity.bytes.end(), exponent.begin(), exponent.end());
  identity.bytes.insert(identity.bytes.end(), modulus.begin(), modulus.end());
  return identity;
}

HostIdentity with_curve(HostAlgorithm algorithm, std::uint8_t curve, const ByteVector& key) {
  HostIdentity identity{algorithm, {std::byte{0}, std::byte{curve}}};
  identity.bytes.insert(identity.bytes.end(), key.begin(), key.end());
  return identity;
}

/// X and Y whatever form the file has them in: a compressed point would be another encoding of the same key.
Result<HostIdentity> ec_identity(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr) != 1)
    return Errc::unsupported;
  const std::string_view name{group.data()};
  const bool p256 = name == "prime256v1" || name == "P-256";
  if (!p256 && name != "secp384r1" && name != "P-384") return Errc::unsupported;
  const std::size_t number_bytes = p256 ? 32 : 48;
  ByteVector point{std::byte{4}};
  for (const char* each : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
    const ByteVector number = number_of(key, each);
    if (number.size() > number_bytes) return Errc::bad_key;
    point.resize(point.size() + number_bytes - number.size());
    point.insert(point.end(), number.begin(), number.end());
  }
  return with_curve(HostAlgorithm::ecdsa, p256 ? 1 : 2, point);
}

Result<HostIdentity> identity_of(const EVP_PKEY* key) {
  Result<HostIdentity> identity = Errc::unsupported;
  if (EVP_PKEY_is_a(key, "RSA") == 1) identity = rsa_identity(key);
  if (EVP_PKEY_is_a(key, "EC") == 1) identity = ec_identity(key);
  if (EVP_PKEY_is_a(key, "ED25519") == 1)
    identity = with_curve(HostAlgorithm::eddsa, 1, octets_of(key, OSSL_PKEY_PARAM_PUB_KEY));
  if (!identity) return identity;
  if (const auto form = signature_form(identity->algorithm, identity->bytes); !form) return form.error();
  return identity;
}

const char* digest_name(Algorithm algorithm) {
  if (algorithm == Algorithm::ed25519) return nullptr;
  return algorithm == Algorithm::ecdsa_p384_sha384 ? "SHA384" : "SHA256";
}

}  // namespace

struct HostKey::Secret {
  detail::Key key;
};

HostKey::HostKey(std::unique_ptr<Secret> secret, HostIdentity identity)
    : secret_(std::move(secret)), identity_(std::move(identity)) {}
HostKey::HostKey(HostKey&&) noexcept = default;
HostKey& HostKey::operator=(HostKey&&) noexcept = default;
HostKey::~HostKey() = default;

Result<HostKey> HostKey::from_pem(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  auto secret = std::make_unique<Secret>();
  if (bio) secret->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!secret->key) {
    ERR_clear_error();
    return Errc::malformed;
  }
  auto identity = identity_of(secret->key.get());
  if (!identity) return identity.error();
  return HostKey{std::move(secret), std::move(*identity)};
}

Result<ByteVector> HostKey::sign(Bytes message) const {
  const auto form = signature_form(identity_.algorithm, identity_.bytes);
  if (!form) return form.error();
  const auto* const data = reinterpret_cast<const unsigned char*>(message.data());
  const std::unique_ptr<EVP_MD_CTX, FreeBio> context{EVP_MD_CTX_new()};
  std::size_t size = 0;
  if (!context ||
      EVP_DigestSignInit_ex(context.get(), nullptr, digest_name(form->algorithm), nullptr, nullptr, secret_->key.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, message.size()) != 1)
    return Errc::io_error;
  ByteVector signature(size);
  auto* const bytes = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), bytes, &size, data, message.size()) != 1) return Errc::io_error;
  signature.resize(size);
  if (identity_.algorithm == HostAlgorithm::ecdsa) {
    signature = detail::plain_of_ecdsa(signature, form->signature_bytes / 2);
    make_s_low(signature);
  }
  if (signature.size() != form->signature_bytes) return Errc::io_error;
  return signature;
}

}  // namespace p2pns::crypto
