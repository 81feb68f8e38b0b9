#include "config/yaml_config_node.hpp"

#include <gmock/gmock.h>

#include "config/nearest_word.hpp"

namespace p2pns::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

YamlConfigNode read(std::string_view text) {
  auto document = parse_yaml("test.yaml", text);
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return YamlConfigNode(document ? *document : std::make_shared<const YamlDocument>());
}

std::string refusal_of(std::string_view text) {
  const auto document = parse_yaml("test.yaml", text);
  return document ? "accepted" : document.error().message;
}

template <class T>
std::string error_of(const ConfigResult<T>& result) {
  return result ? "accepted" : result.error().message;
}

TEST(YamlDocument, RefusesASecondValueForAKeyAndNamesBothPlaces) {
  EXPECT_EQ(refusal_of("log:\n  level: info\n  level: debug\n"),
            "test.yaml:3:3: the key 'level' stands here twice, first in line 2");
}

TEST(YamlDocument, RefusesAnchorsAliasesAndTags) {
  EXPECT_THAT(refusal_of("a: &x [1]\nb: *x\n"), HasSubstr("test.yaml:1:4: anchors"));
  EXPECT_THAT(refusal_of("a: !!binary aGk=\n"), HasSubstr("tags"));
  EXPECT_THAT(refusal_of("? [a, b]\n: c\n"), HasSubstr("single word"));
}

TEST(YamlDocument, RefusesAnExponentialAnchorBombAtItsFirstAnchor) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i)
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  EXPECT_THAT(refusal_of(bomb), StartsWith("test.yaml:1:5: anchors"));
}

TEST(YamlDocument, TakesFilesUpToTheMaximumSize) {
  std::string text = "a: b #";
  text.resize(yaml_bytes_maximum - 1, '.');
  EXPECT_EQ(refusal_of(text), "accepted");
  text.resize(yaml_bytes_maximum, '.');
  EXPECT_EQ(refusal_of(text), "accepted");
  text.resize(yaml_bytes_maximum + 1, '.');
  EXPECT_EQ(refusal_of(text), "test.yaml:1:1: the file is larger than 64 KiB");
}

TEST(YamlDocument, TakesNestingUpToTheMaximumDepth) {
  const auto nested = [](std::size_t depth) {
    return "a: " + std::string(depth - 1, '[') + std::string(depth - 1, ']');
  };
  EXPECT_EQ(refusal_of(nested(yaml_depth_maximum - 1)), "accepted");
  EXPECT_EQ(refusal_of(nested(yaml_depth_maximum)), "accepted");
  EXPECT_THAT(refusal_of(nested(yaml_depth_maximum + 1)), HasSubstr("nested deeper than 8 levels"));
  EXPECT_THAT(refusal_of(nested(30'000)), HasSubstr("test.yaml:1:"));
}

TEST(YamlDocument, NamesThePlaceOfASyntaxError) {
  EXPECT_THAT(refusal_of("log:\n  level: [info\n"), StartsWith("test.yaml:3:1: not valid YAML: "));
  EXPECT_THAT(refusal_of("a: b\n---\nc: d\n"), HasSubstr("second document"));
  EXPECT_THAT(refusal_of("- a\n- b\n"), HasSubstr("expected keys and values"));
  EXPECT_EQ(refusal_of(""), "accepted");
  EXPECT_EQ(refusal_of("# nothing but a comment\n"), "accepted");
}

TEST(YamlConfigNode, ReadsEveryKindOfValueAndFallsBackForMissingKeys) {
  const auto node = read("t: word\nn: 42\nyes: true\ne: '[::1]:53'\nl: [a, b]\n");
  EXPECT_EQ(*node.text("t", ""), "word");
  EXPECT_EQ(*node.text("missing", "default"), "default");
  EXPECT_EQ(*node.integer("n", 0, 0, 42), 42);
  EXPECT_EQ(*node.integer("missing", 7, 0, 9), 7);
  EXPECT_TRUE(*node.boolean("yes", false));
  EXPECT_EQ(to_string(*node.endpoint("e", {})), "[::1]:53");
  EXPECT_THAT(*node.texts("l"), ElementsAre("a", "b"));
  EXPECT_THAT(*node.texts("missing"), IsEmpty());
  EXPECT_TRUE(node.finish());
}

TEST(YamlConfigNode, NamesPlacePathAndExpectationOfAWrongType) {
  const auto node = read("outer:\n  n: '42'\n  b: yes\n  e: localhost:53\n  l: a\n  t: [x]\n");
  const auto outer = *node.section("outer");
  EXPECT_EQ(error_of(outer.integer("n", 0, 0, 99)), "test.yaml:2:6: outer.n: expected a whole number");
  EXPECT_EQ(error_of(outer.boolean("b", false)), "test.yaml:3:6: outer.b: expected true or false");
  EXPECT_THAT(error_of(outer.endpoint("e", {})),
              StartsWith("test.yaml:4:6: outer.e: expected an address and port like 127.0.0.1:5300"));
  EXPECT_EQ(error_of(outer.texts("l")), "test.yaml:5:6: outer.l: expected a list, like [one, two]");
  EXPECT_EQ(error_of(outer.text("t", "")), "test.yaml:6:6: outer.t: expected a text");
  EXPECT_THAT(error_of(node.section("missing")->finish()), "accepted");
}

TEST(YamlConfigNode, TakesNumbersUpToBothEndsOfTheirRange) {
  const auto node = read("low: 1\nhigh: 9\nbelow: 0\nabove: 10\nhuge: 99999999999999999999\nhalf: 1.5\n");
  EXPECT_EQ(*node.integer("low", 5, 1, 9), 1);
  EXPECT_EQ(*node.integer("high", 5, 1, 9), 9);
  EXPECT_EQ(error_of(node.integer("below", 5, 1, 9)), "test.yaml:3:8: below: 0 is outside of 1 to 9");
  EXPECT_EQ(error_of(node.integer("above", 5, 1, 9)), "test.yaml:4:8: above: 10 is outside of 1 to 9");
  EXPECT_THAT(error_of(node.integer("huge", 5, 1, 9)), HasSubstr("outside of 1 to 9"));
  EXPECT_THAT(error_of(node.integer("half", 5, 1, 9)), HasSubstr("whole number"));
}

TEST(YamlConfigNode, NamesTheBadItemOfAList) {
  const auto node = read("seeds: [127.0.0.1:1, nonsense]\ndeep: [[a]]\n");
  EXPECT_EQ(node.error_at_item("seeds", 1, "is nonsense").message, "test.yaml:1:22: seeds[1]: is nonsense");
  EXPECT_EQ(error_of(node.texts("deep")), "test.yaml:2:8: deep[0]: expected a text");
}

TEST(YamlConfigNode, TakesListsUpToTheMaximumLength) {
  const auto list = [](std::size_t items) {
    std::string text = "l: [a";
    for (std::size_t i = 1; i < items; ++i) text += ", a";
    return read(text + "]").texts("l");
  };
  EXPECT_EQ(list(list_items_maximum)->size(), list_items_maximum);
  EXPECT_THAT(error_of(list(list_items_maximum + 1)), HasSubstr("more than 256 items"));
}

TEST(YamlConfigNode, NamesTheFirstUnknownKeyWithTheNearestKnownOne) {
  const auto node = read("listne: 1\nother: 2\n");
  static_cast<void>(node.has("listen"));
  static_cast<void>(node.has("limits"));
  EXPECT_EQ(error_of(node.finish()), "test.yaml:1:1: 'listne': no such key, did you mean 'listen'?");
}

TEST(YamlDocument, AnErrorIsOneLineWhateverTheKeysAre) {
  EXPECT_EQ(refusal_of("\"a\\nb\": 1\n\"a\\nb\": 2\n"),
            "test.yaml:2:1: the key 'a?b' stands here twice, first in line 1");
}

TEST(YamlConfigNode, KeepsHostileTextOutOfItsErrors) {
  const auto node = read("\"a\\x1b[31m\": 1\n");
  EXPECT_THAT(error_of(node.finish()), HasSubstr("'a?[31m'"));
  EXPECT_EQ(error_of(read("n: \"1\\n\"").integer("n", 0, 0, 9)), "test.yaml:1:4: n: expected a whole number");
  EXPECT_EQ(node.error_at("a\nb", "is wrong\x1b[2J").message, "test.yaml:1:1: a?b: is wrong?[2J");
  const auto endpoint = read("e: " + std::string(5'000, 'x')).endpoint("e", {});
  EXPECT_LT(error_of(endpoint).size(), 200U);
}

TEST(NearestWord, FindsSwapsDropsAndChangesButNoStrangers) {
  const std::vector<std::string> known{"listen", "key_file", "seeds"};
  EXPECT_EQ(nearest_word("lsiten", known), "listen");
  EXPECT_EQ(nearest_word("keyfile", known), "key_file");
  EXPECT_EQ(nearest_word("seed", known), "seeds");
  EXPECT_EQ(nearest_word("colour", known), "");
  EXPECT_EQ(nearest_word(std::string(10'000, 'l'), known), "");
}

}  // namespace
}  // namespace p2pns::config
