#include "frontends/sip/aor.hpp"

#include <gmock/gmock.h>

namespace p2pns::sip {
namespace {

std::string aor(std::string_view uri) {
  names::Zones zones;
  zones.names.push_back("lab.example");
  const auto parsed = parse_uri(uri);
  if (!parsed) return "no URI";
  const auto result = aor_of(*parsed, zones);
  if (!result) return result.error().foreign ? "foreign" : "no name";
  return to_string(*result);
}

TEST(Aor, UserOfAZoneIsAName) {
  EXPECT_EQ(aor("sip:alice@p2p"), "alice@p2p");
  EXPECT_EQ(aor("sips:Alice@P2P.:5061;transport=tcp"), "alice@p2p");
  EXPECT_EQ(aor("sip:alice@p2p.alt"), "alice@p2p");
  EXPECT_EQ(aor("sip:m%C3%BCnchen@p2p"), "xn--mnchen-3ya@p2p");
  EXPECT_EQ(aor("sip:bob@lab.example"), "bob@lab.example");
}

TEST(Aor, UserOfANameIsOneOfItsUsers) {
  EXPECT_EQ(aor("sip:Desk@alice.p2p"), "Desk@alice.p2p");
  EXPECT_EQ(aor("sip:desk@alice.p2p.alt"), "desk@alice.p2p");
  EXPECT_EQ(aor("sip:alice.p2p"), "alice@p2p") << "without a user it is the name itself";
  EXPECT_EQ(aor("sip:" + std::string(64, 'x') + "@alice.p2p"), std::string(64, 'x') + "@alice.p2p");
  EXPECT_EQ(aor("sip:" + std::string(65, 'x') + "@alice.p2p"), "no name");
}

TEST(Aor, UserIsTextThatCanStandInAHeader) {
  for (const char* odd : {"a%3e", "a%3c", "a%22", "a%0d%0aX%3ay", "a%40b", "a%3ab", "a%20b", "a%c3%bc", "a%7f", "a%00"})
    EXPECT_EQ(aor("sip:" + std::string{odd} + "@alice.p2p"), "no name") << odd;
  EXPECT_EQ(aor("sip:front%2Ddesk!1@alice.p2p"), "front-desk!1@alice.p2p");
  EXPECT_EQ(aor("sip:-_.!~*'()&=+$,;?/@alice.p2p"), "-_.!~*'()&=+$,;?/@alice.p2p");
}

TEST(Aor, RefusesWhatIsNoName) {
  for (const char* odd : {"sip:p2p", "sip:a.b@p2p", "sip:x@www.alice.p2p", "sip:%00alice@p2p", "sip:alice%00@p2p",
                          "sip:hit-to-ip@p2p", "sip:-@p2p", "sip:al%20ice@p2p", "sip:alice%2Ep2p%00@p2p"})
    EXPECT_EQ(aor(odd), "no name") << odd;
  for (const char* foreign :
       {"sip:alice@example.com", "sip:alice@xp2p", "sip:alice@192.0.2.1", "tel:+49", "sip:a@[::1]"})
    EXPECT_EQ(aor(foreign), "foreign") << foreign;
}

}  // namespace
}  // namespace p2pns::sip
