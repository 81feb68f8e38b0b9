// NonceBook: nonces for digest authentication that need no memory until they are used: time and serial number in plain
// text, and an HMAC that binds them to the source. Of a nonce that was used it remembers which counts (nc) were, so
// that no request can be replayed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/endpoint.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"

namespace p2pns::sip {

/// Nonces in use at the same time. When there are more the oldest go stale early, and their phones ask for new ones.
inline constexpr std::size_t nonces_maximum = 16'384;

class NonceBook {
 public:
  NonceBook(Duration life, Random& random);

  std::string make(const IpAddress& source, TimePoint now);
  /// True: this nonce is ours, young enough, and was made for this source: who brings it got our challenge there.
  bool is_good(std::string_view nonce, const IpAddress& source, TimePoint now) const;
  /// True: it is good, and nobody used it with this count before. The count is used up then. Call it for right digests
  /// only, or strangers fill the table.
  bool use(std::string_view nonce, std::uint32_t count, const IpAddress& source, TimePoint now);
  std::size_t size() const noexcept { return used_.size(); }

 private:
  struct Id {
    std::uint64_t made_ms = 0;
    std::uint32_t serial = 0;
    friend auto operator<=>(const Id&, const Id&) = default;
  };
  struct Counts {
    std::uint32_t highest = 0;
    std::uint64_t seen = 0;  ///< bit i: highest - i
  };
  std::optional<Id> id_of(std::string_view nonce, const IpAddress& source, TimePoint now) const;
  std::string text_of(const Id&, const IpAddress& source) const;
  static bool take(Counts&, std::uint32_t count);
  void make_room(TimePoint now);

  Duration life_;
  FixedBytes<32, struct NonceSecretTag> secret_;
  std::uint32_t next_serial_ = 0;
  std::map<Id, Counts> used_;
  Id floor_;  ///< not younger than this: stale
};

}  // namespace p2pns::sip
