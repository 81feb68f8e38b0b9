#include "frontends/dns/forward_question.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

constexpr std::uint16_t id = 0x4321;

ForwardQuestion question_of(const test::QueryText& text) {
  const ParsedQuery parsed = parse_query(test::query_message(text));
  EXPECT_EQ(parsed.rcode, Rcode::no_error);
  return forward_question(parsed.query, parsed.query.question->name);
}

/// An answer without records, as an honest upstream would echo it.
ByteVector answer_to(const ForwardQuestion& question) {
  ByteVector message = encode_question(question, id);
  message[2] |= std::byte{0x80};
  return message;
}

Judgement judge_udp(const ByteVector& message, const ForwardQuestion& question) {
  return judge(message, question, id, answer_limit_bytes(question));
}

TEST(ForwardQuestion, CarriesTheQuestionInLowerCaseAndNothingOfTheClientsOwn) {
  test::QueryText text;
  text.name = "WwW.Example.COM";
  text.flags = 0x0130;  // RD, AD, CD
  text.payload = 4096;
  text.options = test::hex("000a00080102030405060708");  // a cookie
  text.dnssec_ok = true;
  const auto sent = test::read_message(encode_question(question_of(text), id));
  EXPECT_EQ(sent.id, id);
  EXPECT_EQ(sent.question, "www.example.com. IN A");
  EXPECT_TRUE(sent.rd && sent.ad && sent.cd);
  EXPECT_TRUE(sent.edns && sent.dnssec_ok);
  EXPECT_EQ(sent.payload, edns_payload_bytes);
  EXPECT_EQ(sent.size, 12U + 17U + 4U + 11U) << "no options";
}

TEST(ForwardQuestion, SpeaksEdnsOnlyWhenTheClientDoes) {
  test::QueryText text;
  text.name = "example.com";
  text.flags = 0;
  const ForwardQuestion question = question_of(text);
  const auto sent = test::read_message(encode_question(question, id));
  EXPECT_FALSE(sent.edns || sent.rd || sent.ad || sent.cd);
  EXPECT_EQ(answer_limit_bytes(question), plain_payload_bytes);
}

class Judge : public testing::Test {
 protected:
  Judge() {
    test::QueryText text;
    text.name = "example.com";
    text.payload = 1232;
    question_ = question_of(text);
    answer_ = answer_to(question_);
  }
  ForwardQuestion question_;
  ByteVector answer_;
};

TEST_F(Judge, BelievesTheAnswerWhateverTheCaseOfTheName) {
  EXPECT_EQ(judge_udp(answer_, question_), Judgement::believed);
  answer_[13] = std::byte{'E'};
  EXPECT_EQ(judge_udp(answer_, question_), Judgement::believed);
}

TEST_F(Judge, TellsWhatIsWrong) {
  EXPECT_EQ(judge_udp({}, question_), Judgement::too_short);
  EXPECT_EQ(judge_udp(ByteVector(answer_.begin(), answer_.begin() + 11), question_), Judgement::too_short);
  EXPECT_EQ(judge(answer_, question_, id + 1, 1232), Judgement::wrong_id);
  EXPECT_EQ(judge_udp(encode_question(question_, id), question_), Judgement::malformed) << "a question";
  ByteVector update = answer_;
  update[2] |= std::byte{0x28};
  EXPECT_EQ(judge_udp(update, question_), Judgement::malformed) << "of another operation";
  ByteVector cut = answer_;
  cut.pop_back();
  EXPECT_EQ(judge_udp(cut, question_), Judgement::malformed);
}

TEST_F(Judge, WantsTheQuestionBack) {
  for (const std::size_t changed : {std::size_t{13}, answer_.size() - 11 - 3, answer_.size() - 11 - 1}) {
    ByteVector other = answer_;  // name, type, class
    other[changed] = static_cast<std::byte>(std::to_integer<unsigned>(other[changed]) ^ 1U);
    EXPECT_EQ(judge_udp(other, question_), Judgement::wrong_question) << changed;
  }
  ByteVector none(answer_.begin(), answer_.begin() + 12);
  for (const std::size_t count : {5U, 11U}) none[count] = std::byte{0};
  EXPECT_EQ(judge_udp(none, question_), Judgement::wrong_question);
}

TEST_F(Judge, TakesNoMoreThanItAskedFor) {
  ByteVector padded = answer_;
  padded.resize(edns_payload_bytes);  // bytes after the end are no harm
  EXPECT_EQ(judge_udp(padded, question_), Judgement::believed);
  padded.push_back(std::byte{0});
  EXPECT_EQ(judge_udp(padded, question_), Judgement::too_large);
  question_.edns = false;
  padded = answer_to(question_);
  padded.resize(plain_payload_bytes);
  EXPECT_EQ(judge_udp(padded, question_), Judgement::believed);
  padded.push_back(std::byte{0});
  EXPECT_EQ(judge_udp(padded, question_), Judgement::too_large);
}

}  // namespace
}  // namespace p2pns::dns
