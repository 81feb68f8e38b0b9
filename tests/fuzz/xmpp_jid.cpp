// Addresses: of users, at the component, and on links.
#include "frontends/xmpp/jid.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {

using namespace xmpp;

void run(Bytes input) {
  const auto jid = parse_jid(as_text(input));
  if (!jid) return;
  const std::string text = to_string(*jid);
  require(is_one_line(text), "an address is one line");
  const auto again = parse_jid(text);
  require(again && *again == *jid, "what is written is the same address");
  const Addresses addresses("p2p", names::Zones{});
  if (const auto name = addresses.name_of(jid->local)) {
    require(names::is_canonical(*name), "a name is canonical");
    const auto on_link = parse_jid(Addresses::on_link(*name, jid->resource));
    require(on_link.has_value(), "a name has an address on links");
    const auto shown = parse_jid(addresses.at_component(*name, jid->resource));
    require(shown.has_value(), "and one for users");
    const auto read = addresses.name_of(shown->local);
    require(read && *read == *name, "which is the same name when they type it");
    const auto back = addresses.name_on_link(*on_link);
    require(back && *back == *name && on_link->resource == jid->resource, "which names it");
  } else {
    require(is_one_line(name.error().message) || jid->local.size() > 80, "why it is none is one line");
  }
  if (const auto name = addresses.name_on_link(*jid)) {
    require(name->label == jid->local, "a link's address is canonical");
    require(parse_jid(addresses.at_component(*name, jid->resource)).has_value(), "and has one for users");
  }
}

}  // namespace p2pns::fuzz
