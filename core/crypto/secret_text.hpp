// SecretText: text with a secret in it, in one place of memory that is wiped when it dies. It never grows beyond the
// room it was made with: growing would leave a copy behind.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace p2pns::crypto {

class SecretText {
 public:
  SecretText() = default;
  /// Empty, with room for so many bytes.
  explicit SecretText(std::size_t room) { text_.reserve(room); }
  /// A copy; the original is the caller's to wipe.
  explicit SecretText(std::string_view text) : text_(text.begin(), text.end()) {}
  SecretText(SecretText&&) noexcept = default;  // a vector's memory changes hands, nothing is copied
  SecretText& operator=(SecretText&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~SecretText();

  std::string_view view() const noexcept { return {text_.data(), text_.size()}; }
  bool empty() const noexcept { return text_.empty(); }
  /// Must fit into the room that is left (asserted).
  SecretText& append(std::string_view);
  /// Lower-case hexadecimal; must fit (asserted).
  SecretText& append_hex(Bytes);
  /// All the room, to be filled from outside; then say with keep() how much of it counts.
  std::span<char> room();
  /// Shortens the text to so many bytes and wipes the rest; no more than there are (asserted).
  void keep(std::size_t size);

 private:
  std::vector<char> text_;
};

}  // namespace p2pns::crypto
