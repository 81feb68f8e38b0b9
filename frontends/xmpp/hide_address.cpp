#include "frontends/xmpp/hide_address.hpp"

namespace p2pns::xmpp {
namespace {

/// `real` alone, or with a resource, becomes `shown`.
void replace_address(std::string& value, const std::string& real, const std::string& shown) {
  const bool is_it = value.starts_with(real) && (value.size() == real.size() || value[real.size()] == '/');
  if (is_it) value.replace(0, real.size(), shown);
}

}  // namespace

void hide_address(Element& stanza, const Jid& user, const names::P2PName& name) {
  const std::string real = bare(user);
  const std::string shown = Addresses::on_link(name, {});
  for (Element& child : stanza.children) {
    if (child.name == "error" && child.space == stanza_space) set_attribute(child, "by", {});
    for (Attribute& each : child.attributes) {
      replace_address(each.value, real, shown);
      replace_address(each.value, user.domain, name.zone);
    }
  }
}

}  // namespace p2pns::xmpp
