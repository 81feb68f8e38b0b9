#include "core/names/record_selection.hpp"

#include <gtest/gtest.h>

namespace p2pns::names {
namespace {

using Kind = Selection::Kind;
using Prefix = std::vector<std::string>;
constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_ns = 2;
constexpr std::uint16_t type_cname = 5;
constexpr std::uint16_t type_mx = 15;
constexpr std::uint16_t type_txt = 16;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint16_t type_srv = 33;

/// What a record's data says has no part in the choice.
ResourceRecord record(std::string owner, std::uint16_t type) { return {std::move(owner), type, 300, {}}; }

/// The zone of RFC 4592 section 2.2.1, as one name's record set.
std::vector<ResourceRecord> rfc4592_records() {
  return {record("*", type_txt),
          record("*", type_mx),
          record("sub.*", type_txt),
          record("host1", type_a),
          record("_ssh._tcp.host1", type_srv),
          record("_ssh._tcp.host2", type_srv),
          record("subdel", type_ns)};
}

Kind kind(const Prefix& prefix, std::uint16_t type) { return select_records(rfc4592_records(), prefix, type).kind; }

TEST(RecordSelection, AnswersTheExamplesOfRfc4592) {
  EXPECT_EQ(kind({"host3"}, type_mx), Kind::records);
  EXPECT_EQ(kind({"host3"}, type_a), Kind::no_data);
  EXPECT_EQ(kind({"foo", "bar"}, type_txt), Kind::records);
  EXPECT_EQ(kind({"host1"}, type_mx), Kind::no_data);                      // host1 exists
  EXPECT_EQ(kind({"sub", "*"}, type_mx), Kind::no_data);                   // sub.* exists
  EXPECT_EQ(kind({"_telnet", "_tcp", "host1"}, type_srv), Kind::no_name);  // _tcp.host1 exists without wildcard
  EXPECT_EQ(kind({"ghost", "*"}, type_mx), Kind::no_name);                 // *.* does not exist
  EXPECT_EQ(kind({"host", "subdel"}, type_a), Kind::no_name);              // here NS is data, nothing is delegated
}

TEST(RecordSelection, AnswersTheWildcardWhenAskedForItself) {
  EXPECT_EQ(kind({"*"}, type_txt), Kind::records);
  EXPECT_EQ(kind({"*"}, type_a), Kind::no_data);
}

TEST(RecordSelection, KnowsEmptyNonTerminals) {
  for (const Prefix& prefix : {Prefix{"_tcp", "host1"}, Prefix{"_tcp", "host2"}, Prefix{"host2"}})
    EXPECT_EQ(kind(prefix, type_a), Kind::no_data) << prefix.front();
  EXPECT_EQ(kind({}, type_a), Kind::no_data);  // the name itself
}

TEST(RecordSelection, TakesAWildcardThatIsAnEmptyNonTerminalForANameWithoutData) {
  const std::vector records{record("sub.*", type_txt)};
  EXPECT_EQ(select_records(records, Prefix{"other"}, type_txt).kind, Kind::no_data);
}

TEST(RecordSelection, GivesAllRecordsOfTheTypeAndOwnerOnly) {
  const std::vector records{record("", type_a), record("www", type_a), record("", type_a), record("", type_aaaa)};
  const auto selection = select_records(records, Prefix{}, type_a);
  ASSERT_EQ(selection.records.size(), 2U);
  EXPECT_EQ(selection.records[0], &records[0]);
  EXPECT_EQ(selection.records[1], &records[2]);
}

TEST(RecordSelection, GivesAllTypesOfTheOwnerWithoutAType) {
  const std::vector records{record("", type_aaaa), record("", type_a), record("", type_aaaa), record("", type_cname)};
  const auto selection = select_records(records, Prefix{}, std::nullopt);
  EXPECT_EQ(selection.kind, Kind::records);
  EXPECT_EQ(selection.records.size(), 4U);
  EXPECT_EQ(select_records(rfc4592_records(), Prefix{"host3"}, std::nullopt).records.size(), 2U);
  EXPECT_EQ(select_records(rfc4592_records(), Prefix{"host2"}, std::nullopt).kind, Kind::no_data);
}

TEST(RecordSelection, GivesTheAliasWhereverItStands) {
  const std::vector records{record("www", type_a), record("www", type_cname)};
  EXPECT_EQ(select_records(records, Prefix{"www"}, type_a).kind, Kind::alias);
  EXPECT_EQ(select_records(records, Prefix{"www"}, type_aaaa).kind, Kind::alias);
  EXPECT_EQ(select_records(records, Prefix{"www"}, type_cname).kind, Kind::records);
}

TEST(RecordSelection, DoesNotMistakeADotInALabelForABorder) {
  const std::vector records{record("a.b", type_a)};
  EXPECT_EQ(select_records(records, Prefix{"a", "b"}, type_a).kind, Kind::records);
  EXPECT_EQ(select_records(records, Prefix{"a.b"}, type_a).kind, Kind::no_name);
  EXPECT_EQ(select_records(records, Prefix{"xb"}, type_a).kind, Kind::no_name);
  EXPECT_EQ(select_records(records, Prefix{"x", "a", "b"}, type_a).kind, Kind::no_name);
}

TEST(RecordSelection, WithoutRecordsANameHasItsServicesAndNothingElse) {
  EXPECT_EQ(place_without_records({}), BarePlace::itself);
  EXPECT_EQ(place_without_records(Prefix{"_sip", "_udp"}), BarePlace::service);
  EXPECT_EQ(place_without_records(Prefix{"_udp"}), BarePlace::branch);
  for (const Prefix& prefix :
       {Prefix{"www"}, Prefix{"_"}, Prefix{"sip", "_udp"}, Prefix{"_sip", "udp"}, Prefix{"_a", "_sip", "_udp"}})
    EXPECT_EQ(place_without_records(prefix), BarePlace::no_name) << prefix.front();
}

TEST(RecordSelection, CutsAPrefixIntoItsLabels) {
  EXPECT_EQ(labels_of_prefix(""), Prefix{});
  EXPECT_EQ(labels_of_prefix("www"), Prefix{"www"});
  EXPECT_EQ(labels_of_prefix("_sip._udp"), (Prefix{"_sip", "_udp"}));
}

}  // namespace
}  // namespace p2pns::names
