#include "frontends/sip/digest_auth.hpp"

#include <charconv>

#include "core/crypto/compare.hpp"
#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

using Kind = DigestVerdict::Kind;

enum class Algorithm : std::uint8_t { md5, sha256 };

/// "SHA-256" and "MD5"; a missing one is MD5 (RFC 7616, 3.3). The -sess forms are not offered.
std::optional<Algorithm> algorithm_of(std::string_view text, DigestOffer offer) {
  const bool sha256 = equal_ignoring_case(text, "SHA-256");
  if (!sha256 && !text.empty() && !equal_ignoring_case(text, "MD5")) return std::nullopt;
  if (offer == (sha256 ? DigestOffer::md5 : DigestOffer::sha256)) return std::nullopt;
  return sha256 ? Algorithm::sha256 : Algorithm::md5;
}

std::string hash(Algorithm algorithm, std::string_view text) {
  if (algorithm == Algorithm::sha256) return to_hex(crypto::sha256(as_bytes(text)).view());
  return to_hex(crypto::md5({as_bytes(text)}).view());
}

/// H(user:realm:password) as digits; of a user who has none for this algorithm, or is none, that of `nobody`.
std::string secret_of(const SipUser* user, const SipUser& nobody, Algorithm algorithm) {
  if (algorithm == Algorithm::sha256) return to_hex((user && user->sha256 ? *user->sha256 : *nobody.sha256).view());
  return to_hex((user && user->md5 ? *user->md5 : *nobody.md5).view());
}

bool has_secret(const SipUser* user, Algorithm algorithm) {
  return user && (algorithm == Algorithm::sha256 ? user->sha256.has_value() : user->md5.has_value());
}

/// RFC 7616, 3.4.1 with qop=auth.
std::string expected_response(Algorithm algorithm, const std::string& secret, std::string_view method,
                              const Credentials& given) {
  const std::string request = hash(algorithm, std::string{method} + ":" + given.uri);
  return hash(algorithm, secret + ":" + given.nonce + ":" + given.nonce_count + ":" + given.cnonce + ":" + given.qop +
                             ":" + request);
}

std::optional<std::uint32_t> count_of(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count, 16);
  if (text.size() != 8 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

/// Phones write the URI in their own way, but it must lead to the same user: or a digest could be moved to another
/// call.
bool is_for(const SipMessage& request, const std::string& uri) {
  const auto wanted = parse_uri(request.request_uri());
  const auto given = parse_uri(uri);
  return wanted && given && wanted->user == given->user && wanted->host == given->host;
}

HeaderName credentials_header(Challenger challenger) {
  return challenger == Challenger::registrar ? HeaderName::authorization : HeaderName::proxy_authorization;
}

}  // namespace

DigestAuth::DigestAuth(DigestSettings settings, const UserStore& users, Random& random)
    : settings_(std::move(settings)), users_(users), nonces_(settings_.nonce_life, random), wrong_(settings_.wrong) {
  nobody_.md5 = random.value<crypto::Md5Digest>();
  nobody_.sha256 = random.value<crypto::Digest>();
}

DigestVerdict DigestAuth::check(const SipMessage& request, Challenger challenger, const IpAddress& source,
                                TimePoint now) {
  if (wrong_.is_silenced(source, now)) return {Kind::silent};
  const HeaderName name = credentials_header(challenger);
  for (std::size_t i = 0; i < request.header_count(); ++i) {
    const Header header = request.header(i);
    if (header.name != name) continue;
    const auto given = parse_credentials(unfolded(header.value));
    if (!given && given.error() == Errc::unsupported) continue;
    if (!given) return {Kind::malformed};
    if (given->realm != settings_.realm || given->qop != "auth") continue;
    if (!algorithm_of(given->algorithm, settings_.offer)) continue;
    return judge(request, *given, source, now);
  }
  return {Kind::challenge};
}

DigestVerdict DigestAuth::judge(const SipMessage& request, const Credentials& given, const IpAddress& source,
                                TimePoint now) {
  const Algorithm algorithm = *algorithm_of(given.algorithm, settings_.offer);
  const auto count = count_of(given.nonce_count);
  if (!count || given.cnonce.empty() || !is_for(request, given.uri)) return {Kind::malformed};
  // Anybody can send digests in the name of this address, but only who is there saw a nonce that was made for it:
  // others must not silence it. They learn nothing either: the digest is not looked at.
  if (!nonces_.is_good(given.nonce, source, now)) return {Kind::challenge, nullptr, true};
  const SipUser* const user = users_.find(given.user);
  const std::string expected =
      expected_response(algorithm, secret_of(user, nobody_, algorithm), request.method(), given);
  const bool equal = crypto::equal_in_constant_time(as_bytes(expected), as_bytes(lower_case(given.response)));
  if (!equal || !has_secret(user, algorithm)) {
    wrong_.add(source, now);
    return {Kind::challenge};
  }
  if (!nonces_.use(given.nonce, *count, source, now)) return {Kind::challenge, nullptr, true};
  return {Kind::accepted, user};
}

SipMessage DigestAuth::challenge(const SipMessage& request, Challenger challenger, bool stale, const IpAddress& source,
                                 std::string_view to_tag, TimePoint now) {
  const bool registrar = challenger == Challenger::registrar;
  SipMessage response = make_response(request, registrar ? 401 : 407, to_tag);
  const std::string text = "Digest realm=\"" + settings_.realm + "\", nonce=\"" + nonces_.make(source, now) +
                           "\", qop=\"auth\"" + (stale ? ", stale=true" : "") + ", algorithm=";
  const HeaderName name = registrar ? HeaderName::www_authenticate : HeaderName::proxy_authenticate;
  if (settings_.offer != DigestOffer::md5) response.append(name, text + "SHA-256");
  if (settings_.offer != DigestOffer::sha256) response.append(name, text + "MD5");
  return response;
}

}  // namespace p2pns::sip
