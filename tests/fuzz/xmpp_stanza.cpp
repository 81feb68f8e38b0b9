// What comes over a link: the bytes are one stanza. What is taken is well-formed wherever it is written.
#include "frontends/xmpp/stanza.hpp"
#include "frontends/xmpp/stanza_reader.hpp"
#include "plugins/api/peer_links.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {

using namespace xmpp;

void run(Bytes input) {
  const auto stanza = read_stanza(as_text(input));
  if (!stanza) return;
  const std::string text = to_xml(*stanza, {});
  // Escapes may make it longer than a link takes.
  if (text.size() > plugins::peer_message_maximum_bytes) return;
  const auto again = read_stanza(text);
  require(again.has_value(), "what is written can be read");
  require(*again == *stanza, "and means the same");
  const auto head = head_of(*stanza);
  if (!head) return;
  require(!may_be_refused(*head) || head->type != "error", "errors are not answered");
  const Element error = error_answer(*head, {Condition::bad_request, "No."});
  require(read_stanza(to_xml(error, {})).has_value(), "an answer can be read");
  const auto error_head = head_of(error);
  require(error_head && !may_be_refused(*error_head), "an answer is not answered");
}

}  // namespace p2pns::fuzz
