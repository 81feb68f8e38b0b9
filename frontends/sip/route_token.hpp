// Route tokens: what this node writes into the user part of its Record-Route URIs, so that it needs to remember no
// dialog. A token names the hop at one side of the dialog, and which side that is; it is valid for one Call-ID and one
// caller's tag. It also tells whether From and To are still those of the first request, and whether that one was
// vouched for. An HMAC keeps others from making one (RFC 5626, 5.2, does the same for flows); everybody can read it.
// Each request that makes a dialog gets two, the callee's side on top (RFC 5658): later requests find the sender's side
// first, and where they go second.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.hpp"
#include "frontends/sip/hop.hpp"

namespace p2pns::sip {

/// What a request says of its dialog. The one that begins a dialog has no To tag.
struct DialogMarks {
  std::string call_id;
  std::string from_tag;
  std::string to_tag;
  std::string from_party{};  ///< user@host
  std::string to_party{};
};

enum class Side : std::uint8_t { caller = 0, callee = 1 };

/// What a token says.
struct RouteHop {
  Hop hop;
  Side side = Side::caller;
  bool unverified = false;   ///< nobody vouched for who began the dialog
  bool same_parties = true;  ///< read: From and To are those of the first request, or the other way round
  friend bool operator==(const RouteHop&, const RouteHop&) = default;
};

class RouteTokens {
 public:
  /// A new secret: dialogs do not outlive the process.
  explicit RouteTokens(Random& random) { random.fill(secret_.mutable_view()); }

  /// For the dialog that this request begins. Letters and digits, 36 to 70 of them.
  std::string make(const RouteHop&, const DialogMarks&) const;
  /// None: not made here, or for another dialog: the tag of who began it must be the From or the To tag.
  std::optional<RouteHop> read(std::string_view token, const DialogMarks&) const;

 private:
  using Secret = FixedBytes<32, struct RouteSecretTag>;
  ByteVector tag_of(Bytes content, std::string_view call_id, std::string_view caller_tag) const;
  ByteVector parties_of(std::string_view caller, std::string_view callee) const;
  Secret secret_;
};

}  // namespace p2pns::sip
