#include "core/crypto/hip_digest.hpp"

#include <memory>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "core/base/assert.hpp"

namespace p2pns::crypto {
namespace {

constexpr std::size_t cshake128_rate_bytes = 168;
constexpr std::size_t customization_maximum_bytes = 64;

struct FreeDigest {
  void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// A digest that has begun. These are rare, so nothing is kept from one to the next.
class Running {
 public:
  explicit Running(const char* name) : digest_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    P2PNS_ASSERT(digest_ != nullptr && context_ != nullptr);
    P2PNS_ASSERT(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1);
  }
  void add(Bytes part) { P2PNS_ASSERT(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1); }
  void finish(MutableBytes output) {
    P2PNS_ASSERT(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(output.data()), nullptr) == 1);
  }
  void squeeze(MutableBytes output) {
    P2PNS_ASSERT(EVP_DigestFinalXOF(context_.get(), reinterpret_cast<unsigned char*>(output.data()), output.size()) ==
                 1);
  }

 private:
  std::unique_ptr<EVP_MD, FreeDigest> digest_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

template <class Digest>
Digest digest_of(const char* name, std::initializer_list<Bytes> parts) {
  Running running{name};
  for (const Bytes part : parts) running.add(part);
  Digest digest;
  running.finish(digest.mutable_view());
  return digest;
}

/// left_encode of SP 800-185, 2.3.1, for numbers below 2^16.
void left_encode(ByteVector& out, std::size_t number) {
  if (number > UINT8_MAX) {
    out.insert(out.end(), {std::byte{2}, static_cast<std::byte>(number >> 8U)});
  } else {
    out.push_back(std::byte{1});
  }
  out.push_back(static_cast<std::byte>(number & 0xffU));
}

}  // namespace

Sha1Digest sha1(std::initializer_list<Bytes> parts) { return digest_of<Sha1Digest>("SHA1", parts); }

Sha384Digest sha384(std::initializer_list<Bytes> parts) { return digest_of<Sha384Digest>("SHA384", parts); }

// OpenSSL has no cSHAKE by name. Its KECCAK-KMAC-128 is the sponge with cSHAKE's padding (04): what cSHAKE puts in
// front of the data (SP 800-185, 3.3) is added by hand.
void cshake128(std::initializer_list<Bytes> parts, Bytes customization, MutableBytes output) {
  P2PNS_ASSERT(!customization.empty() && customization.size() <= customization_maximum_bytes);
  ByteVector front;
  front.reserve(cshake128_rate_bytes);
  left_encode(front, cshake128_rate_bytes);
  left_encode(front, 0);  // no function name
  left_encode(front, 8 * customization.size());
  front.insert(front.end(), customization.begin(), customization.end());
  front.resize(cshake128_rate_bytes);
  Running running{"KECCAK-KMAC-128"};
  running.add(front);
  for (const Bytes part : parts) running.add(part);
  running.squeeze(output);
}

}  // namespace p2pns::crypto
