#include "frontends/xmpp/request_table.hpp"

#include <gtest/gtest.h>

namespace p2pns::xmpp {
namespace {

using std::chrono::seconds;

using Added = RequestTable::Added;

const std::string asked = "d@p2p/e";

StanzaHead request(const std::string& id) { return {StanzaKind::iq, "get", id, "a@b/c", "D@p2p/e"}; }

TEST(RequestTable, AnAnswerIsTakenOnceAndOnlyFromWhoWasAsked) {
  RequestTable table;
  ASSERT_EQ(table.add(request("1"), asked, TimePoint{}), Added::yes);
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/other", "1"));
  EXPECT_FALSE(table.take("a@b/other", "d@p2p/e", "1"));
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/e", "2"));
  EXPECT_TRUE(table.take("a@b/c", "d@p2p/e", "1"));
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/e", "1"));
}

TEST(RequestTable, TheSameRequestWaitsOnce) {
  RequestTable table;
  EXPECT_EQ(table.add(request("1"), asked, TimePoint{}), Added::yes);
  EXPECT_EQ(table.add(request("1"), asked, TimePoint{}), Added::waits_already);
}

TEST(RequestTable, WhatIsLateComesBackOnce) {
  RequestTable table;
  const TimePoint begin{};
  table.add(request("1"), asked, begin + seconds{30});
  table.add(request("2"), asked, begin + seconds{31});
  EXPECT_TRUE(table.expire(begin + seconds{29}).empty());
  const auto late = table.expire(begin + seconds{30});
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late.front().id, "1");
  EXPECT_TRUE(table.expire(begin + seconds{30}).empty());
  EXPECT_EQ(table.size(), 1U);
}

TEST(RequestTable, WhatIsPutBackKeepsItsDeadline) {
  RequestTable table;
  const TimePoint begin{};
  table.add(request("1"), asked, begin + seconds{30});
  table.put_back(*table.take("a@b/c", asked, "1"), asked);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_TRUE(table.expire(begin + seconds{29}).empty());
  EXPECT_EQ(table.expire(begin + seconds{30}).size(), 1U);
}

TEST(RequestTable, IsBounded) {
  RequestTable table;
  for (std::size_t i = 0; i < requests_maximum; ++i)
    ASSERT_EQ(table.add(request(std::to_string(i)), asked, TimePoint{}), Added::yes);
  EXPECT_EQ(table.add(request("one more"), asked, TimePoint{}), Added::too_many);
  EXPECT_EQ(table.add(request("7"), asked, TimePoint{}), Added::waits_already);
  table.take("a@b/c", "d@p2p/e", "7");
  EXPECT_EQ(table.add(request("one more"), asked, TimePoint{}), Added::yes);
}

}  // namespace
}  // namespace p2pns::xmpp
