#include "frontends/sip/header_name.hpp"

#include <algorithm>
#include <array>

namespace p2pns::sip {
namespace {

struct Entry {
  HeaderName name;
  std::string_view text;
  char compact = '\0';
  bool single = false;
};

// In the order of HeaderName, so that to_string is one look-up.
constexpr std::array entries{
    Entry{HeaderName::other, ""},
    Entry{HeaderName::accept, "Accept"},
    Entry{HeaderName::allow, "Allow"},
    Entry{HeaderName::authorization, "Authorization"},
    Entry{HeaderName::call_id, "Call-ID", 'i', true},
    Entry{HeaderName::contact, "Contact", 'm'},
    Entry{HeaderName::content_encoding, "Content-Encoding", 'e'},
    Entry{HeaderName::content_length, "Content-Length", 'l', true},
    Entry{HeaderName::content_type, "Content-Type", 'c', true},
    Entry{HeaderName::cseq, "CSeq", '\0', true},
    Entry{HeaderName::date, "Date", '\0', true},
    Entry{HeaderName::event, "Event", 'o', true},
    Entry{HeaderName::expires, "Expires", '\0', true},
    Entry{HeaderName::from, "From", 'f', true},
    Entry{HeaderName::identity, "Identity", 'y'},
    Entry{HeaderName::identity_info, "Identity-Info", 'n'},
    Entry{HeaderName::max_breadth, "Max-Breadth", '\0', true},
    Entry{HeaderName::max_forwards, "Max-Forwards", '\0', true},
    Entry{HeaderName::min_expires, "Min-Expires", '\0', true},
    Entry{HeaderName::p_asserted_identity, "P-Asserted-Identity"},
    Entry{HeaderName::p_preferred_identity, "P-Preferred-Identity"},
    Entry{HeaderName::path, "Path"},
    Entry{HeaderName::proxy_authenticate, "Proxy-Authenticate"},
    Entry{HeaderName::proxy_authorization, "Proxy-Authorization"},
    Entry{HeaderName::proxy_require, "Proxy-Require"},
    Entry{HeaderName::reason, "Reason"},
    Entry{HeaderName::record_route, "Record-Route"},
    Entry{HeaderName::refer_to, "Refer-To", 'r', true},
    Entry{HeaderName::remote_party_id, "Remote-Party-ID"},
    Entry{HeaderName::require, "Require"},
    Entry{HeaderName::retry_after, "Retry-After", '\0', true},
    Entry{HeaderName::route, "Route"},
    Entry{HeaderName::server, "Server"},
    Entry{HeaderName::service_route, "Service-Route"},
    Entry{HeaderName::subject, "Subject", 's', true},
    Entry{HeaderName::supported, "Supported", 'k'},
    Entry{HeaderName::to, "To", 't', true},
    Entry{HeaderName::unsupported, "Unsupported"},
    Entry{HeaderName::user_agent, "User-Agent"},
    Entry{HeaderName::via, "Via", 'v'},
    Entry{HeaderName::warning, "Warning"},
    Entry{HeaderName::www_authenticate, "WWW-Authenticate"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (static_cast<std::size_t>(entries[i].name) != i) return false;
  return entries.size() == static_cast<std::size_t>(HeaderName::www_authenticate) + 1;
}
static_assert(in_order());

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

const Entry& entry_of(HeaderName name) noexcept { return entries[static_cast<std::size_t>(name)]; }

}  // namespace

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (lower(left[i]) != lower(right[i])) return false;
  return true;
}

HeaderName header_name(std::string_view text) noexcept {
  if (text.empty()) return HeaderName::other;
  const char first = lower(text.front());
  if (text.size() == 1) {
    const auto found = std::ranges::find(entries, first, &Entry::compact);
    return found == entries.end() || first == '\0' ? HeaderName::other : found->name;
  }
  for (const Entry& entry : entries)  // most differ in their length
    if (entry.text.size() == text.size() && lower(entry.text.front()) == first && equal_ignoring_case(text, entry.text))
      return entry.name;
  return HeaderName::other;
}

std::string_view to_string(HeaderName name) noexcept { return entry_of(name).text; }

bool is_single(HeaderName name) noexcept { return entry_of(name).single; }

}  // namespace p2pns::sip
