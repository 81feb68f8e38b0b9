#include "core/crypto/secret_text.hpp"

#include "core/base/assert.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::crypto {

SecretText::~SecretText() { wipe(std::as_writable_bytes(std::span{text_})); }

SecretText& SecretText::append(std::string_view text) {
  P2PNS_ASSERT(text.size() <= text_.capacity() - text_.size());
  text_.insert(text_.end(), text.begin(), text.end());
  return *this;
}

SecretText& SecretText::append_hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  P2PNS_ASSERT(2 * bytes.size() <= text_.capacity() - text_.size());
  for (const std::byte each : bytes) {
    const auto value = std::to_integer<unsigned>(each);
    text_.push_back(digits[value >> 4]);
    text_.push_back(digits[value & 0xfU]);
  }
  return *this;
}

std::span<char> SecretText::room() {
  text_.resize(text_.capacity());
  return text_;
}

void SecretText::keep(std::size_t size) {
  P2PNS_ASSERT(size <= text_.size());
  wipe(std::as_writable_bytes(std::span{text_}.subspan(size)));
  text_.resize(size);
}

}  // namespace p2pns::crypto
