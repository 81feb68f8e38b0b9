#include "frontends/sip/via_stamp.hpp"

#include <algorithm>

#include "frontends/sip/header_name.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {

namespace {

/// Without ";name" and its value. Who hides one in a quoted value harms the own Via only.
std::string without(std::string_view via, std::string_view name) {
  std::string kept;
  for (std::size_t at = 0; at < via.size();) {
    const std::size_t end = std::min(via.find(';', at + 1), via.size());
    const std::string_view part = via.substr(at, end - at);
    const std::string_view text = trimmed(part.substr(at == 0 ? 0 : 1));
    if (at == 0 || !equal_ignoring_case(trimmed(text.substr(0, text.find('='))), name)) kept += part;
    at = end;
  }
  return kept;
}

}  // namespace

void stamp_via(SipMessage& request, const Via& top, const Flow& from) {
  const std::string address = to_string(from.remote.address);
  const bool asked = top.parameters.has("rport");
  if (!asked && top.host == address && !top.parameters.has("received")) return;
  const auto value = request.first_value(HeaderName::via);
  if (!value) return;
  std::string stamped = without(*value, "received");
  if (asked) stamped = without(stamped, "rport") + ";rport=" + std::to_string(from.remote.port);
  stamped += ";received=" + address;
  request.replace_first_value(HeaderName::via, stamped);
}

}  // namespace p2pns::sip
