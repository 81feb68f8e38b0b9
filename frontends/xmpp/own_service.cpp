#include "frontends/xmpp/own_service.hpp"

#include <array>

namespace p2pns::xmpp {
namespace {

constexpr std::string_view disco_info_space = "http://jabber.org/protocol/disco#info";
constexpr std::string_view disco_items_space = "http://jabber.org/protocol/disco#items";
constexpr std::string_view version_space = "jabber:iq:version";
constexpr std::string_view ping_space = "urn:xmpp:ping";
constexpr std::string_view register_space = "jabber:iq:register";

constexpr std::array<std::string_view, 5> features{disco_info_space, disco_items_space, ping_space, register_space,
                                                   version_space};

Element identity(std::string_view category, std::string_view type) {
  Element element = make_element("identity", disco_info_space);
  set_attribute(element, "category", category);
  set_attribute(element, "type", type);
  set_attribute(element, "name", "P2PNS gateway");
  return element;
}

Element disco_info() {
  Element query = make_element("query", disco_info_space);
  query.children.push_back(identity("gateway", "p2pns"));
  query.children.push_back(identity("component", "generic"));
  for (const std::string_view space : features) {
    Element feature = make_element("feature", disco_info_space);
    set_attribute(feature, "var", space);
    query.children.push_back(std::move(feature));
  }
  return query;
}

Element version() {
  Element query = make_element("query", version_space);
  query.children.push_back(make_field("name", version_space, "P2PNS"));
  query.children.push_back(make_field("version", version_space, P2PNS_VERSION));
  return query;
}

}  // namespace

OwnRequest own_request(const StanzaHead& head, const Element& iq) {
  const Element* payload = first_child(iq);
  if (payload == nullptr) return OwnRequest::unknown;
  const bool query = payload->name == "query";
  if (query && payload->space == register_space)
    return head.type == "set" ? OwnRequest::register_set : OwnRequest::register_form;
  if (head.type != "get") return OwnRequest::unknown;
  if (query && payload->space == disco_info_space) return OwnRequest::disco_info;
  if (query && payload->space == disco_items_space) return OwnRequest::disco_items;
  if (query && payload->space == version_space) return OwnRequest::version;
  if (payload->name == "ping" && payload->space == ping_space) return OwnRequest::ping;
  return OwnRequest::unknown;
}

Element answer_own_request(OwnRequest request, const StanzaHead& head, const Element& iq) {
  Element answer = result_answer(head);
  const bool disco = request == OwnRequest::disco_info || request == OwnRequest::disco_items;
  if (disco && !attribute(*first_child(iq), "node").empty()) return error_answer(head, {Condition::item_not_found});
  if (request == OwnRequest::disco_info) answer.children.push_back(disco_info());
  if (request == OwnRequest::disco_items) answer.children.push_back(make_element("query", disco_items_space));
  if (request == OwnRequest::version) answer.children.push_back(version());
  return answer;
}

Element registration_form(const StanzaHead& head, std::string_view zone, std::string_view name) {
  Element query = make_element("query", register_space);
  const std::string text =
      name.empty() ? "Choose a name: it will be yours in all of " + std::string{zone} + ", in every protocol."
                   : "Your name is " + std::string{name} + "@" + std::string{zone} + ".";
  if (!name.empty()) query.children.push_back(make_element("registered", register_space));
  query.children.push_back(make_field("instructions", register_space, text));
  query.children.push_back(make_field("username", register_space, name));
  Element answer = result_answer(head);
  answer.children.push_back(std::move(query));
  return answer;
}

std::optional<RegistrationRequest> read_registration(const Element& iq) {
  const Element* query = find_child(iq, "query", register_space);
  if (query == nullptr) return std::nullopt;
  if (find_child(*query, "remove", register_space) != nullptr) return RegistrationRequest{true};
  const Element* username = find_child(*query, "username", register_space);
  if (username == nullptr) return std::nullopt;
  std::string typed = text_of(*username);
  if (typed.empty() || typed.size() > username_maximum_bytes) return std::nullopt;
  return RegistrationRequest{false, std::move(typed)};
}

}  // namespace p2pns::xmpp
