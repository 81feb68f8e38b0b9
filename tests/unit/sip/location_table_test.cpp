#include "frontends/sip/location_table.hpp"

#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Aor aor(std::string label, std::string user = {}) {
  return {{names::NameKind::label, "p2p", std::move(label)}, std::move(user)};
}

struct LocationTableTest : testing::Test {
  /// The status of a refusal; 0: it was done.
  int apply(std::initializer_list<std::string_view> lines, const std::string& call_id = "phone") {
    auto changes = std::get<ContactChanges>(read_contact_changes(read(register_text("alice@p2p", lines, ++cseq)), {}));
    changes.call_id = call_id;
    const auto refusal = table.apply(alice, changes, flow, now);
    return refusal ? refusal->status : 0;
  }
  std::vector<std::string> contacts() const {
    std::vector<std::string> texts;
    for (const Location& location : table.find(alice, now)) texts.push_back(location.contact.text);
    return texts;
  }

  LocationTable table{LocationLimits{3, 4, 2}};
  const Aor alice = aor("alice");
  Flow flow{TransportKind::udp, *parse_endpoint("127.0.0.1:5070"), 0};
  TimePoint now{std::chrono::hours{1}};
  unsigned cseq = 0;
};

TEST_F(LocationTableTest, KeepsAPhoneForItsTime) {
  EXPECT_EQ(apply({"Contact: <sip:a@h?subject=x>;expires=60", "Path: <sip:p;lr>"}), 0);
  ASSERT_THAT(contacts(), ElementsAre("sip:a@h?subject=x"));
  const Location location = table.find(alice, now).at(0);
  EXPECT_EQ(location.target, "sip:a@h");
  EXPECT_EQ(location.flow, flow);
  EXPECT_THAT(location.path, ElementsAre("<sip:p;lr>"));
  now += std::chrono::seconds{60} - Duration{1};
  EXPECT_EQ(contacts().size(), 1U);
  now += Duration{1};
  EXPECT_THAT(contacts(), IsEmpty());
  EXPECT_EQ(table.addresses(), 1U);
  table.expire(now);
  EXPECT_EQ(table.addresses(), 0U);
}

TEST_F(LocationTableTest, PutsTheWantedFirstAndThenTheFreshest) {
  EXPECT_EQ(apply({"Contact: <sip:a@h>;q=0.5, <sip:b@h>;q=0.9, <sip:c@h>;q=0.5"}), 0);
  EXPECT_THAT(contacts(), ElementsAre("sip:b@h", "sip:c@h", "sip:a@h"));
}

TEST_F(LocationTableTest, RefreshReplacesTheSamePlace) {
  EXPECT_EQ(apply({"Contact: <sip:a@H>;expires=60"}), 0);
  EXPECT_EQ(apply({"Contact: <sip:%61@h>;expires=600"}, "another call"), 0);
  EXPECT_THAT(contacts(), ElementsAre("sip:%61@h"));
}

TEST_F(LocationTableTest, KnowsAPhoneByItsInstanceWhenItMoved) {
  EXPECT_EQ(apply({"Contact: <sip:a@h:1>;+sip.instance=\"<urn:1>\";reg-id=1"}), 0);
  EXPECT_EQ(apply({"Contact: <sip:a@h:2>;+sip.instance=\"<urn:1>\";reg-id=2"}), 0);
  EXPECT_EQ(apply({"Contact: <sip:a@h:3>;+sip.instance=\"<urn:1>\";reg-id=1"}, "after a restart"), 0);
  EXPECT_THAT(contacts(), ElementsAre("sip:a@h:3", "sip:a@h:2"));
}

TEST_F(LocationTableTest, RefusesWhatOvertookALaterRequest) {
  cseq = 10;
  EXPECT_EQ(apply({"Contact: <sip:a@h>"}), 0);
  cseq = 10;
  EXPECT_EQ(apply({"Contact: <sip:a@h>;expires=0"}), 500) << "the same CSeq again";
  cseq = 5;
  EXPECT_EQ(apply({"Contact: *", "Expires: 0"}), 500);
  EXPECT_EQ(apply({"Contact: <sip:b@h>, <sip:a@h>"}), 500);
  EXPECT_THAT(contacts(), ElementsAre("sip:a@h")) << "all or nothing";
  EXPECT_EQ(apply({"Contact: <sip:b@h>"}), 0) << "it touches no other phone";
  EXPECT_EQ(apply({"Contact: *", "Expires: 0"}, "another call"), 0);
  EXPECT_THAT(contacts(), IsEmpty());
}

TEST_F(LocationTableTest, HasAMaximumOfContacts) {
  EXPECT_EQ(apply({"Contact: <sip:a@h>, <sip:b@h>"}), 0);
  EXPECT_EQ(apply({"Contact: <sip:c@h>, <sip:d@h>"}), 403);
  EXPECT_EQ(contacts().size(), 2U) << "all or nothing";
  EXPECT_EQ(apply({"Contact: <sip:c@h>"}), 0);
  EXPECT_EQ(apply({"Contact: <sip:d@h>"}), 403);
  EXPECT_EQ(apply({"Contact: <sip:d@h>, <sip:a@h>;expires=0"}), 0);
  EXPECT_EQ(contacts().size(), 3U);
}

TEST_F(LocationTableTest, HasAMaximumOfAddresses) {
  const auto changes =
      std::get<ContactChanges>(read_contact_changes(read(register_text("a@p2p", {"Contact: <sip:a@h>"})), {}));
  const auto status = [&](const Aor& address) {
    const auto refusal = table.apply(address, changes, flow, now);
    return refusal ? refusal->status : 0;
  };
  EXPECT_EQ(status(aor("alice", "x")), 0);
  EXPECT_EQ(status(aor("alice")), 0);
  EXPECT_EQ(status(aor("alice", "y")), 403) << "two of one name";
  EXPECT_EQ(status(aor("bob")), 0);
  EXPECT_EQ(status(aor("carol")), 0);
  EXPECT_EQ(status(aor("dave")), 503) << "four in all";
  now += std::chrono::hours{2};
  table.expire(now);
  EXPECT_EQ(status(aor("dave")), 0);
}

TEST_F(LocationTableTest, AQuestionChangesNothing) {
  EXPECT_EQ(apply({}), 0);
  EXPECT_EQ(table.addresses(), 0U);
  EXPECT_EQ(apply({"Contact: <sip:a@h>;expires=0"}), 0) << "nothing to remove";
  EXPECT_EQ(table.addresses(), 0U);
}

}  // namespace
}  // namespace p2pns::sip
