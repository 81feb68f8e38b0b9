#include "frontends/xmpp/request_table.hpp"

#include <gtest/gtest.h>

namespace p2pns::xmpp {
namespace {

using std::chrono::seconds;

StanzaHead request(const std::string& id) { return {StanzaKind::iq, "get", id, "a@b/c", "d@p2p/e"}; }

TEST(RequestTable, AnAnswerIsTakenOnceAndOnlyFromWhoWasAsked) {
  RequestTable table;
  ASSERT_TRUE(table.add(request("1"), TimePoint{}));
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/other", "1"));
  EXPECT_FALSE(table.take("a@b/other", "d@p2p/e", "1"));
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/e", "2"));
  EXPECT_TRUE(table.take("a@b/c", "d@p2p/e", "1"));
  EXPECT_FALSE(table.take("a@b/c", "d@p2p/e", "1"));
}

TEST(RequestTable, TheSameRequestWaitsOnce) {
  RequestTable table;
  EXPECT_TRUE(table.add(request("1"), TimePoint{}));
  EXPECT_FALSE(table.add(request("1"), TimePoint{}));
}

TEST(RequestTable, WhatIsLateComesBackOnce) {
  RequestTable table;
  const TimePoint begin{};
  table.add(request("1"), begin + seconds{30});
  table.add(request("2"), begin + seconds{31});
  EXPECT_TRUE(table.expire(begin + seconds{29}).empty());
  const auto late = table.expire(begin + seconds{30});
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late.front().id, "1");
  EXPECT_TRUE(table.expire(begin + seconds{30}).empty());
  EXPECT_EQ(table.size(), 1U);
}

TEST(RequestTable, IsBounded) {
  RequestTable table;
  for (std::size_t i = 0; i < requests_maximum; ++i) ASSERT_TRUE(table.add(request(std::to_string(i)), TimePoint{}));
  EXPECT_FALSE(table.add(request("one more"), TimePoint{}));
  table.take("a@b/c", "d@p2p/e", "7");
  EXPECT_TRUE(table.add(request("one more"), TimePoint{}));
}

}  // namespace
}  // namespace p2pns::xmpp
