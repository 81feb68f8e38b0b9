#include "frontends/xmpp/stream_filter.hpp"

#include <gmock/gmock.h>

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string head = "<?xml version='1.0'?><stream:stream xmlns:stream='s' id='1'>";

struct StreamFilterTest : testing::Test {
  bool feed(std::string_view bytes) { return filter.feed(bytes); }
  bool stream(std::string_view bytes) { return feed(head) && feed(bytes); }

  std::vector<std::string> pieces;
  std::vector<std::string> skipped;
  StreamFilter filter{{[this](std::string_view piece) { pieces.emplace_back(piece); },
                       [this](std::string_view tag) { skipped.emplace_back(tag); }}};
};

TEST_F(StreamFilterTest, CutsAStreamIntoWholeStanzas) {
  EXPECT_TRUE(stream("<handshake/><message a='>'><body>x &lt; y</body></message> \n<iq/></stream:stream>"));
  EXPECT_THAT(pieces, ElementsAre(head, "<handshake/>", "<message a='>'><body>x &lt; y</body></message>", "<iq/>",
                                  "</stream:stream>"));
  EXPECT_THAT(skipped, IsEmpty());
}

TEST_F(StreamFilterTest, CutsItTheSameHoweverItComes) {
  const std::string rest = "<a><b c=\"/>\"/></a><d>e</d>";
  for (const char c : head + rest) ASSERT_TRUE(feed({&c, 1}));
  EXPECT_THAT(pieces, ElementsAre(head, "<a><b c=\"/>\"/></a>", "<d>e</d>"));
}

TEST_F(StreamFilterTest, HoldsAStanzaBackUntilItIsWhole) {
  EXPECT_TRUE(stream("<message><body>half"));
  EXPECT_THAT(pieces, ElementsAre(head));
}

TEST_F(StreamFilterTest, RefusesWhatNoServerSends) {
  for (const char* bad :
       {"<!DOCTYPE a>", "<a><!-- b --></a>", "<a><![CDATA[</a>]]></a>", "<a><?b?></a>", "<?b?>", "<a b='<'/>", "<a<b/>",
        "<a></a<b>", "<stream:error/>", "<stream:error></stream:error>", "<error a='b'/>"}) {
    StreamFilter one{{[](std::string_view) {}, [](std::string_view) {}}};
    EXPECT_FALSE(one.feed(head + bad)) << bad;
    EXPECT_FALSE(one.feed("<a/>")) << "nothing comes after it";
  }
  for (const char* bad : {"junk", "<!DOCTYPE a>", "<?xml <!b?>", "</a>", "<stream/>", "\xff\xfe<", "\xef\xbb\xbf<a>"}) {
    StreamFilter one{{[](std::string_view) {}, [](std::string_view) {}}};
    EXPECT_FALSE(one.feed(bad)) << bad;
  }
  StreamFilter wide{{[](std::string_view) {}, [](std::string_view) {}}};
  EXPECT_FALSE(wide.feed(std::string_view{"<\0a\0", 4})) << "UTF-16";
}

TEST_F(StreamFilterTest, TakesAStreamErrorThatSaysSomething) {
  EXPECT_TRUE(stream("<stream:error><conflict/></stream:error></stream:stream>"));
  EXPECT_EQ(pieces.size(), 3U);
}

TEST_F(StreamFilterTest, LeavesOutAttributesWithAPrefix) {
  EXPECT_TRUE(stream(
      "<message xmlns:e='urn:1' e:from='x' from='a' e:to=\"x>\" to='b' xml:lang='de' xml:id='x' id='1' e:id = 'x'>"
      "<b e:type='x'  type='t'/>e:to='text'</message><iq e:type='x'/>"));
  EXPECT_THAT(pieces, ElementsAre(head,
                                  "<message xmlns:e='urn:1'  from='a'  to='b' xml:lang='de'  id='1' >"
                                  "<b   type='t'/>e:to='text'</message>",
                                  "<iq />"));
}

TEST_F(StreamFilterTest, LeavesThemOutOfWhatIsSkippedToo) {
  EXPECT_TRUE(stream("<message e:from='x' to='a'>" + std::string(stream_breaks_maximum + 1, '\n') + "</message><iq/>"));
  EXPECT_THAT(skipped, ElementsAre("<message  to='a'/>"));
  EXPECT_THAT(pieces, ElementsAre(head, "<iq/>"));
}

struct Limit {
  std::string before;
  std::string unit;
  std::string after;
  std::size_t maximum;
};

TEST_F(StreamFilterTest, SkipsAStanzaOverALimitAndNamesIt) {
  const std::string start = "<message to='a' id='7'>";
  const auto repeated = [](const std::string& unit, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += unit;
    return text;
  };
  const std::vector<Limit> limits{
      {start, "x", "</message>", stream_stanza_maximum_bytes - start.size() - std::string{"</message>"}.size()},
      {start, "\n", "</message>", stream_breaks_maximum},
      {start, "&amp;", "</message>", stream_breaks_maximum},
      {start, "<a/>", "</message>", stream_tags_maximum - 3},  // the start tag and its two attributes
      {start + "<b ", "a='' ", "/></message>", stream_tags_maximum - 4},
  };
  for (const Limit& limit : limits) {
    pieces.clear();
    skipped.clear();
    filter = StreamFilter{{[this](std::string_view piece) { pieces.emplace_back(piece); },
                           [this](std::string_view tag) { skipped.emplace_back(tag); }}};
    ASSERT_TRUE(stream(limit.before + repeated(limit.unit, limit.maximum) + limit.after)) << limit.unit;
    EXPECT_EQ(pieces.size(), 2U) << limit.unit;
    EXPECT_THAT(skipped, IsEmpty()) << limit.unit;
    ASSERT_TRUE(feed(limit.before + repeated(limit.unit, limit.maximum + 1) + limit.after + "<iq/>")) << limit.unit;
    EXPECT_THAT(skipped, ElementsAre("<message to='a' id='7'/>")) << limit.unit;
    EXPECT_EQ(pieces.size(), 3U) << "what comes after it is passed on";
    EXPECT_EQ(pieces.back(), "<iq/>");
  }
}

TEST_F(StreamFilterTest, SkipsAStanzaThatIsTooDeep) {
  std::string open, close;
  for (std::size_t i = 0; i < stream_depth_maximum; ++i) {
    open += "<a>";
    close += "</a>";
  }
  ASSERT_TRUE(stream(open + close));
  EXPECT_EQ(pieces.size(), 2U);
  ASSERT_TRUE(feed(open + "<a>" + "</a>" + close + "<iq/>"));
  EXPECT_THAT(skipped, ElementsAre("<a/>"));
  EXPECT_EQ(pieces.back(), "<iq/>");
}

TEST_F(StreamFilterTest, EndsAStreamWhoseStartTagsHaveNoEnd) {
  EXPECT_FALSE(feed("<stream:stream a='" + std::string(stream_head_maximum_bytes, 'x')));
  StreamFilter other{{[](std::string_view) {}, [](std::string_view) {}}};
  EXPECT_FALSE(other.feed(head + "<message a='" + std::string(start_tag_maximum_bytes, 'x')));
}

}  // namespace
}  // namespace p2pns::xmpp
