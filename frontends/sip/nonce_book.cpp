#include "frontends/sip/nonce_book.hpp"

#include <algorithm>
#include <charconv>

#include "core/crypto/compare.hpp"
#include "core/crypto/digest.hpp"
#include "frontends/sip/hex_number.hpp"

namespace p2pns::sip {
namespace {

constexpr std::size_t time_digits = 16;
constexpr std::size_t serial_digits = 8;
constexpr std::size_t mac_bytes = 16;  // 128 bits: nobody guesses one while it lives
constexpr std::size_t nonce_characters = time_digits + serial_digits + 2 * mac_bytes;
constexpr unsigned window_bits = 64;  // requests of one phone may overtake each other

std::uint64_t milliseconds_of(TimePoint time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

std::uint64_t value_of(std::string_view hex) {
  std::uint64_t value = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return value;
}

}  // namespace

NonceBook::NonceBook(Duration life, Random& random)
    : life_(life), secret_(random.value<FixedBytes<32, struct NonceSecretTag>>()) {}

std::string NonceBook::make(const IpAddress& source, TimePoint now) {
  return text_of({milliseconds_of(now), next_serial_++}, source);
}

std::string NonceBook::text_of(const Id& id, const IpAddress& source) const {
  std::string text = hex_of(id.made_ms, time_digits) + hex_of(id.serial, serial_digits);
  const crypto::Digest mac = crypto::hmac_sha256(secret_.view(), {as_bytes(text), source.view()});
  return text + to_hex(mac.view().first(mac_bytes));
}

std::optional<NonceBook::Id> NonceBook::id_of(std::string_view nonce, const IpAddress& source, TimePoint now) const {
  if (nonce.size() != nonce_characters) return std::nullopt;
  const Id id{value_of(nonce.substr(0, time_digits)),
              static_cast<std::uint32_t>(value_of(nonce.substr(time_digits, serial_digits)))};
  if (!crypto::equal_in_constant_time(as_bytes(text_of(id, source)), as_bytes(nonce))) return std::nullopt;
  const std::uint64_t now_ms = milliseconds_of(now);
  const auto life_ms = static_cast<std::uint64_t>(life_ / std::chrono::milliseconds{1});
  if (id <= floor_ || id.made_ms > now_ms || now_ms - id.made_ms > life_ms) return std::nullopt;
  return id;
}

bool NonceBook::is_good(std::string_view nonce, const IpAddress& source, TimePoint now) const {
  return id_of(nonce, source, now).has_value();
}

bool NonceBook::use(std::string_view nonce, std::uint32_t count, const IpAddress& source, TimePoint now) {
  const auto id = id_of(nonce, source, now);
  if (!id || count == 0) return false;
  if (const auto found = used_.find(*id); found != used_.end()) return take(found->second, count);
  make_room(now);
  if (*id <= floor_) return false;
  return take(used_[*id], count);
}

bool NonceBook::take(Counts& counts, std::uint32_t count) {
  if (count > counts.highest) {
    const std::uint32_t step = count - counts.highest;
    counts.seen = (step >= window_bits ? 0 : counts.seen << step) | 1U;
    counts.highest = count;
    return true;
  }
  const std::uint32_t age = counts.highest - count;
  if (age >= window_bits || ((counts.seen >> age) & 1U) != 0) return false;
  counts.seen |= std::uint64_t{1} << age;
  return true;
}

void NonceBook::make_room(TimePoint now) {
  if (used_.size() < nonces_maximum) return;
  const auto life_ms = static_cast<std::uint64_t>(life_ / std::chrono::milliseconds{1});
  const std::uint64_t now_ms = milliseconds_of(now);
  while (!used_.empty() && now_ms - used_.begin()->first.made_ms > life_ms) used_.erase(used_.begin());
  if (used_.size() < nonces_maximum) return;
  floor_ = used_.begin()->first;  // it, and all that are older, are stale from now on: nobody can use them again
  used_.erase(used_.begin());
}

}  // namespace p2pns::sip
