#include "frontends/dns/upstream_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Query query_of(std::optional<unsigned> payload = 1232, unsigned flags = 0x0100) {
  test::QueryText text;
  text.name = "WWW.example.com";
  text.flags = flags;
  text.payload = payload;
  return parse_query(test::query_message(text)).query;
}

/// What an upstream says about www.example.com A: `sections` of records in hex, which may point to the name at byte 12.
struct Upstream {
  unsigned flags = 0x8580;  // QR AA RD RA
  std::vector<std::string> answer{"c00c00010001000000780004c0000201"};
  std::vector<std::string> authority{};
  std::vector<std::string> additional{};
};
constexpr const char* opt = "0000290200000000000000";

ByteVector message_of(const Upstream& upstream) {
  ByteVector out;
  for (const std::size_t field : {std::size_t{0x1111}, std::size_t{upstream.flags}, std::size_t{1},
                                  upstream.answer.size(), upstream.authority.size(), upstream.additional.size()})
    append16(out, static_cast<unsigned>(field));
  append(out, test::wire_name("www.example.com"));
  append(out, test::hex("00010001"));
  for (const auto* section : {&upstream.answer, &upstream.authority, &upstream.additional})
    for (const std::string& record : *section) append(out, test::hex(record));
  return out;
}

test::ReadMessage forwarded(const Query& query, const Upstream& upstream, std::size_t limit = 1232) {
  const ByteVector message = encode_forwarded(query, message_of(upstream), limit);
  EXPECT_LE(message.size(), limit);
  return test::read_message(message);
}

TEST(UpstreamAnswer, KeepsTheRecordsAndMakesTheHeaderAnew) {
  const auto answer = forwarded(query_of(), {});
  EXPECT_EQ(answer.id, 0x1234U);
  EXPECT_EQ(answer.question, "WWW.example.com. IN A") << "as the client wrote it";
  EXPECT_THAT(answer.answer, ElementsAre("WWW.example.com. 120 IN A 192.0.2.1"));
  EXPECT_TRUE(answer.rd && answer.ra);
  EXPECT_FALSE(answer.aa || answer.tc || answer.ad || answer.cd);
  EXPECT_TRUE(answer.edns);
  EXPECT_EQ(answer.payload, edns_payload_bytes);
  EXPECT_FALSE(forwarded(query_of({}), {}).edns);
}

TEST(UpstreamAnswer, SaysValidatedOnlyToWhoAskedForIt) {
  Upstream validated;
  validated.flags = 0x81a0;
  EXPECT_FALSE(forwarded(query_of(), validated).ad);
  EXPECT_TRUE(forwarded(query_of(1232, 0x0120), validated).ad);
  Query dnssec = query_of();
  dnssec.edns->dnssec_ok = true;
  const auto answer = forwarded(dnssec, validated);
  EXPECT_TRUE(answer.ad && answer.dnssec_ok);
  EXPECT_FALSE(forwarded(query_of(1232, 0x0120), {}).ad) << "and only when it is true";
}

TEST(UpstreamAnswer, ReplacesEdnsAndPassesTheReasonOn) {
  Upstream upstream;
  upstream.flags = 0x8182;
  upstream.answer.clear();
  // OPT with extended rcode 1, a cookie, and EDE 6 "bad"; a record behind it.
  upstream.additional = {"c00c00010001000000780004c0000203",
                         "00002904d001000000001500"
                         "0a000801020304050607"
                         "08"
                         "000f00050006626164",
                         "c00c00010001000000780004c0000204"};
  const auto answer = forwarded(query_of(), upstream);
  EXPECT_EQ(answer.rcode, 18U);
  EXPECT_EQ(answer.extended_code, 6U);
  EXPECT_EQ(answer.extended_text, "bad");
  EXPECT_THAT(answer.additional, ElementsAre("WWW.example.com. 120 IN A 192.0.2.3"));
}

TEST(UpstreamAnswer, FitsTheClientsSize) {
  Upstream upstream;
  upstream.additional = {"c00c00010001000000780004c0000203", opt};
  // 12 + 21 + 2 * 16 + 11 of EDNS; limits below 512 do not exist, so the answer grows instead.
  const std::size_t one = 16;
  while (12 + 21 + one * (upstream.answer.size() + 2) + 11 <= plain_payload_bytes)
    upstream.answer.push_back(upstream.answer.front());
  const std::size_t size = 12 + 21 + one * (upstream.answer.size() + 1) + 11;
  auto answer = forwarded(query_of(), upstream, std::max(size, plain_payload_bytes));
  EXPECT_EQ(answer.additional.size(), 1U);
  upstream.answer.push_back(upstream.answer.front());
  answer = forwarded(query_of(), upstream, plain_payload_bytes);
  EXPECT_FALSE(answer.tc);
  EXPECT_EQ(answer.answer.size(), upstream.answer.size());
  EXPECT_THAT(answer.additional, IsEmpty());
  upstream.answer.push_back(upstream.answer.front());
  answer = forwarded(query_of(), upstream, plain_payload_bytes);
  EXPECT_TRUE(answer.tc);
  EXPECT_THAT(answer.answer, IsEmpty());
  EXPECT_TRUE(answer.edns);
}

TEST(UpstreamAnswer, PassesACutAnswerOnAsCut) {
  Upstream cut;
  cut.flags = 0x8380;
  const auto answer = forwarded(query_of(), cut);
  EXPECT_TRUE(answer.tc);
  EXPECT_THAT(answer.answer, IsEmpty());
}

TEST(UpstreamAnswer, GivesRecordsWithoutPointersIntoTheirOldMessage) {
  Upstream upstream;
  upstream.answer = {"c00c000500010000003c0006036d6170c010",  // CNAME map.example.com
                     "c02d00010001000000780004c0000201"};
  upstream.authority = {
      "c0100002000100000e10000502"
      "6e73c010"};
  const auto foreign = read_foreign_answer(message_of(upstream));
  ASSERT_TRUE(foreign);
  ASSERT_EQ(foreign->answer.size(), 2U);
  EXPECT_EQ(foreign->answer[0].type, type_cname);
  EXPECT_EQ(foreign->answer[0].data, test::wire_name("map.example.com"));
  EXPECT_EQ(copy_of(foreign->answer[1].owner.view()), test::wire_name("map.example.com"));
  EXPECT_EQ(foreign->answer[1].data, test::hex("c0000201"));
  ASSERT_EQ(foreign->authority.size(), 1U);
  EXPECT_EQ(foreign->authority[0].data, test::wire_name("ns.example.com"));
}

TEST(UpstreamAnswer, RefusesWhatRunsOverTheEndOrHasOptInTheWrongPlace) {
  const ByteVector whole = message_of({});
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read_sections(Bytes{whole}.first(size))) << size;
  EXPECT_TRUE(read_sections(whole));
  Upstream wrong;
  wrong.answer = {opt};
  EXPECT_FALSE(read_sections(message_of(wrong)));
  wrong = {};
  wrong.additional = {opt, opt};
  EXPECT_FALSE(read_sections(message_of(wrong)));
  wrong = {};
  wrong.answer = {"c0ff00010001000000780004c0000201"};  // a pointer forward
  EXPECT_FALSE(read_sections(message_of(wrong)));
}

TEST(UpstreamAnswer, SurvivesChangedBytes) {
  p2pns::test::SeededRandom random{p2pns::test::announced_seed()};
  Upstream upstream;
  upstream.authority = {
      "c0100002000100000e10000502"
      "6e73c010"};
  upstream.additional = {"c00c00010001000000780004c0000203", opt};
  const ByteVector whole = message_of(upstream);
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    ByteVector changed = whole;
    for (int i = 0; i < 3; ++i) changed[random.below(changed.size())] = static_cast<std::byte>(random.below(256));
    Query query = query_of();
    static_cast<void>(read_foreign_answer(changed));
    if (!read_sections(changed)) continue;
    std::size_t offset = header_bytes;  // as judge() makes sure
    const auto question = read_question(changed, offset);
    if (!question || !same_name(question->name, query.question->name)) continue;
    ++accepted;
    EXPECT_LE(encode_forwarded(query, changed, plain_payload_bytes).size(), plain_payload_bytes);
  }
  EXPECT_GT(accepted, 1000U);
}

}  // namespace
}  // namespace p2pns::dns
