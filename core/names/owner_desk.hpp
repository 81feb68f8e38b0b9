// OwnerDesk: answers ASK_OWNER. The node says, under its key, which names it owns, and hands over their signed record
// sets; an empty question only asks it to prove itself. One signature at most per question, one small answer, no state
// per asker.
#pragma once

#include <optional>

#include "core/names/owned_names.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::names {

/// Body of an OWNER_SAYS that carries the largest record set: what a question must have room for.
inline constexpr std::size_t owner_says_maximum_bytes = 2 + wire::record_maximum_bytes;

/// What a question asks for: a name, or none (only prove who you are). Errors: bad_name (not canonical, or a reserved
/// label), and those of wire::decode_ask_owner.
Result<std::optional<P2PName>> decode_question(Bytes body);

class OwnerDesk {
 public:
  explicit OwnerDesk(OwnedNames& names) : names_(names) {}

  /// Answers owner_says. An answer that does not fit is not sent: an empty one would say that the name is not owned.
  void on_question(const rpc::Request&, const std::optional<P2PName>&, const rpc::Responder&);

 private:
  OwnedNames& names_;
};

}  // namespace p2pns::names
