#include <gmock/gmock.h>

#include "frontends/xmpp/presence_book.hpp"

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

names::P2PName name(const std::string& label) { return {names::NameKind::label, "p2p", label}; }

TEST(PresenceBook, RemembersWhoIsAvailableToWhom) {
  PresenceBook book;
  const Presence bob{name("bob"), "phone", name("alice")};
  book.on_presence(bob, "");
  book.on_presence(bob, "");
  book.on_presence({name("bob"), "desk", name("alice")}, "");
  book.on_presence({name("bob"), "desk", name("alice")}, "unavailable");
  book.on_presence({name("carol"), "desk", name("alice")}, "probe");
  EXPECT_THAT(book.take_from(name("bob")), ElementsAre(bob));
  EXPECT_THAT(book.take_from(name("bob")), IsEmpty());
  EXPECT_EQ(book.size(), 0U);
}

TEST(PresenceBook, TakesOnlyTheOneWhoIsGone) {
  PresenceBook book;
  for (const char* from : {"alice", "bob", "carol"}) book.on_presence({name(from), "x", name("dave")}, "");
  EXPECT_EQ(book.take_from(name("bob")).size(), 1U);
  EXPECT_EQ(book.take_all().size(), 2U);
  EXPECT_EQ(book.size(), 0U);
}

TEST(PresenceBook, IsBounded) {
  PresenceBook book;
  for (std::size_t i = 0; i <= presences_maximum; ++i) book.on_presence({name("a"), "x", name(std::to_string(i))}, "");
  EXPECT_EQ(book.size(), presences_maximum);
}

TEST(PresenceBook, BoundsTheResourcesOfOneForAnother) {
  PresenceBook book;
  for (std::size_t i = 0; i <= resources_maximum; ++i) book.on_presence({name("a"), std::to_string(i), name("b")}, "");
  EXPECT_EQ(book.size(), resources_maximum);
  book.on_presence({name("a"), "7", name("b")}, "unavailable");
  book.on_presence({name("a"), "more", name("b")}, "");
  book.on_presence({name("a"), "8", name("b")}, "");
  EXPECT_EQ(book.size(), resources_maximum);
  book.on_presence({name("a"), "x", name("c")}, "");
  EXPECT_EQ(book.take_from(name("a")).size(), resources_maximum + 1) << "others are not concerned";
}

TEST(Subscriptions, FollowTheStanzas) {
  const Subscription none{};
  const Subscription asked{false, false, true};
  EXPECT_EQ(after(none, Direction::outgoing, "subscribe"), asked) << "not before the other has agreed";
  EXPECT_EQ(after(asked, Direction::incoming, "subscribed"), (Subscription{true, false}));
  EXPECT_EQ(after(asked, Direction::incoming, "unsubscribed"), none);
  EXPECT_EQ(after(asked, Direction::outgoing, "unsubscribe"), none);
  EXPECT_EQ(after(none, Direction::incoming, "subscribed"), none) << "nobody asked (RFC 6121, 3.1.6)";
  EXPECT_EQ(after(none, Direction::incoming, "subscribe"), none);
  EXPECT_EQ(after(none, Direction::outgoing, "subscribed"), (Subscription{false, true}));
  const Subscription both{true, true};
  EXPECT_EQ(after(both, Direction::outgoing, "unsubscribe"), (Subscription{false, true}));
  EXPECT_EQ(after(both, Direction::incoming, "unsubscribed"), (Subscription{false, true}));
  EXPECT_EQ(after(both, Direction::outgoing, "unsubscribed"), (Subscription{true, false}));
  EXPECT_EQ(after(both, Direction::incoming, "unsubscribe"), (Subscription{true, false}));
  EXPECT_EQ(after(both, Direction::outgoing, "subscribe"), both) << "there is nothing to wait for";
  EXPECT_EQ(after(both, Direction::incoming, ""), both);
}

}  // namespace
}  // namespace p2pns::xmpp
