#include "frontends/hip/transport_records.hpp"

#include <gtest/gtest.h>

#include "core/names/record_selection.hpp"
#include "frontends/rdata/rdata.hpp"

namespace p2pns::hip {
namespace {

using names::ResourceRecord;

const names::P2PName alice{names::NameKind::label, "p2p", "alice"};

ResourceRecord record(std::string owner, std::string_view type, std::string_view data) {
  auto typed = rdata::parse(type, data);
  return {std::move(owner), typed->type, 300, std::move(typed->data)};
}
names::NameAnswer answer_with(std::vector<ResourceRecord> records, std::string_view node) {
  names::NameAnswer answer;
  answer.outcome = names::Outcome::found;
  answer.name = alice;
  answer.record_set.emplace();
  answer.record_set->records = std::move(records);
  if (!node.empty()) {
    answer.node.emplace();
    answer.node->endpoints.push_back(*parse_endpoint(node));
  }
  return answer;
}
std::string address_of(std::vector<ResourceRecord> records, std::string_view node = "192.0.2.99:4222") {
  const auto address = transport_address(answer_with(std::move(records), node));
  return address ? to_string(*address) : "none";
}

TEST(TransportRecords, AnAddressIsReadAsItWasRegistered) {
  for (const char* const text : {"192.0.2.1:5060", "[2001:db8::1]:1", "192.0.2.1:65535"}) {
    const auto records = with_transport_address({}, alice, *parse_endpoint(text), 60);
    EXPECT_TRUE(names::check_records(records, alice)) << text;
    EXPECT_EQ(address_of(records), text);
    for (const ResourceRecord& each : records) {
      EXPECT_EQ(each.ttl_s, 60U);
      EXPECT_TRUE(rdata::is_well_formed(each.type, each.data));
    }
  }
}

TEST(TransportRecords, ThePortIsThatOfEveryService) {
  const auto records = with_transport_address({}, alice, *parse_endpoint("192.0.2.1:5060"), 60);
  for (const std::vector<std::string>& service :
       {std::vector<std::string>{"_sip", "_udp"}, std::vector<std::string>{"_xmpp-client", "_tcp"}}) {
    const auto found = names::select_records(records, service, 33);
    ASSERT_EQ(found.records.size(), 1U) << service.front();
    EXPECT_EQ(rdata::format(33, found.records.front()->data), "0 0 5060 alice.p2p.");
  }
}

TEST(TransportRecords, WithoutOneTheNodeIsTheAddress) {
  EXPECT_EQ(address_of({}), "192.0.2.99:4222");
  EXPECT_EQ(address_of({record("", "A", "192.0.2.1")}), "192.0.2.99:4222") << "an address without a port is none";
  EXPECT_EQ(address_of({record("", "A", "192.0.2.1"), record("*._udp", "SRV", "0 0 5060 bob.p2p.")}), "192.0.2.99:4222")
      << "the port of another host is not this one's";
  EXPECT_EQ(address_of({}, ""), "none");
}

TEST(TransportRecords, AnotherAddressTakesThePlaceAndAllElseStays) {
  const std::vector<ResourceRecord> others{record("", "MX", "10 mail.example."),
                                           record("_sip._udp", "SRV", "0 0 9 other.example."),
                                           record("www", "A", "192.0.2.7"), record("*._udp", "SRV", "0 0 9 bob.p2p.")};
  auto records = with_transport_address(others, alice, *parse_endpoint("192.0.2.1:5060"), 60);
  records = with_transport_address(records, alice, *parse_endpoint("[2001:db8::1]:5070"), 60);
  EXPECT_EQ(address_of(records), "[2001:db8::1]:5070");
  EXPECT_EQ(records.size(), others.size() + 3);
  EXPECT_EQ(with_transport_address(records, alice, std::nullopt, 60), others);
}

TEST(TransportRecords, AnAddressRecordOfSomebodyElsesMakingStays) {
  const std::vector<ResourceRecord> records{record("", "A", "192.0.2.1")};
  EXPECT_EQ(with_transport_address(records, alice, std::nullopt, 60), records);
}

}  // namespace
}  // namespace p2pns::hip
