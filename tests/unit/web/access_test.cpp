#include "frontends/web/access.hpp"

#include <gmock/gmock.h>

#include "tests/unit/web/access_rules.hpp"

namespace p2pns::web {
namespace {

using testing::HasSubstr;
using testing::Not;

struct AccessTest : testing::Test {
  static HttpRequest from(Peer::Kind kind) {
    HttpRequest result;
    result.host = "127.0.0.1:8053";
    result.peer.kind = kind;
    return result;
  }
  static HttpRequest with_token(HttpRequest result, std::string_view sent = own_token) {
    result.authorization = "Bearer " + std::string{sent};
    return result;
  }
  static HttpRequest over_unix_socket(std::uint32_t user, std::vector<std::uint32_t> groups) {
    HttpRequest result = from(Peer::Kind::unix_socket);
    result.peer.user = user;
    result.peer.groups = std::move(groups);
    return result;
  }
  Verdict write(const HttpRequest& request) const { return judge(rules, request, Access::write); }
  Verdict read(const HttpRequest& request) const { return judge(rules, request, Access::read); }

  AccessRules rules = rules_in_tests();
};

TEST_F(AccessTest, ReadsNeedNothing) {
  for (const auto kind : {Peer::Kind::loopback, Peer::Kind::remote, Peer::Kind::unix_socket})
    EXPECT_EQ(read(from(kind)), Verdict::allowed);
}

TEST_F(AccessTest, WritesOverTcpNeedTheToken) {
  const HttpRequest local = from(Peer::Kind::loopback);
  EXPECT_EQ(write(local), Verdict::no_token);
  EXPECT_EQ(write(with_token(local)), Verdict::allowed);
  EXPECT_EQ(write(with_token(local, "")), Verdict::wrong_token);
  EXPECT_EQ(write(with_token(local, own_token.substr(1))), Verdict::wrong_token);
  EXPECT_EQ(write(with_token(local, std::string{own_token} + "0")), Verdict::wrong_token);
}

TEST_F(AccessTest, TheSchemeIsBearerInAnyCase) {
  HttpRequest local = from(Peer::Kind::loopback);
  local.authorization = "bEARER " + std::string{own_token};
  EXPECT_EQ(write(local), Verdict::allowed);
  local.authorization = "Basic " + std::string{own_token};
  EXPECT_EQ(write(local), Verdict::no_token);
  local.authorization = own_token;
  EXPECT_EQ(write(local), Verdict::no_token);
}

TEST_F(AccessTest, WithoutATokenOfOurOwnNoTokenIsRight) {
  rules.token.clear();
  EXPECT_EQ(write(with_token(from(Peer::Kind::loopback), "")), Verdict::wrong_token);
}

TEST_F(AccessTest, OtherMachinesWriteNothingEvenWithTheToken) {
  rules.remote_reads = true;
  EXPECT_EQ(write(with_token(from(Peer::Kind::remote))), Verdict::remote);
}

TEST_F(AccessTest, AUnixSocketOpensWritesForThoseItVouchesFor) {
  constexpr std::uint32_t stranger = 1000;
  EXPECT_EQ(write(over_unix_socket(0, {0})), Verdict::allowed) << "root";
  EXPECT_EQ(write(over_unix_socket(daemon_user, {5})), Verdict::allowed) << "the daemon's own user";
  EXPECT_EQ(write(over_unix_socket(stranger, {7, writers_group})), Verdict::allowed) << "the group";
  EXPECT_EQ(write(over_unix_socket(stranger, {7, 8})), Verdict::no_token);
  EXPECT_EQ(write(over_unix_socket(stranger, {})), Verdict::no_token);
  EXPECT_EQ(write(over_unix_socket(stranger, {0})), Verdict::no_token) << "root's group is not root";
  EXPECT_EQ(write(with_token(over_unix_socket(stranger, {7}))), Verdict::allowed);
  rules.writers_group.reset();
  EXPECT_EQ(write(over_unix_socket(stranger, {7, writers_group})), Verdict::no_token);
}

TEST_F(AccessTest, CredentialsCountOnAUnixSocketOnly) {
  HttpRequest local = from(Peer::Kind::loopback);  // whose user is 0 because nobody set it
  local.peer.groups = {writers_group};
  EXPECT_EQ(write(local), Verdict::no_token);
}

TEST_F(AccessTest, TheHostNamesThisServer) {
  rules.own_address = parse_endpoint("192.0.2.7:8053")->address;
  const auto verdict = [&](std::string host) {
    HttpRequest local = with_token(from(Peer::Kind::loopback));
    local.host = std::move(host);
    EXPECT_EQ(read(local), write(local)) << local.host;
    return write(local);
  };
  for (const char* const own : {"127.0.0.1", "127.0.0.1:8053", "127.9.9.9:1", "localhost", "LocalHost:8053", "[::1]",
                                "[::1]:8053", "192.0.2.7:8053"})
    EXPECT_EQ(verdict(own), Verdict::allowed) << own;
  for (const char* const foreign :
       {"", ":8053", "evil.example", "localhost.evil.example:8053", "127.0.0.1.evil.example", "192.0.2.8:8053",
        "[::2]:8053", "127.0.0.1@evil.example", "[", "]"})
    EXPECT_EQ(verdict(foreign), Verdict::foreign_host) << foreign;
}

TEST_F(AccessTest, WhoeverMayReadFromElsewhereMayUseAnyNameForIt) {
  rules.remote_reads = true;
  HttpRequest far = from(Peer::Kind::remote);
  far.host = "gateway.example:8053";
  EXPECT_EQ(read(far), Verdict::allowed);
  HttpRequest near = with_token(from(Peer::Kind::loopback));
  near.host = "gateway.example:8053";
  EXPECT_EQ(write(near), Verdict::foreign_host) << "a write keeps its guard";
}

TEST_F(AccessTest, NoPageOfAnotherSiteWrites) {
  const auto verdict = [&](std::string origin) {
    HttpRequest local = with_token(from(Peer::Kind::loopback));
    local.origin = std::move(origin);
    return write(local);
  };
  EXPECT_EQ(verdict("http://127.0.0.1:8053"), Verdict::allowed);
  for (const char* const foreign : {"null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:3000",
                                    "http://localhost:8053", "https://127.0.0.1:8053"})
    EXPECT_EQ(verdict(foreign), Verdict::foreign_origin) << foreign;
}

TEST_F(AccessTest, AUnixSocketNeedsNoHost) {
  HttpRequest root = over_unix_socket(0, {});
  for (const char* const host : {"", "localhost", "anything"}) {
    root.host = host;
    EXPECT_EQ(write(root), Verdict::allowed) << host;
  }
}

TEST_F(AccessTest, EachRefusalIsASentenceWithoutTheToken) {
  for (const auto verdict :
       {Verdict::remote, Verdict::foreign_host, Verdict::foreign_origin, Verdict::no_token, Verdict::wrong_token}) {
    const std::string sentence = sentence_of(verdict, rules);
    EXPECT_GT(sentence.size(), 20U);
    EXPECT_THAT(sentence, Not(HasSubstr(rules.token)));
  }
}

}  // namespace
}  // namespace p2pns::web
