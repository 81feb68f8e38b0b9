#include "core/crypto/digest.hpp"

#include <memory>
#include <openssl/evp.h>

#include "core/base/assert.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::crypto {
namespace {

constexpr std::size_t sha256_block_bytes = 64;
using Block = std::array<std::byte, sha256_block_bytes>;

// Looking the algorithm up costs more than hashing a key, so it happens once. Never freed: OpenSSL's own clean-up at
// exit may run before ours.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  P2PNS_ASSERT(algorithm != nullptr);
  return algorithm;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// One context per thread, because making one costs as much as a short digest.
EVP_MD_CTX* start_sha256() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  P2PNS_ASSERT(context != nullptr);
  // Naming the algorithm again would make OpenSSL set the context up anew.
  const EVP_MD* const current = EVP_MD_CTX_get0_md(context.get());
  P2PNS_ASSERT(EVP_DigestInit_ex2(context.get(), current ? nullptr : sha256_algorithm(), nullptr) == 1);
  return context.get();
}

void add(EVP_MD_CTX* context, Bytes part) { P2PNS_ASSERT(EVP_DigestUpdate(context, part.data(), part.size()) == 1); }

Digest finish(EVP_MD_CTX* context) {
  Digest digest;
  P2PNS_ASSERT(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.value.data()), nullptr) == 1);
  return digest;
}

Block padded_key(Bytes key) {
  Block block{};
  if (key.size() <= block.size()) {
    if (!key.empty()) std::memcpy(block.data(), key.data(), key.size());
  } else {
    Digest digest = sha256(key);
    const WipeGuard guard{digest.mutable_view()};
    std::memcpy(block.data(), digest.value.data(), Digest::size_bytes);
  }
  return block;
}

void xor_with(Block& block, std::byte mask) {
  for (std::byte& byte : block) byte ^= mask;
}

}  // namespace

Digest sha256(std::initializer_list<Bytes> parts) {
  EVP_MD_CTX* const context = start_sha256();
  for (const Bytes part : parts) add(context, part);
  return finish(context);
}

Md5Digest md5(std::initializer_list<Bytes> parts) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  P2PNS_ASSERT(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1);
  for (const Bytes part : parts) add(context.get(), part);
  Md5Digest digest;
  auto* const out = reinterpret_cast<unsigned char*>(digest.value.data());
  P2PNS_ASSERT(EVP_DigestFinal_ex(context.get(), out, nullptr) == 1);
  return digest;
}

// By hand and not with EVP_MAC: two plain digests on the context we keep are twice as fast for our short messages.
Digest hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) {
  constexpr std::byte inner_mask{0x36};
  constexpr std::byte outer_mask{0x5c};
  Block block = padded_key(key);
  const WipeGuard block_guard{block};

  xor_with(block, inner_mask);
  EVP_MD_CTX* context = start_sha256();
  add(context, block);
  for (const Bytes part : parts) add(context, part);
  Digest inner = finish(context);
  const WipeGuard inner_guard{inner.mutable_view()};

  xor_with(block, inner_mask ^ outer_mask);
  return sha256({Bytes{block}, inner.view()});
}

Digest hkdf_sha256(Bytes input_key, Bytes info) {
  constexpr std::array first_block_number{std::byte{1}};
  constexpr Digest empty_salt{};  // RFC 5869, 2.2: as many zeros as the hash has bytes
  Digest pseudo_random_key = hmac_sha256(empty_salt.view(), {input_key});
  const WipeGuard guard{pseudo_random_key.mutable_view()};
  return hmac_sha256(pseudo_random_key.view(), {info, Bytes{first_block_number}});
}

}  // namespace p2pns::crypto
