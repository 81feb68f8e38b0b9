#include "frontends/sip/contact_change.hpp"

#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

ContactChanges changes_of(std::initializer_list<std::string_view> lines) {
  auto read_changes = read_contact_changes(read(register_text("alice@p2p", lines)), {});
  if (const auto* refusal = std::get_if<Refusal>(&read_changes)) {
    ADD_FAILURE() << refusal->status << " " << refusal->reason;
    return {};
  }
  return std::move(std::get<ContactChanges>(read_changes));
}

std::string refusal_of(std::initializer_list<std::string_view> lines) {
  const auto changes = read_contact_changes(read(register_text("alice@p2p", lines)), {});
  const auto* refusal = std::get_if<Refusal>(&changes);
  if (!refusal) return "accepted";
  const std::string more = refusal->value.empty() ? refusal->reason : refusal->value;
  return std::to_string(refusal->status) + " " + more;
}

TEST(ContactChanges, ReadEveryContact) {
  const ContactChanges changes = changes_of(
      {"Contact: <sip:alice@192.0.2.1>;q=0.25;expires=120;+sip.instance=\"<urn:uuid:1>\";reg-id=2, sip:alice@192.0.2.2",
       "m: \"A\" <sips:alice@192.0.2.3>;expires=0", "Path: <sip:p1;lr>, <sip:p2;lr>"});
  ASSERT_EQ(changes.contacts.size(), 3U);
  EXPECT_EQ(changes.contacts[0].q_thousandths, 250U);
  EXPECT_EQ(changes.contacts[0].expires_s, 120U);
  EXPECT_EQ(changes.contacts[0].instance, "<urn:uuid:1>");
  EXPECT_EQ(changes.contacts[0].reg_id, 2U);
  EXPECT_EQ(changes.contacts[1].expires_s, 3600U);
  EXPECT_EQ(changes.contacts[1].q_thousandths, 1000U);
  EXPECT_EQ(changes.contacts[2].expires_s, 0U);
  EXPECT_THAT(changes.path, testing::ElementsAre("<sip:p1;lr>", "<sip:p2;lr>"));
  EXPECT_EQ(changes.call_id, "phone");
  EXPECT_EQ(changes.cseq, 1U);
}

TEST(ContactChanges, InstanceWithoutQuotesIsNone) {
  const std::string contact = "Contact: <sip:alice@192.0.2.1>;+sip.instance=abc\\";
  EXPECT_EQ(changes_of({contact}).contacts.at(0).instance, "") << "it would open a quote in the answers";
}

TEST(ContactChanges, TimeIsTheContactsThenTheHeadersThenAnHour) {
  const auto seconds = [](std::initializer_list<std::string_view> lines) {
    return changes_of(lines).contacts.at(0).expires_s;
  };
  EXPECT_EQ(seconds({"Contact: <sip:a@h>;expires=100", "Expires: 200"}), 100U);
  EXPECT_EQ(seconds({"Contact: <sip:a@h>", "Expires: 200"}), 200U);
  EXPECT_EQ(seconds({"Contact: <sip:a@h>"}), 3600U);
  EXPECT_EQ(seconds({"Contact: <sip:a@h>;expires=soon"}), 3600U) << "RFC 3261, 20.19";
  EXPECT_EQ(seconds({"Contact: <sip:a@h>", "Expires: 7200"}), 7200U);
  EXPECT_EQ(seconds({"Contact: <sip:a@h>", "Expires: 7201"}), 7200U) << "brought down";
  EXPECT_EQ(seconds({"Contact: <sip:a@h>", "Expires: 60"}), 60U);
  EXPECT_EQ(refusal_of({"Contact: <sip:a@h>", "Expires: 59"}), "423 60");
  EXPECT_EQ(seconds({"Contact: <sip:a@h>", "Expires: 0"}), 0U);
}

TEST(ContactChanges, WildcardStandsAloneAndMeansNow) {
  EXPECT_TRUE(changes_of({"Contact: *", "Expires: 0"}).remove_all);
  EXPECT_EQ(refusal_of({"Contact: *"}), "400 Bad Wildcard Contact");
  EXPECT_EQ(refusal_of({"Contact: *", "Expires: 60"}), "400 Bad Wildcard Contact");
  EXPECT_EQ(refusal_of({"Contact: *, <sip:a@h>", "Expires: 0"}), "400 Bad Wildcard Contact");
}

TEST(ContactChanges, OneBadContactRefusesTheWhole) {
  EXPECT_EQ(refusal_of({"Contact: <sip:a@h>, sip:b@h?Route=x"}), "400 Bad Contact");
  EXPECT_EQ(refusal_of({"Contact: <sip:a@h>", "Contact: <sip:b@h>;q=2"}), "400 Bad Contact");
  for (const char* q : {"1.001", "0.1234", ".5", "x", "", "0,5"})
    EXPECT_EQ(refusal_of({std::string{"Contact: <sip:a@h>;q="} + q}), "400 Bad Contact") << q;
  EXPECT_EQ(refusal_of({"Contact: <tel:+49>"}), "400 Contact Is No SIP URI");
}

TEST(ContactChanges, HaveLimits) {
  const auto contact = [](std::size_t size) { return "Contact: <sip:" + std::string(size - 6, 'a') + "@h>"; };
  EXPECT_EQ(refusal_of({contact(contact_maximum_bytes - 2)}), "accepted");
  EXPECT_EQ(refusal_of({contact(contact_maximum_bytes - 1)}), "400 Contact Too Long");
  std::string path = "Path: <sip:p>";
  for (std::size_t i = 1; i < path_values_maximum; ++i) path += ", <sip:p>";
  EXPECT_EQ(refusal_of({path}), "accepted");
  EXPECT_EQ(refusal_of({path + ", <sip:p>"}), "400 Bad Path");
}

TEST(ContactChanges, NameTheExtensionsTheyDoNotHave) {
  EXPECT_EQ(refusal_of({"Require: path"}), "accepted");
  EXPECT_EQ(refusal_of({"Require: path, outbound", "Require: gruu"}), "420 outbound, gruu");
}

}  // namespace
}  // namespace p2pns::sip
