#include "frontends/sip/via_stamp.hpp"

#include "frontends/sip/header_name.hpp"

namespace p2pns::sip {

namespace {

/// Where the text of ";rport" ends; npos: it is not there, or has a value.
std::size_t end_of_rport(std::string_view via) {
  constexpr std::string_view name = "rport";
  for (std::size_t at = via.find(';'); at != std::string_view::npos; at = via.find(';', at + 1)) {
    const std::size_t begin = via.find_first_not_of(" \t", at + 1);
    if (begin == std::string_view::npos) break;
    if (!equal_ignoring_case(via.substr(begin, name.size()), name)) continue;
    const std::size_t end = begin + name.size();
    const std::size_t next = via.find_first_not_of(" \t", end);
    if (next == std::string_view::npos || via[next] == ';') return end;
  }
  return std::string_view::npos;
}

}  // namespace

void stamp_via(SipMessage& request, const Via& top, const Flow& from) {
  const std::string address = to_string(from.remote.address);
  const bool asked = top.parameters.has("rport");
  if (!asked && top.host == address) return;
  const auto value = request.first_value(HeaderName::via);
  if (!value) return;
  std::string stamped = *value;
  if (const std::size_t end = end_of_rport(stamped); asked && end != std::string::npos)
    stamped.insert(end, '=' + std::to_string(from.remote.port));
  stamped += ";received=" + address;
  request.replace_first_value(HeaderName::via, stamped);
}

}  // namespace p2pns::sip
