// Messages that are wrong or rare. The table follows what NSD and BIND do.
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontends/dns/responder.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using test::hex;
using test::QueryText;

class OddMessages : public testing::Test {
 protected:
  OddMessages() {
    host_.service.set_cached(test::FakeNameService::found({names::NameKind::label, "p2p", "alice"},
                                                          {test::record("", "A", "192.0.2.1")}, {}, TimePoint::max()));
  }
  std::optional<ByteVector> send(Bytes message) {
    auto started = responder_->answer(message, Via::udp);
    EXPECT_FALSE(started.unfinished);
    return std::move(started.response);
  }
  test::ReadMessage ask(const QueryText& text) { return test::read_message(*send(test::query_message(text))); }

  boost::asio::io_context context_;
  test::FakePluginHost host_{context_.get_executor()};
  std::shared_ptr<Responder> responder_ = std::make_shared<Responder>(host_, ResponderSettings{});
};

const std::string question =
    "05616c696365"
    "03703270"
    "00"
    "0001"
    "0001";
const std::string header = "123401000001000000000000";

std::string with_additional(unsigned count, const std::string& records) {
  return "12340100000100000000000" + std::to_string(count) + question + records;
}
const std::string opt =
    "00"
    "0029"
    "04d0"
    "00000000"
    "0000";

TEST_F(OddMessages, AreDroppedWhenShortOrThemselvesAnswers) {
  for (const std::string& message : {std::string{}, std::string{"12"}, header.substr(0, 22),
                                     "1234810000010000"
                                     "00000000" +
                                         question})
    EXPECT_FALSE(send(hex(message))) << message;
  EXPECT_EQ(responder_->counters().dropped, 4U);
}

TEST_F(OddMessages, AreFormatErrorsOfTwelveBytesWithoutAWholeQuestion) {
  for (const std::string& message : {
           header,                                            // header only
           header + question.substr(0, question.size() - 2),  // cut in the class
           header + question.substr(0, 8),                    // cut in a label
           header + "45616c696365"
                    "00"
                    "0001"
                    "0001",  // unknown label type
           header + "c00c"
                    "0001"
                    "0001",  // points to itself
           header + "c0ff"
                    "0001"
                    "0001",  // points forward
           header + "c000"
                    "0001"
                    "0001",                                   // points into the header
           "123401000000000000000000" + question,             // no question
           "123401000002000000000000" + question + question,  // two
           "123401000001000100000000" + question,             // an answer in a query
       }) {
    const auto answer = send(hex(message));
    ASSERT_TRUE(answer) << message;
    EXPECT_EQ(to_hex(*answer), "123481010000000000000000") << message;
  }
}

TEST_F(OddMessages, AreFormatErrorsWhenWhatFollowsTheQuestionIsBroken) {
  for (const std::string& message : {
           with_additional(2, opt + opt),               // two OPT
           with_additional(1, "0161" + opt),            // OPT of a name
           with_additional(1, "c00c" + opt.substr(2)),  // likewise, by a pointer
           with_additional(1,
                           "00"
                           "0029"
                           "04d0"
                           "00000000"
                           "0001"),  // data over the end
           with_additional(1,
                           "00"
                           "0029"
                           "04d0"
                           "00000000"
                           "0003"
                           "000300"),  // an option is cut
           with_additional(1,
                           "00"
                           "0029"
                           "04d0"
                           "00000000"
                           "0004"
                           "00030001"),  // an option over the end
           with_additional(1, ""),       // fewer records than announced
           with_additional(2, opt), with_additional(1, opt.substr(0, 20)),
           "1234010000010000"
           "00010000" +
               question + opt,  // OPT in the authority section
       }) {
    const auto answer = send(hex(message));
    ASSERT_TRUE(answer) << message;
    const auto read = test::read_message(*answer);
    EXPECT_EQ(read.rcode, 1U) << message;
    EXPECT_FALSE(read.edns) << message;
    EXPECT_EQ(answer->size(), header_bytes + question.size() / 2) << message;
  }
}

TEST_F(OddMessages, AreFormatErrorsForCookiesOfImpossibleLength) {
  for (const std::size_t length : {0U, 7U, 8U, 9U, 15U, 16U, 17U, 39U, 40U, 41U}) {
    QueryText text;
    text.payload = 1232;
    text.options = hex("000a");
    test::put16(text.options, static_cast<unsigned>(length));
    text.options.resize(4 + length);
    const bool good = length == 8 || (length >= 16 && length <= 40);
    EXPECT_EQ(ask(text).rcode, good ? 0U : 1U) << length;
  }
}

TEST_F(OddMessages, AreAnsweredDespiteJunkAtTheEnd) {
  const auto read = test::read_message(*send(hex(header + question + "ffffffff")));
  EXPECT_EQ(read.rcode, 0U);
  EXPECT_EQ(read.answer.size(), 1U);
}

TEST_F(OddMessages, AreAnsweredWithUnknownOptionsAndRecords) {
  QueryText text;
  text.payload = 1232;
  text.options =
      hex("fde9"
          "0002"
          "abcd"
          "0003"
          "0000");  // an unknown one, and NSID
  EXPECT_EQ(ask(text).answer.size(), 1U);
  const auto read = test::read_message(*send(hex(with_additional(1,
                                                                 "c00c"
                                                                 "0001"
                                                                 "0001"
                                                                 "00000000"
                                                                 "0004"
                                                                 "c0000201"))));
  EXPECT_EQ(read.answer.size(), 1U);
}

TEST_F(OddMessages, AreNotImplementedForOtherOperations) {
  for (unsigned opcode = 1; opcode < 16; ++opcode) {
    QueryText text;
    text.flags = opcode << 11U;
    const auto answer = send(test::query_message(text));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->size(), header_bytes);
    EXPECT_EQ(std::to_integer<unsigned>((*answer)[2]), 0x80U | opcode << 3U);
    EXPECT_EQ(std::to_integer<unsigned>((*answer)[3]), 4U);
  }
  const auto header_only =
      send(hex("12347800"
               "0000000000000000"));  // opcode 15
  ASSERT_TRUE(header_only);
  EXPECT_EQ(to_hex(*header_only), "1234f8040000000000000000");
}

TEST_F(OddMessages, AreBadVersionAboveEdnsZero) {
  for (const unsigned version : {1U, 255U}) {
    QueryText text;
    text.payload = 1232;
    text.edns_version = version;
    const auto answer = ask(text);
    EXPECT_EQ(answer.rcode, 16U);
    EXPECT_TRUE(answer.edns);
    EXPECT_EQ(answer.edns_version, 0U);
    EXPECT_TRUE(answer.answer.empty());
  }
}

TEST_F(OddMessages, AreRefusedForOtherClassesAndTransfers) {
  for (const std::uint16_t record_class :
       {std::uint16_t{3}, std::uint16_t{4}, std::uint16_t{254}, std::uint16_t{255}}) {
    QueryText text;
    text.record_class = record_class;
    EXPECT_EQ(ask(text).rcode, 5U) << record_class;
  }
  for (const std::uint16_t type : {type_axfr, type_ixfr}) {
    QueryText text;
    text.type = type;
    EXPECT_EQ(ask(text).rcode, 5U) << type;
  }
}

TEST_F(OddMessages, AreWrongForTypesThatAreNoData) {
  for (const std::uint16_t type : {type_opt, type_nxname, type_tkey, type_tsig}) {
    QueryText text;
    text.type = type;
    EXPECT_EQ(ask(text).rcode, 1U) << type;
  }
  for (const std::uint16_t type : {type_maila, type_mailb}) {
    QueryText text;
    text.type = type;
    EXPECT_EQ(ask(text).rcode, 4U) << type;
  }
}

TEST_F(OddMessages, GetNoFlagBackButRdAndCd) {
  for (unsigned bit = 0; bit < 16; ++bit) {
    QueryText text;
    text.flags = 1U << bit & 0x07ffU;  // not QR, not the opcode
    const auto answer = send(test::query_message(text));
    ASSERT_TRUE(answer);
    const unsigned flags = std::to_integer<unsigned>((*answer)[2]) << 8U | std::to_integer<unsigned>((*answer)[3]);
    EXPECT_EQ(flags, 0x8400U | (text.flags & 0x0110U)) << bit;
  }
}

TEST_F(OddMessages, GetOnlyTheDoBitOfTheEdnsFlagsBack) {
  const auto opt_answered = [this](const std::string& flags) {
    const auto answer = send(hex(with_additional(1,
                                                 "00"
                                                 "0029"
                                                 "04d0"
                                                 "0000" +
                                                     flags + "0000")));
    return answer && answer->size() > 11 ? to_hex(Bytes{*answer}.last(11)) : "no answer";
  };
  EXPECT_EQ(opt_answered("ffff"),
            "00"
            "0029"
            "04d0"
            "00008000"
            "0000");
  EXPECT_EQ(opt_answered("7fff"),
            "00"
            "0029"
            "04d0"
            "00000000"
            "0000");
}

// Any bytes: no fault, and what is answered is a message that another implementation can read.
TEST_F(OddMessages, NeverBreakTheResponder) {
  test::SeededRandom random{test::announced_seed()};
  for (int round = 0; round < 50'000; ++round) {
    QueryText text;
    if (random.below(2) == 0) text.payload = static_cast<unsigned>(random.below(65536));
    if (random.below(2) == 0) text.options = random.bytes(random.below(40));
    if (random.below(4) == 0) text.type = static_cast<std::uint16_t>(random.below(300));
    ByteVector message = test::query_message(text);
    for (std::uint64_t change = random.below(6); change > 0; --change)
      message[random.below(message.size())] = static_cast<std::byte>(random.below(256));
    if (random.below(4) == 0) message.resize(random.below(message.size() + 20));
    auto started = responder_->answer(message, Via::udp);
    if (!started.response) continue;
    ASSERT_GE(started.response->size(), header_bytes);
    ASSERT_LE(started.response->size(), edns_payload_bytes);
    const auto read = test::read_message(*started.response);  // throws when it is no message
    ASSERT_EQ(read.id, std::to_integer<unsigned>(message[0]) << 8U | std::to_integer<unsigned>(message[1]));
  }
}

TEST_F(OddMessages, NeverBreakTheResponderAsPureNoise) {
  test::SeededRandom random{test::announced_seed()};
  for (int round = 0; round < 20'000; ++round) {
    ByteVector message = random.bytes(random.below(200));
    if (message.size() > 5 && random.below(2) == 0) {
      message[2] = std::byte{1};  // a query
      message[4] = std::byte{0};
      message[5] = std::byte{1};  // with one question
    }
    const auto started = responder_->answer(message, Via::udp);
    if (!started.response) continue;
    ASSERT_GE(started.response->size(), header_bytes);
  }
}

}  // namespace
}  // namespace p2pns::dns
