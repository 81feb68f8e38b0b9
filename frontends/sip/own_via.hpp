// The Via lines this node writes: a branch that says which client transaction it belongs to, and a mark by which the
// node knows a request that comes back unchanged (RFC 5393, 4.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frontends/sip/message.hpp"

namespace p2pns::sip {

using ClientId = std::uint64_t;

/// "z9hG4bK", the client transaction, the mark.
std::string own_branch(ClientId client, std::string_view loop_mark);
/// None: no branch of this form. That such a transaction exists is not said.
std::optional<ClientId> client_of_branch(std::string_view branch) noexcept;
/// Of all that decides where this request goes from here. `salt` is the node's secret: no other node has these marks.
std::string loop_mark(const SipMessage& request, std::uint64_t salt);
/// True when one of the request's Via lines has the mark.
bool came_back(const SipMessage& request, std::string_view mark) noexcept;

}  // namespace p2pns::sip
