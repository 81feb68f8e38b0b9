#include "frontends/xmpp/stanza.hpp"

#include <algorithm>
#include <array>

namespace p2pns::xmpp {
namespace {

constexpr std::string_view condition_space = "urn:ietf:params:xml:ns:xmpp-stanzas";

struct ConditionText {
  std::string_view name;
  std::string_view type;  ///< what the sender can do about it
};
constexpr std::array<ConditionText, conditions_count> condition_texts{{
    {"bad-request", "modify"},
    {"conflict", "cancel"},
    {"feature-not-implemented", "cancel"},
    {"internal-server-error", "wait"},
    {"item-not-found", "cancel"},
    {"jid-malformed", "modify"},
    {"not-acceptable", "modify"},
    {"not-allowed", "cancel"},
    {"not-authorized", "auth"},
    {"policy-violation", "modify"},
    {"registration-required", "auth"},
    {"remote-server-not-found", "cancel"},
    {"remote-server-timeout", "wait"},
    {"resource-constraint", "wait"},
    {"service-unavailable", "cancel"},
}};

const ConditionText& text_of(Condition condition) { return condition_texts[static_cast<std::size_t>(condition)]; }

std::string_view name_of(StanzaKind kind) noexcept {
  switch (kind) {
    case StanzaKind::message:
      return "message";
    case StanzaKind::presence:
      return "presence";
    case StanzaKind::iq:
      return "iq";
  }
  return "message";
}

/// What quotes somebody may have cut a character in two, which would end the stream.
std::string whole(std::string text) {
  if (!is_utf8(text))
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
  return text;
}

Element answer(const StanzaHead& head, std::string_view type) {
  Element element = make_element(name_of(head.kind), stanza_space);
  set_attribute(element, "type", type);
  set_attribute(element, "id", head.id);
  set_attribute(element, "from", head.to);
  set_attribute(element, "to", head.from);
  return element;
}

}  // namespace

std::string_view name_of(Condition condition) noexcept { return text_of(condition).name; }

std::optional<StanzaHead> head_of(const Element& element) {
  StanzaHead head;
  if (element.name == "presence")
    head.kind = StanzaKind::presence;
  else if (element.name == "iq")
    head.kind = StanzaKind::iq;
  else if (element.name != "message")
    return std::nullopt;
  const auto id = attribute(element, "id");
  if (element.space != stanza_space || id.size() > id_maximum_bytes) return std::nullopt;
  head.id = id;
  head.type = attribute(element, "type").substr(0, 32);  // the longest that means anything has 12
  head.from = attribute(element, "from");
  head.to = attribute(element, "to");
  return head;
}

bool is_request(const StanzaHead& head) noexcept {
  return head.kind == StanzaKind::iq && (head.type == "get" || head.type == "set");
}

bool is_answer(const StanzaHead& head) noexcept {
  return head.kind == StanzaKind::iq && (head.type == "result" || head.type == "error");
}

bool may_be_refused(const StanzaHead& head) noexcept {
  if (head.type == "error" || head.from.empty()) return false;
  if (head.kind == StanzaKind::iq) return is_request(head);
  if (head.kind == StanzaKind::message) return true;
  return head.type.empty() || head.type == "subscribe" || head.type == "probe";
}

Element error_answer(const StanzaHead& head, const Refusal& refusal) {
  Element element = answer(head, "error");
  const ConditionText& condition = text_of(refusal.condition);
  Element error = make_element("error", stanza_space);
  set_attribute(error, "type", condition.type);
  error.children.push_back(make_element(condition.name, condition_space));
  if (!refusal.text.empty()) {
    Element text = make_field("text", condition_space, whole(refusal.text));
    set_attribute(text, "xml:lang", "en");
    error.children.push_back(std::move(text));
  }
  element.children.push_back(std::move(error));
  return element;
}

Element result_answer(const StanzaHead& head) { return answer(head, "result"); }

Refusal refusal_of_link(boost::system::error_code error) {
  if (error == Errc::no_such_name || error == Errc::refused) return {Condition::service_unavailable};
  if (error == Errc::unsupported) return {Condition::service_unavailable, "The name's node has no XMPP gateway."};
  if (error == Errc::not_owner)
    return {Condition::not_authorized, "The other gateway does not know this one as yours; register your name anew."};
  if (error == Errc::overloaded) return {Condition::resource_constraint, "Too much is waiting for this name."};
  if (error == Errc::malformed) return {Condition::bad_request};
  if (error == Errc::too_large) return {Condition::policy_violation, "The stanza is too large."};
  return {Condition::remote_server_timeout, "The gateway of this name does not answer."};
}

Refusal refusal_of_registration(boost::system::error_code error) {
  if (error == Errc::name_taken || error == Errc::contested)
    return {Condition::conflict, "Somebody else has this name."};
  if (error == Errc::bad_name || error == Errc::malformed || error == Errc::too_large)
    return {Condition::not_acceptable, "This is no name that can be registered."};
  if (error == Errc::overloaded) return {Condition::resource_constraint, "The node is busy; try again later."};
  if (error == Errc::not_owner) return {Condition::item_not_found, "This node does not have the name."};
  if (error == Errc::io_error)
    return {Condition::internal_server_error, "The node cannot save the name; its operator has to look."};
  return {Condition::remote_server_timeout, "The overlay cannot be reached; try again later."};
}

}  // namespace p2pns::xmpp
