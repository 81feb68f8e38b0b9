#include "frontends/xmpp/request_table.hpp"

#include <gtest/gtest.h>

namespace p2pns::xmpp {
namespace {

using std::chrono::seconds;

using Added = RequestTable::Added;

const std::string asked = "d@p2p/e";

StanzaHead request(const std::string& id, const std::string& asker = "a@b/c") {
  return {StanzaKind::iq, "get", id, asker, "D@p2p/e"};
}

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
  for (std::size_t i = 0; i < requests_maximum; ++i) {
    const std::string asker = i == 7 ? "a@b/c" : "user" + std::to_string(i % 100) + "@b/c";
    ASSERT_EQ(table.add(request(std::to_string(i), asker), asked, TimePoint{}), Added::yes);
  }
  EXPECT_EQ(table.add(request("one more"), asked, TimePoint{}), Added::too_many);
  EXPECT_EQ(table.add(request("7"), asked, TimePoint{}), Added::waits_already);
  table.take("a@b/c", "d@p2p/e", "7");
  EXPECT_EQ(table.add(request("one more"), asked, TimePoint{}), Added::yes);
}

TEST(RequestTable, OneUserLeavesOthersRoom) {
  RequestTable table;
  const TimePoint begin{};
  for (std::size_t i = 0; i < requests_per_user_maximum; ++i) {
    const std::string id = std::to_string(i);
    ASSERT_EQ(table.add(request(id, i % 2 == 0 ? "a@b/c" : "a@b/d"), asked, begin), Added::yes);
  }
  EXPECT_EQ(table.add(request("x", "a@b/new"), asked, begin + seconds{9}), Added::too_many) << "at any device";
  EXPECT_EQ(table.add(request("x", "other@b/c"), asked, begin + seconds{9}), Added::yes);
  table.put_back(*table.take("a@b/c", asked, "0"), asked);
  EXPECT_EQ(table.add(request("x"), asked, begin + seconds{9}), Added::too_many);
  table.take("a@b/c", asked, "0");
  EXPECT_EQ(table.add(request("x"), asked, begin + seconds{9}), Added::yes);
  table.expire(begin);
  for (std::size_t i = 1; i < requests_per_user_maximum; ++i)
    ASSERT_EQ(table.add(request(std::to_string(i)), asked, begin), Added::yes);
  EXPECT_EQ(table.add(request("y"), asked, begin), Added::too_many);
}

}  // namespace
}  // namespace p2pns::xmpp
