#include "apps/p2pns/record_text.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace p2pns::cli {
namespace {

using testing::HasSubstr;

std::string parsed(std::string_view text) {
  const auto record = parse_record_text(text);
  return record ? boost::json::serialize(*record) : "refused: " + record.error().message;
}

TEST(RecordText, WithoutOwnerTheRecordBelongsToTheNameItself) {
  EXPECT_EQ(parsed("A 192.0.2.80"), R"({"name":"","type":"A","data":"192.0.2.80"})");
  EXPECT_EQ(parsed("aaaa 2001:db8::1"), R"({"name":"","type":"aaaa","data":"2001:db8::1"})");
  EXPECT_EQ(parsed("@ A 192.0.2.80"), R"({"name":"","type":"A","data":"192.0.2.80"})");
}

TEST(RecordText, OwnerAndTtlMayStandInFront) {
  EXPECT_EQ(parsed("www CNAME demo.p2p."), R"({"name":"www","type":"CNAME","data":"demo.p2p."})");
  EXPECT_EQ(parsed("  www\t60  A   192.0.2.1 "), R"({"name":"www","ttl":60,"type":"A","data":"192.0.2.1 "})");
  EXPECT_EQ(parsed("60 A 192.0.2.1"), R"({"name":"","ttl":60,"type":"A","data":"192.0.2.1"})");
}

TEST(RecordText, AnOwnerMayBeSpeltLikeATypeOrANumber) {
  EXPECT_EQ(parsed("a A 192.0.2.1"), R"({"name":"a","type":"A","data":"192.0.2.1"})");
  EXPECT_EQ(parsed("mx 60 A 192.0.2.1"), R"({"name":"mx","ttl":60,"type":"A","data":"192.0.2.1"})");
  EXPECT_EQ(parsed("42 60 A 192.0.2.1"), R"({"name":"42","ttl":60,"type":"A","data":"192.0.2.1"})");
}

TEST(RecordText, DataKeepsItsQuotesAndBlanks) {
  EXPECT_EQ(parsed(R"(TXT "hello  from p2pns")"), R"({"name":"","type":"TXT","data":"\"hello  from p2pns\""})");
  EXPECT_EQ(parsed(R"(TYPE65280 \# 1 00)"), R"({"name":"","type":"TYPE65280","data":"\\# 1 00"})");
}

TEST(RecordText, RefusesWhatIsNoRecordAndSaysWhy) {
  EXPECT_THAT(parsed("192.0.2.80"), HasSubstr("expected [OWNER] [TTL] TYPE DATA"));
  EXPECT_THAT(parsed(""), HasSubstr("expected [OWNER] [TTL] TYPE DATA"));
  EXPECT_THAT(parsed("A"), HasSubstr("the data is missing"));
  EXPECT_THAT(parsed("www A "), HasSubstr("the data is missing"));
  EXPECT_THAT(parsed("99999999999999999999 A 192.0.2.1"), HasSubstr("TTL is too large"));
}

TEST(RecordText, SeveralRecordsMakeOneBody) {
  EXPECT_EQ(*registration_body({}, false), R"({"records":[]})");
  EXPECT_EQ(*registration_body({"A 192.0.2.1", "www A 192.0.2.2"}, false),
            R"({"records":[{"name":"","type":"A","data":"192.0.2.1"},{"name":"www","type":"A","data":"192.0.2.2"}]})");
  EXPECT_EQ(*registration_body({}, true), R"({"records":[],"publish":true})");
  EXPECT_FALSE(registration_body({"A 192.0.2.1", "nonsense"}, false));
}

}  // namespace
}  // namespace p2pns::cli
