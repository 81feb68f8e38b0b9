// A node that joins: what it pulls, from whom it believes it, and what it says meanwhile.
#include "core/dht/range_pull.hpp"

#include <algorithm>

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

class RangePullTest : public testing::Test {
 protected:
  RangePullTest() { make_overlay(30); }
  void make_overlay(std::size_t nodes, std::size_t liars = 0) {
    overlay.emplace(nodes, 7, liars);
    overlay->start_replication();
    owner.emplace(overlay->random);
    rival.emplace(overlay->random);
    overlay->network.run_for(3s);  // they have pulled what there was: nothing
  }
  /// At every node that should have it, without the work of a claim.
  void store_everywhere(const VerifiedRecord& record, std::size_t copies = storing_nodes) {
    const Key key = record.key();
    std::vector<DhtNode*> nodes;
    for (std::size_t i = 0; i < overlay->size(); ++i)
      if (overlay->node(i).on) nodes.push_back(&overlay->node(i));
    std::ranges::sort(nodes, [&](auto* left, auto* right) {
      return closer(key, left->identity.node_id(), right->identity.node_id());
    });
    for (std::size_t i = 0; i < std::min(copies, nodes.size()); ++i)
      nodes[i]->store.put(record, [](const Result<void>&) {}).detach();
  }
  DhtNode& join() {
    DhtNode& newcomer = overlay->add_node();
    newcomer.dht->start_replication();
    overlay->introduce();
    newcomer.routing.set_joined(true);
    return newcomer;
  }
  bool ready(const DhtNode& node) { return node.dht->replication().range_ready; }
  bool wait_until_ready(const DhtNode& node, Duration limit = 1min) {
    return overlay->network.run_until([&] { return ready(node); }, limit);
  }
  std::vector<std::string> labels(std::size_t count) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back("name" + std::to_string(i));
    return result;
  }
  std::optional<VerifiedRecord> at(const DhtNode& node, std::string_view label) {
    return node.store.find(name_position("p2p", label, 0), RecordType::binding);
  }
  bool belongs_to(const DhtNode& node, std::string_view label) {
    return node.routing.responsible_for(name_position("p2p", label, 0), storing_nodes);
  }

  std::optional<DhtOverlay> overlay;
  std::optional<Owner> owner;
  std::optional<Owner> rival;
};

TEST_F(RangePullTest, NewcomerHoldsAllRecordsOfItsRangeAndNoOthers) {
  const auto names = labels(300);
  for (const auto& label : names) store_everywhere(verified(owner->binding(label), *owner));
  DhtNode& newcomer = join();
  ASSERT_TRUE(wait_until_ready(newcomer));
  std::size_t own = 0;
  for (const auto& label : names) {
    EXPECT_EQ(at(newcomer, label).has_value(), belongs_to(newcomer, label)) << label;
    own += belongs_to(newcomer, label) ? 1 : 0;
  }
  EXPECT_GT(own, 100U);
  EXPECT_EQ(newcomer.dht->replication().counters.pulled, own);
  EXPECT_EQ(newcomer.dht->replica().counters().writes, 0U) << "no owner asked for it";
}

TEST_F(RangePullTest, NewcomerNeverSaysThatANameOfItsRangeDoesNotExist) {
  const auto names = labels(100);
  for (const auto& label : names) store_everywhere(verified(owner->binding(label), *owner));
  DhtNode& newcomer = overlay->add_node();
  newcomer.dht->start_replication();
  overlay->introduce();
  std::size_t not_ready = 0, shown = 0, wrong = 0;
  std::vector<Operation> calls;
  const auto ask_all = [&] {
    for (const auto& label : names) {
      if (!belongs_to(newcomer, label)) continue;
      const wire::Get get{name_position("p2p", label, 0), static_cast<std::uint8_t>(RecordType::binding)};
      calls.push_back(overlay->node(0).channel.call(newcomer.handle(), MessageType::get, wire::encode(get), 1000,
                                                    [&](const Result<rpc::Answer>& answer) {
                                                      ASSERT_TRUE(answer);
                                                      if (answer->type == MessageType::not_ready)
                                                        return void(++not_ready);
                                                      const auto value = wire::decode_value(answer->body, {0, 0});
                                                      ++(value->record.empty() ? wrong : shown);
                                                    }));
    }
  };
  ask_all();
  newcomer.routing.set_joined(true);
  for (int i = 0; i < 200 && !ready(newcomer); ++i) {
    ask_all();
    overlay->network.run_for(10ms);
  }
  ASSERT_TRUE(ready(newcomer));
  ask_all();
  overlay->network.run_for(1s);
  EXPECT_EQ(wrong, 0U);
  EXPECT_GT(not_ready, 100U);
  EXPECT_GT(shown, 50U);
  EXPECT_EQ(newcomer.dht->replica().counters().reads_empty, 0U);
}

TEST_F(RangePullTest, OutsideOfItsRangeItAnswersFromTheStart) {
  DhtNode& newcomer = overlay->add_node();
  newcomer.dht->start_replication();
  overlay->introduce();
  newcomer.routing.set_joined(true);
  Key far = newcomer.identity.node_id();
  far.value[0] ^= std::byte{0xff};
  ASSERT_FALSE(newcomer.routing.responsible_for(far, storing_nodes));
  EXPECT_TRUE(newcomer.dht->replica().ready_for(far));
  EXPECT_FALSE(newcomer.dht->replica().ready_for(newcomer.identity.node_id()));
  EXPECT_FALSE(newcomer.dht->replica().ready());
}

TEST_F(RangePullTest, TakesTheOwnerThatMostNeighboursShow) {
  const auto names = labels(60);
  for (const auto& label : names) {
    store_everywhere(verified(owner->binding(label), *owner));
    store_everywhere(verified(rival->binding(label), *rival), 2);  // two replicas show another
  }
  DhtNode& newcomer = join();
  ASSERT_TRUE(wait_until_ready(newcomer));
  for (const auto& label : names) {
    if (!belongs_to(newcomer, label)) continue;
    ASSERT_TRUE(at(newcomer, label)) << label;
    EXPECT_EQ(at(newcomer, label)->owner(), owner->keys.public_key()) << label;
  }
}

TEST_F(RangePullTest, TakesTheNewestRecordOfThatOwner) {
  std::vector<VerifiedRecord> held(3, verified(owner->binding("alice", 3), *owner));
  held.push_back(verified(owner->binding("alice", 4), *owner));
  EXPECT_EQ(most_held(held, 5)->sequence(), 4U);
}

TEST_F(RangePullTest, DecidesByMoreThanHalfOfThoseAsked) {
  const VerifiedRecord ours = verified(owner->binding("alice"), *owner);
  const VerifiedRecord theirs = verified(rival->binding("alice"), *rival);
  EXPECT_FALSE(most_held({}, 5));
  EXPECT_FALSE(most_held({ours, ours}, 4));
  EXPECT_TRUE(most_held({ours, ours, theirs}, 3));
  EXPECT_FALSE(most_held({ours, ours, theirs, theirs}, 4));
  EXPECT_TRUE(most_held({ours}, 1));
}

// Back after a long time: others have agreed on somebody else meanwhile.
TEST_F(RangePullTest, WhatMostNeighboursShowReplacesWhatItRemembers) {
  make_overlay(20);  // so few that everybody stores everything
  store_everywhere(verified(owner->binding("alice"), *owner));
  DhtNode& back = overlay->add_node();
  back.store.put(verified(rival->binding("alice"), *rival), [](const Result<void>&) {}).detach();
  back.store.put(verified(rival->binding("only-here"), *rival), [](const Result<void>&) {}).detach();
  back.dht->start_replication();
  overlay->introduce();
  back.routing.set_joined(true);
  ASSERT_TRUE(wait_until_ready(back));
  EXPECT_EQ(at(back, "alice")->owner(), owner->keys.public_key());
  EXPECT_TRUE(at(back, "only-here")) << "an overlay that restarts as a whole comes back from such stores";
}

TEST_F(RangePullTest, WhatItHasAlreadyIsNotSentAgain) {
  const auto names = labels(300);
  for (const auto& label : names) store_everywhere(verified(owner->binding(label), *owner));
  DhtNode& back = overlay->add_node();
  for (const auto& label : names)
    back.store.put(verified(owner->binding(label), *owner), [](const Result<void>&) {}).detach();
  back.dht->start_replication();
  overlay->introduce();
  overlay->network.clear_captured();
  back.routing.set_joined(true);
  ASSERT_TRUE(wait_until_ready(back));
  std::size_t bytes = 0;
  for (const auto& datagram : overlay->network.captured())
    if (datagram.to == back.host.address()) bytes += datagram.bytes.size();
  EXPECT_EQ(back.dht->replication().counters.pulled, 0U);
  EXPECT_LT(bytes, 300U * 5 * 60) << "8 bytes a record and neighbour, and the rest of the datagrams";
}

TEST_F(RangePullTest, ASingleNodeIsReadyAtOnce) {
  overlay.emplace(0, 9);
  DhtNode& alone = overlay->add_node();
  alone.dht->start_replication();
  alone.routing.set_joined(true);
  EXPECT_TRUE(wait_until_ready(alone, 1ms));
}

TEST_F(RangePullTest, NodesThatRestartTogetherReadEachOtherOut) {
  overlay.emplace(0, 11);
  const VerifiedRecord record = verified(owner->binding("alice"), *owner);
  for (int i = 0; i < 20; ++i) {
    DhtNode& node = overlay->add_node();
    if (i < 15) node.store.put(record, [](const Result<void>&) {}).detach();
    node.dht->start_replication();
  }
  overlay->introduce();
  for (std::size_t i = 0; i < 20; ++i) overlay->node(i).routing.set_joined(true);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_TRUE(wait_until_ready(overlay->node(i), 5s));
  EXPECT_GE(overlay->holders("alice", *owner), 15U);
}

TEST_F(RangePullTest, SilentNeighboursDoNotKeepItOut) {
  const auto names = labels(20);
  for (const auto& label : names) store_everywhere(verified(owner->binding(label), *owner));
  for (std::size_t i = 0; i < 8; ++i) overlay->node(i).host.on_datagram(nullptr);
  DhtNode& newcomer = join();
  ASSERT_TRUE(wait_until_ready(newcomer, 30s));
  for (const auto& label : names)
    if (belongs_to(newcomer, label)) {
      EXPECT_TRUE(at(newcomer, label)) << label;
    }
}

/// Answers PULL_RANGE as the test says.
void feed(DhtNode& liar, std::function<wire::RangePage(const wire::PullRange&)> page) {
  liar.channel.serve(MessageType::pull_range,
                     [page = std::move(page)](const rpc::Request& request, const rpc::Responder& respond) {
                       respond(MessageType::range_page, wire::encode(page(*wire::decode_pull_range(request.body))));
                     });
}

class LiarPullTest : public RangePullTest {
 protected:
  /// Two of every five nodes lie.
  void make_liars(const std::function<wire::RangePage(const wire::PullRange&)>& page) {
    make_overlay(12, 5);
    for (std::size_t i = 12; i < 17; ++i) feed(overlay->node(i), page);
    for (const auto& label : labels(20)) store_everywhere(verified(owner->binding(label), *owner));
  }
  void expect_all_pulled(const DhtNode& newcomer) {
    for (const auto& label : labels(20)) {
      ASSERT_TRUE(at(newcomer, label)) << label;
      EXPECT_EQ(at(newcomer, label)->owner(), owner->keys.public_key()) << label;
    }
  }
};

TEST_F(LiarPullTest, EndlessInventionsDoNotKeepItOut) {
  int invented = 0;
  make_liars([&](const wire::PullRange& pull) {
    // Some name whose position lies in the range and behind what was read: records that verify.
    for (;; ++invented) {
      const VerifiedRecord record = verified(rival->binding("x" + std::to_string(invented)), *rival);
      const bool ahead = !pull.after || record.key() > pull.after->key;
      if (!contains({pull.from, pull.to}, record.key()) || !ahead) continue;
      return wire::RangePage{0, {{1, record.bytes()}}, wire::WirePlace{record.key(), 1}};
    }
  });
  DhtNode& newcomer = join();
  ASSERT_TRUE(wait_until_ready(newcomer, 2min));
  expect_all_pulled(newcomer);
  EXPECT_EQ(newcomer.store.size(), 20U) << "nothing that only liars show";
}

TEST_F(LiarPullTest, PagesThatGoBackOrBreakOffAreLies) {
  const std::vector<std::function<wire::RangePage(const wire::PullRange&)>> lies = {
      [](const wire::PullRange& pull) {
        return wire::RangePage{0, {}, wire::WirePlace{pull.from, 0}};
      },
      [](const wire::PullRange&) {
        return wire::RangePage{0, {{1, ByteVector(200)}}, {}};
      },
      [this](const wire::PullRange& pull) {
        const VerifiedRecord record = verified(rival->binding("elsewhere"), *rival);
        const bool inside = contains({pull.from, pull.to}, record.key());
        return wire::RangePage{0,
                               inside ? std::vector<wire::TypedRecord>{{9, ByteVector(8)}}
                                      : std::vector<wire::TypedRecord>{{1, record.bytes()}},
                               {}};
      },
  };
  for (const auto& lie : lies) {
    make_liars([&lie](const wire::PullRange& pull) {
      wire::RangePage page = lie(pull);
      if (page.last && pull.after) page.last = pull.after;  // no step forward
      return page;
    });
    DhtNode& newcomer = join();
    ASSERT_TRUE(wait_until_ready(newcomer, 30s));
    expect_all_pulled(newcomer);
    EXPECT_GT(newcomer.dht->replication().counters.lies, 0U);
  }
}

}  // namespace
}  // namespace p2pns::dht
