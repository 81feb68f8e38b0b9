#include "frontends/sip/transaction_key.hpp"

#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {

std::string transaction_key(const SipMessage& request, const Via& top, const CSeq& cseq, std::string_view method,
                            const Hop& from) {
  constexpr char separator = '\n';  // none of the parts has one
  std::string key;
  key.reserve(128);
  if (const NodeId* node = std::get_if<NodeId>(&from)) key.append(as_text(node->view()));
  key += separator;
  key += top.branch();
  key += separator;
  key += top.host;
  if (top.port) key += ':' + std::to_string(*top.port);
  key += separator;
  key += method;
  if (top.has_cookie()) return key;
  for (const HeaderName name : {HeaderName::from, HeaderName::call_id}) {
    key += separator;
    key += unfolded(request.find(name).value_or(""));
  }
  key += separator;
  key += std::to_string(cseq.number);
  key += separator;
  key += request.request_uri();
  return key;
}

}  // namespace p2pns::sip
