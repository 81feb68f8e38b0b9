// Stanzas: what a gateway looks at before it passes one on, and the errors it answers with (RFC 6120, section 8.3).
#pragma once

#include <cstdint>

#include "frontends/xmpp/element.hpp"
#include "frontends/xmpp/jid.hpp"

namespace p2pns::xmpp {

enum class StanzaKind : std::uint8_t { message, presence, iq };

/// Enough of a stanza to answer it with an error, without its content.
struct StanzaHead {
  StanzaKind kind = StanzaKind::message;
  std::string type;
  std::string id;
  std::string from;  ///< as the server stamped it
  std::string to;
};

/// Longest id that is kept for an answer. Clients use up to 40 characters.
inline constexpr std::size_t id_maximum_bytes = 1024;

/// None when the element is no stanza, or its id is too long.
std::optional<StanzaHead> head_of(const Element&);
/// True for what asks: an iq of type get or set.
bool is_request(const StanzaHead&) noexcept;
/// True for an answer to an iq.
bool is_answer(const StanzaHead&) noexcept;
/// False for what must never be answered with an error: errors, answers, and presence that only tells.
bool may_be_refused(const StanzaHead&) noexcept;

enum class Condition : std::uint8_t {
  bad_request,
  conflict,
  feature_not_implemented,
  internal_server_error,
  item_not_found,
  jid_malformed,
  not_acceptable,
  not_allowed,
  not_authorized,
  policy_violation,
  registration_required,
  remote_server_not_found,
  remote_server_timeout,
  resource_constraint,
  service_unavailable,
};
inline constexpr std::size_t conditions_count = 15;
/// "remote-server-timeout"
std::string_view name_of(Condition) noexcept;

struct Refusal {
  Condition condition = Condition::service_unavailable;
  std::string text{};  ///< one sentence for a person, or empty
};

/// The error that answers a stanza: from and to change places.
Element error_answer(const StanzaHead&, const Refusal&);
/// The empty result of an iq, to be filled.
Element result_answer(const StanzaHead&);

/// What the sender of a stanza is told when the link, or the gateway behind it, says this.
Refusal refusal_of_link(boost::system::error_code);
/// What somebody who registers a name is told when the name service says this.
Refusal refusal_of_registration(boost::system::error_code);

}  // namespace p2pns::xmpp
