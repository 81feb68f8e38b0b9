// Route tokens: what this node writes into the user part of its Record-Route URIs, so that it needs to remember no
// dialog. A token names the hop at one side of the dialog and is valid for one Call-ID; an HMAC keeps others from
// making one (RFC 5626, 5.2, does the same for flows). Each request that makes a dialog gets two, the callee's side on
// top (RFC 5658): later requests find the sender's side first, and where they go second.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.hpp"
#include "frontends/sip/hop.hpp"

namespace p2pns::sip {

class RouteTokens {
 public:
  /// A new secret: dialogs do not outlive the process.
  explicit RouteTokens(Random& random) { random.fill(secret_.mutable_view()); }

  /// Letters and digits, 30 to 70 of them.
  std::string make(const Hop& hop, std::string_view call_id) const;
  /// None: not made here, or for another call.
  std::optional<Hop> read(std::string_view token, std::string_view call_id) const;

 private:
  using Secret = FixedBytes<32, struct RouteSecretTag>;
  ByteVector tag_of(Bytes content, std::string_view call_id) const;
  Secret secret_;
};

}  // namespace p2pns::sip
