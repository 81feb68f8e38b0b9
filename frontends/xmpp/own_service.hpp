// own_service: what the component answers for itself: XEP-0030 (disco), XEP-0092 (version), XEP-0199 (ping), and the
// texts of XEP-0077 (registration), whose doing is Registrar's.
#pragma once

#include <string>

#include "frontends/xmpp/stanza.hpp"

namespace p2pns::xmpp {

/// What a request to the component wants.
enum class OwnRequest : std::uint8_t { disco_info, disco_items, version, ping, register_form, register_set, unknown };
OwnRequest own_request(const StanzaHead&, const Element& iq);

/// Of disco, version and ping; the others are no case of this.
Element answer_own_request(OwnRequest, const StanzaHead&, const Element& iq);

/// The form, with the label that the asker has, as he reads it, or empty.
Element registration_form(const StanzaHead&, std::string_view zone, std::string_view name);

struct RegistrationRequest {
  bool remove = false;
  std::string username{};  ///< as typed
};
/// None when the request holds neither.
std::optional<RegistrationRequest> read_registration(const Element& iq);
/// Longest username that is looked at: more than any label, in any script.
inline constexpr std::size_t username_maximum_bytes = 512;

}  // namespace p2pns::xmpp
