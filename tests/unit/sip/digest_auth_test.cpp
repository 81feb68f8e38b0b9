#include "frontends/sip/digest_auth.hpp"

#include "frontends/sip/list_split.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

using Kind = DigestVerdict::Kind;
using testing::HasSubstr;
using testing::Not;

std::string hash(bool sha256, const std::string& text) {
  return sha256 ? to_hex(crypto::sha256(as_bytes(text)).view()) : to_hex(crypto::md5({as_bytes(text)}).view());
}

/// What a phone does with a challenge.
struct Phone {
  std::string user = "alice";
  std::string password = "secret";
  bool sha256 = true;
  std::string nonce;
  std::string count = "00000001";
  std::string uri = "sip:p2p";
  std::string qop = "auth";
  std::string realm = "p2p";

  std::string credentials() const {
    const std::string secret = hash(sha256, user + ":" + realm + ":" + password);
    const std::string request = hash(sha256, "REGISTER:" + uri);
    const std::string response = hash(sha256, secret + ":" + nonce + ":" + count + ":cn:" + qop + ":" + request);
    return "Authorization: Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" +
           uri + "\", response=\"" + response + "\", algorithm=" + (sha256 ? "SHA-256" : "MD5") +
           ", cnonce=\"cn\", nc=" + count + ", qop=" + qop;
  }
};

struct DigestAuthTest : testing::Test {
  explicit DigestAuthTest(DigestOffer offer = DigestOffer::both)
      : auth({"p2p", offer, std::chrono::minutes{5}, {}}, users, random) {
    phone.nonce = fresh_nonce();
  }
  SipMessage challenge() {
    return auth.challenge(read(register_text("alice@p2p", {})), Challenger::registrar, false, source, "t", now);
  }
  std::string fresh_nonce() {
    const std::string text{*challenge().find(HeaderName::www_authenticate)};
    const std::size_t begin = text.find("nonce=\"") + 7;
    return text.substr(begin, text.find('"', begin) - begin);
  }
  DigestVerdict check(std::initializer_list<std::string_view> lines) {
    return auth.check(read(register_text("alice@p2p", lines)), Challenger::registrar, source, now);
  }
  DigestVerdict try_with(const Phone& with) { return check({with.credentials()}); }

  test::SeededRandom random{test::announced_seed()};
  UserStore users = *parse_users("alice::secret\nbob::hidden", {"p2p", DigestOffer::both, {}}, "sip.users");
  DigestAuth auth;
  const IpAddress source = *parse_ip_address("192.0.2.1");
  TimePoint now{std::chrono::hours{1}};
  Phone phone;
};

TEST_F(DigestAuthTest, AcceptsTheRightPasswordInBothDigests) {
  for (const bool sha256 : {true, false}) {
    phone.sha256 = sha256;
    phone.nonce = fresh_nonce();
    const DigestVerdict verdict = try_with(phone);
    EXPECT_EQ(verdict.kind, Kind::accepted);
    EXPECT_EQ(verdict.user, users.find("alice"));
  }
}

TEST_F(DigestAuthTest, ChallengesWithTheStrongerFirst) {
  const SipMessage response = challenge();
  EXPECT_EQ(response.status(), 401);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < response.header_count(); ++i)
    if (response.header(i).name == HeaderName::www_authenticate) texts.emplace_back(response.header(i).value);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_THAT(texts[0],
              testing::MatchesRegex("Digest realm=\"p2p\", nonce=\"[0-9a-f]{56}\", qop=\"auth\", algorithm=SHA-256"));
  EXPECT_THAT(texts[1], HasSubstr("algorithm=MD5"));
}

TEST_F(DigestAuthTest, AProxyAsksInItsOwnHeaders) {
  const SipMessage request = read(register_text("alice@p2p", {"Proxy-" + phone.credentials()}));
  EXPECT_EQ(auth.check(request, Challenger::registrar, source, now).kind, Kind::challenge);
  EXPECT_EQ(auth.check(request, Challenger::proxy, source, now).kind, Kind::accepted);
  const SipMessage response = auth.challenge(request, Challenger::proxy, true, source, "t", now);
  EXPECT_EQ(response.status(), 407);
  EXPECT_THAT(std::string{*response.find(HeaderName::proxy_authenticate)},
              HasSubstr(", stale=true, algorithm=SHA-256"));
}

TEST_F(DigestAuthTest, AnUnknownUserIsAnsweredLikeAWrongPassword) {
  Phone wrong = phone;
  wrong.password = "guess";
  Phone unknown = phone;
  unknown.user = "mallory";
  for (const Phone& one : {wrong, unknown}) {
    const DigestVerdict verdict = try_with(one);
    EXPECT_EQ(verdict.kind, Kind::challenge);
    EXPECT_FALSE(verdict.stale);
    EXPECT_EQ(verdict.user, nullptr);
  }
}

TEST_F(DigestAuthTest, ARequestCannotBeReplayed) {
  EXPECT_EQ(try_with(phone).kind, Kind::accepted);
  const DigestVerdict again = try_with(phone);
  EXPECT_EQ(again.kind, Kind::challenge);
  EXPECT_TRUE(again.stale);
  phone.count = "00000002";
  EXPECT_EQ(try_with(phone).kind, Kind::accepted);
}

TEST_F(DigestAuthTest, AnOldNonceIsStaleAndTellsNobodyWhetherThePasswordIsRight) {
  now += std::chrono::minutes{6};
  EXPECT_TRUE(try_with(phone).stale);
  phone.password = "guess";
  EXPECT_TRUE(try_with(phone).stale);
}

TEST_F(DigestAuthTest, NobodyElseCanSilenceAnAddress) {
  Phone forger = phone;
  forger.password = "guess";
  const std::string elsewhere{*auth.challenge(read(register_text("alice@p2p", {})), Challenger::registrar, false,
                                              *parse_ip_address("192.0.2.9"), "t", now)
                                   .find(HeaderName::www_authenticate)};
  for (const std::string& nonce : {std::string{"x"}, elsewhere.substr(elsewhere.find("nonce=\"") + 7, 56)}) {
    forger.nonce = nonce;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(try_with(forger).kind, Kind::challenge);
  }
  EXPECT_EQ(try_with(phone).kind, Kind::accepted);
}

TEST_F(DigestAuthTest, IsSilentAfterFiveWrongOnes) {
  phone.password = "guess";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(try_with(phone).kind, Kind::challenge);
  phone.password = "secret";
  EXPECT_EQ(try_with(phone).kind, Kind::silent) << "a guess that is right is not told";
  EXPECT_EQ(check({}).kind, Kind::silent);
  now += std::chrono::minutes{5};
  EXPECT_EQ(check({}).kind, Kind::challenge);
}

TEST_F(DigestAuthTest, NothingButAGuessCountsAsWrong) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(check({}).kind, Kind::challenge);
    EXPECT_EQ(check({"Authorization: NoOneKnowsThisScheme opaque-data=here"}).kind, Kind::challenge);
    EXPECT_EQ(check({"Authorization: Digest username=\"a"}).kind, Kind::malformed);
    Phone other = phone;
    other.realm = "elsewhere";
    EXPECT_EQ(try_with(other).kind, Kind::challenge);
    Phone old = phone;
    old.nonce = "made-before-the-restart";
    EXPECT_TRUE(try_with(old).stale);
  }
}

TEST_F(DigestAuthTest, LooksThroughSeveralCredentials) {
  Phone other = phone;
  other.realm = "elsewhere";
  EXPECT_EQ(check({other.credentials(), "Authorization: Basic x=y", phone.credentials()}).kind, Kind::accepted);
}

TEST_F(DigestAuthTest, RefusesWhatCannotBeADigest) {
  for (const char* count : {"", "1", "0000000x", "000000001"}) {
    Phone odd = phone;
    odd.count = count;
    EXPECT_EQ(try_with(odd).kind, Kind::malformed) << count;
  }
  phone.count = "00000000";
  EXPECT_TRUE(try_with(phone).stale) << "counts begin with 1";
  phone.qop = "auth-int";
  EXPECT_EQ(try_with(phone).kind, Kind::challenge) << "not offered";
}

TEST_F(DigestAuthTest, ADigestIsForOneTarget) {
  phone.uri = "sip:P2P;transport=udp";
  EXPECT_EQ(try_with(phone).kind, Kind::accepted) << "written in the phone's own way";
  phone.uri = "sip:lab";
  EXPECT_EQ(try_with(phone).kind, Kind::malformed);
  phone.uri = "sip:bob@p2p";
  EXPECT_EQ(try_with(phone).kind, Kind::malformed);
}

struct Sha256Only : DigestAuthTest {
  Sha256Only() : DigestAuthTest(DigestOffer::sha256) {}
};
TEST_F(Sha256Only, OffersAndTakesNoMd5) {
  EXPECT_THAT(challenge().to_text(), Not(HasSubstr("MD5")));
  EXPECT_EQ(try_with(phone).kind, Kind::accepted);
  phone.sha256 = false;
  EXPECT_EQ(try_with(phone).kind, Kind::challenge);
}

struct Md5Only : DigestAuthTest {
  Md5Only() : DigestAuthTest(DigestOffer::md5) {}
};
TEST_F(Md5Only, OffersAndTakesNoSha256) {
  EXPECT_THAT(challenge().to_text(), Not(HasSubstr("SHA-256")));
  EXPECT_EQ(try_with(phone).kind, Kind::challenge);
  phone.sha256 = false;
  EXPECT_EQ(try_with(phone).kind, Kind::accepted);
}

}  // namespace
}  // namespace p2pns::sip
