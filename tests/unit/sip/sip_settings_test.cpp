#include "frontends/sip/sip_settings.hpp"

#include <gmock/gmock.h>

#include "tests/support/fake_plugin_host.hpp"

namespace p2pns::sip {
namespace {

using testing::HasSubstr;

struct SipSettingsTest : testing::Test {
  auto read_with(std::map<std::string, std::string, std::less<>> values) {
    section.values = std::move(values);
    return read_sip_settings(section, "/var/lib/p2pns", {});
  }
  std::string error_with(std::map<std::string, std::string, std::less<>> values) {
    const auto settings = read_with(std::move(values));
    return settings ? "accepted" : settings.error().message;
  }
  test::FakeConfig section;
};

TEST_F(SipSettingsTest, AnEmptySectionIsEnough) {
  const auto settings = read_with({});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(to_string(settings->listen), "127.0.0.1:5060");
  EXPECT_EQ(settings->users_file, "/var/lib/p2pns/sip.users");
  EXPECT_EQ(settings->digest.realm, "p2p");
  EXPECT_EQ(settings->digest.offer, DigestOffer::both);
  EXPECT_EQ(settings->digest.nonce_life, std::chrono::minutes{5});
  EXPECT_EQ(settings->registrar.expiry.minimum_s, 60U);
  EXPECT_EQ(settings->registrar.locations.contacts_per_address, 10U);
}

TEST_F(SipSettingsTest, ListensBeyondThisMachineOnlyWhenThatIsMeant) {
  EXPECT_THAT(error_with({{"listen", "192.0.2.1:5060"}}), HasSubstr("add 'allow_remote: true'"));
  EXPECT_EQ(error_with({{"listen", "192.0.2.1:5060"}, {"allow_remote", "true"}}), "accepted");
}

TEST_F(SipSettingsTest, ReadsEveryKey) {
  const auto settings = read_with({{"users_file", "/etc/users"},
                                   {"realm", "home"},
                                   {"digest", "sha256"},
                                   {"nonce_life_s", "60"},
                                   {"wrong_digests_per_minute", "3"},
                                   {"silence_s", "10"},
                                   {"minimum_expires_s", "30"},
                                   {"maximum_expires_s", "600"},
                                   {"contacts", "2"},
                                   {"addresses", "5"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->users_file, "/etc/users");
  EXPECT_EQ(settings->digest.realm, "home");
  EXPECT_EQ(settings->digest.offer, DigestOffer::sha256);
  EXPECT_EQ(settings->digest.nonce_life, std::chrono::seconds{60});
  EXPECT_EQ(settings->digest.wrong.per_minute, 3U);
  EXPECT_EQ(settings->digest.wrong.silence, std::chrono::seconds{10});
  EXPECT_EQ(settings->registrar.expiry.minimum_s, 30U);
  EXPECT_EQ(settings->registrar.expiry.maximum_s, 600U);
  EXPECT_EQ(settings->registrar.expiry.default_s, 600U) << "never more than the maximum";
  EXPECT_EQ(settings->registrar.locations.contacts_per_address, 2U);
  EXPECT_EQ(settings->registrar.locations.addresses, 5U);
}

TEST_F(SipSettingsTest, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(error_with({{"digest", "sha1"}}), HasSubstr("expected both, sha256 or md5"));
  EXPECT_THAT(error_with({{"users_file", ""}}), HasSubstr("expected the path of a file"));
  for (const char* realm : {"", "a b", "a\"b", "a:b", "a\\b"})
    EXPECT_THAT(error_with({{"realm", realm}}), HasSubstr("expected a word")) << realm;
  EXPECT_EQ(error_with({{"realm", std::string(253, 'x')}}), "accepted");
  EXPECT_THAT(error_with({{"realm", std::string(254, 'x')}}), HasSubstr("expected a word"));
  EXPECT_THAT(error_with({{"minimum_expires_s", "600"}, {"maximum_expires_s", "599"}}), HasSubstr("maximum_expires_s"));
  EXPECT_THAT(error_with({{"contacts", "0"}}), HasSubstr("contacts"));
  EXPECT_THAT(error_with({{"lisen", "127.0.0.1:5060"}}), HasSubstr("lisen"));
}

}  // namespace
}  // namespace p2pns::sip
