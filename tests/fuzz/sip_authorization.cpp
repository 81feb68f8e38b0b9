// The value of an Authorization header, against a user whose password nobody knows. `nonce="n"` in it becomes a nonce
// that was made for the sender: without one nobody looks at the rest.
#include "frontends/sip/digest_auth.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::fuzz {

namespace {

// The value of the first parameter `nonce` of a challenge.
std::string nonce_of(const sip::SipMessage& challenge) {
  const std::string_view value = *challenge.find(sip::HeaderName::www_authenticate);
  const std::size_t begin = value.find("nonce=\"") + 7;
  return std::string{value.substr(begin, value.find('"', begin) - begin)};
}

}  // namespace

void run(Bytes input) {
  using namespace sip;
  if (input.size() > header_maximum_bytes) return;
  std::string value{as_text(input)};
  if (value.find_first_of("\r\n") != std::string_view::npos) return;  // no line of a message
  static test::SeededRandom random{1};
  static const UserStore users = [] {
    UserStore store;
    store.insert("alice", {{{names::NameKind::label, "p2p", "alice"}, {}},
                           random.value<crypto::Md5Digest>(),
                           random.value<crypto::Digest>()});
    return store;
  }();
  DigestAuth auth{{"p2p", DigestOffer::both, std::chrono::minutes{5}, {}}, users, random};
  SipMessage request = SipMessage::request("REGISTER", "sip:p2p");
  const IpAddress source = *parse_ip_address("192.0.2.1");
  const std::string_view placeholder = "nonce=\"n\"";
  if (const auto at = value.find(placeholder); at != std::string::npos) {
    const SipMessage first = auth.challenge(request, Challenger::registrar, false, source, "t", TimePoint{});
    value.replace(at, placeholder.size(), "nonce=\"" + nonce_of(first) + '"');
  }
  request.append(HeaderName::authorization, value);
  const auto verdict = auth.check(request, Challenger::registrar, source, TimePoint{});
  require(verdict.kind != DigestVerdict::Kind::accepted, "nobody guesses a password");
  require(verdict.kind != DigestVerdict::Kind::silent, "the first request is answered");
  require(verdict.user == nullptr, "nobody learns who is a user");
  const SipMessage challenge = auth.challenge(request, Challenger::registrar, false, source, "t", TimePoint{});
  require(SipMessage::parse(challenge.to_text())->defect().empty(), "a challenge can be sent");
}

}  // namespace p2pns::fuzz
