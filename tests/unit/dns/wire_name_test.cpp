#include "frontends/dns/wire_name.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using test::hex;

Result<WireName> read(Bytes message) {
  std::size_t offset = 0;
  return read_name(message, offset);
}

TEST(WireName, ReadsANameWithItsCase) {
  std::size_t offset = 0;
  const auto message =
      hex("05416c696365"
          "03703270"
          "00"
          "ffff");
  const auto name = read_name(message, offset);
  ASSERT_TRUE(name);
  EXPECT_EQ(offset, 11U);
  EXPECT_EQ(to_hex(name->view()), "05416c6963650370327000");
  EXPECT_EQ(labels_of(*name), (std::vector<std::string>{"alice", "p2p"}));
}

TEST(WireName, RefusesCutNamesPointersAndUnknownLabels) {
  for (const char* message : {"", "05", "0561", "0161", "c000", "c00c", "40", "80", "ff"})
    EXPECT_FALSE(read(hex(message))) << message;
}

TEST(WireName, TakesTwoHundredFiftyFiveBytesAndNoMore) {
  const std::string label63(63, 'a');
  const std::string three = label63 + "." + label63 + "." + label63;
  EXPECT_EQ(test::wire_name(three + "." + std::string(61, 'b')).size(), 255U);
  EXPECT_TRUE(read(test::wire_name(three + "." + std::string(60, 'b'))));
  EXPECT_TRUE(read(test::wire_name(three + "." + std::string(61, 'b'))));
  EXPECT_FALSE(read(test::wire_name(three + "." + std::string(62, 'b'))));
}

TEST(WireName, MakesNamesOfLabelsUpToTheSameLength) {
  const std::string label63(63, 'a');
  const auto make = [&](std::size_t last) {
    const std::vector<std::string> labels{label63, label63, label63, std::string(last, 'b')};
    return name_of_labels(labels);
  };
  EXPECT_TRUE(make(60));
  EXPECT_TRUE(make(61));
  EXPECT_FALSE(make(62));
  EXPECT_FALSE(make(0));
  EXPECT_FALSE(name_of_labels(std::vector<std::string>{std::string(64, 'a')}));
}

TEST(WireName, SkipsNamesThatEndInAnEarlierPlace) {
  const auto message =
      hex("03703270"
          "00"
          "0161"
          "c000");
  std::size_t offset = 5;
  EXPECT_TRUE(skip_name(message, offset));
  EXPECT_EQ(offset, 9U);
}

TEST(WireName, RefusesToSkipPointersThatLeadForwardOrToThemselves) {
  for (const char* text : {"c000", "c005", "0161c000", "0161c001", "c0", "80", "0161"}) {
    std::size_t offset = 0;
    EXPECT_FALSE(skip_name(hex(text), offset)) << text;
  }
}

TEST(WireName, ComparesWithoutCase) {
  EXPECT_TRUE(same_name(*read(test::wire_name("aLice.P2P")), *read(test::wire_name("Alice.p2p"))));
  EXPECT_FALSE(same_name(*read(test::wire_name("alice.p2p")), *read(test::wire_name("alicf.p2p"))));
  EXPECT_FALSE(same_name(*read(test::wire_name("alice.p2p")), *read(test::wire_name("alice"))));
}

TEST(WireName, DropsLabelsFromTheLeft) {
  const auto name = *read(test::wire_name("www.alice.p2p"));
  EXPECT_EQ(without_labels(name, 0), name);
  EXPECT_EQ(without_labels(name, 1), *read(test::wire_name("alice.p2p")));
  EXPECT_EQ(without_labels(name, 3), WireName{});
}

}  // namespace
}  // namespace p2pns::dns
