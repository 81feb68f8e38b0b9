#include "core/names/dht_name_service.hpp"

#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

class DhtNameServiceTest : public test::NamesTest {};

TEST_F(DhtNameServiceTest, TellsWhatAnOperatorWantsToSee) {
  test::TestNode& node = add_node();
  test::TestNode& other = add_node();
  ASSERT_TRUE(register_name(node, name("alice.p2p")));
  ASSERT_TRUE(register_name(other, name("bob.p2p")));
  ASSERT_EQ(resolve(node, name("bob.p2p"))->outcome, Outcome::found);
  network.run_for(5s);
  const NodeStatus status = node.service->status();
  EXPECT_EQ(status.node_id, node.identity.node_id());
  EXPECT_EQ(status.public_key, node.identity.public_key());
  EXPECT_EQ(status.network_id, "names-test");
  EXPECT_TRUE(status.joined);
  EXPECT_EQ(status.known_nodes, 12U);
  EXPECT_EQ(status.siblings, 5U);
  EXPECT_EQ(status.records_stored, 34U);
  EXPECT_EQ(status.dht_writes, 56U);
  EXPECT_EQ(status.names_owned, 1U);
  EXPECT_EQ(status.names_cached, 1U);
  EXPECT_EQ(status.observed_address, node.host.address());
  EXPECT_GT(status.rpc.answers_received, 0U);
  EXPECT_EQ(status.uptime, network.now() - p2pns::test::network_start);
}

TEST(ResultCode, FollowsTheDraft) {
  EXPECT_EQ(result_code(Outcome::found), ResultCode::ok);
  EXPECT_EQ(result_code(Outcome::no_such_name), ResultCode::refused);
  for (const Outcome outcome : {Outcome::contested, Outcome::not_reachable, Outcome::timed_out, Outcome::owner_offline})
    EXPECT_EQ(result_code(outcome), ResultCode::overlay_unavailable) << to_string(outcome);
  EXPECT_EQ(result_code(boost::system::error_code{}), ResultCode::ok);
  for (const Errc error : {Errc::name_taken, Errc::contested, Errc::bad_name, Errc::too_large, Errc::not_owner})
    EXPECT_EQ(result_code(make_error_code(error)), ResultCode::refused) << name_of(error);
  for (const Errc error : {Errc::no_peers, Errc::not_reachable, Errc::timed_out, Errc::overloaded})
    EXPECT_EQ(result_code(make_error_code(error)), ResultCode::overlay_unavailable) << name_of(error);
}

TEST(Outcome, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Outcome outcome : {Outcome::found, Outcome::no_such_name, Outcome::contested, Outcome::not_reachable,
                                Outcome::timed_out, Outcome::owner_offline})
    names.insert(to_string(outcome));
  EXPECT_EQ(names.size(), 6U);
}

}  // namespace
}  // namespace p2pns::names
