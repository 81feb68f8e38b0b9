// HIT statements and weak records at the replicas: written, read, refused, replaced, and moved with the nodes.
#include <algorithm>

#include "core/dht/replication.hpp"
#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

class HipOverlay : public testing::Test {
 protected:
  explicit HipOverlay(std::size_t nodes = 40) : overlay(nodes, 11) {}

  Result<Tally> publish(const SignedRecord& record, std::size_t at = 0) {
    std::optional<Result<Tally>> result;
    const Operation operation =
        overlay.node(at).dht->publish(record, [&result](const Result<Tally>& tally) { result = tally; });
    return overlay.wait_for(result);
  }
  GatherResult gather(const Key& position, std::vector<RecordType> types, std::size_t at = 1) {
    std::optional<GatherResult> result;
    const Operation operation =
        overlay.node(at).dht->gather(position, std::move(types), std::chrono::seconds{10},
                                     [&result](GatherResult found) { result = std::move(found); });
    return overlay.wait_for(result);
  }
  GatherResult gather_hit(const Host& host) { return gather(host.position(), {RecordType::host_identity}); }
  GatherResult gather_weak(const Key& key) {
    return gather(hip_position(key), {weak_type(0), weak_type(1), weak_type(2), weak_type(3)});
  }
  /// The live nodes nearest to the position, nearest first.
  std::vector<DhtNode*> nearest(const Key& position) {
    std::vector<DhtNode*> nodes;
    for (std::size_t i = 0; i < overlay.size(); ++i)
      if (overlay.node(i).on) nodes.push_back(&overlay.node(i));
    std::ranges::sort(nodes, [&position](const DhtNode* left, const DhtNode* right) {
      return closer(position, left->identity.node_id(), right->identity.node_id());
    });
    nodes.resize(std::min(nodes.size(), storing_nodes));
    return nodes;
  }
  std::size_t holders(const VerifiedRecord& record) {
    return static_cast<std::size_t>(std::ranges::count_if(nearest(record.key()), [&record](const DhtNode* node) {
      return node->store.find(record.key(), record.type()) == record;
    }));
  }
  void put(DhtNode& node, const VerifiedRecord& record) {
    node.store.put(record, [](const Result<void>&) {}).detach();
  }
  SignedRecord weak(int number, const Key& key, ByteVector value, std::uint64_t sequence = weak_now) {
    const auto node = weak_node(number);
    return *sign(weak_statement(node, key, std::move(value), sequence), node, test_parameters());
  }

  DhtOverlay overlay;
};

TEST_F(HipOverlay, AStatementIsFoundElsewhere) {
  for (const char* name : {"rsa-2048", "p256", "p384", "ed25519"}) {
    const Host host{name};
    const SignedRecord record = host.record();  // ECDSA signs differently every time
    const auto tally = publish(record);
    ASSERT_TRUE(tally) << name << ": " << tally.error().message();
    EXPECT_EQ(tally->agreeing, kbr::siblings_per_key) << name;
    const auto found = gather_hit(host);
    ASSERT_EQ(found.records.size(), 1U) << name;
    EXPECT_EQ(found.records.front(), verified(record)) << name;
  }
}

TEST_F(HipOverlay, NobodysHitIsNoError) {
  const auto found = gather_hit(Host{});
  EXPECT_FALSE(found.error);
  EXPECT_TRUE(found.records.empty());
  EXPECT_GT(found.answered, kbr::siblings_per_key / 2);
}

TEST_F(HipOverlay, AReplayedSequenceIsRefused) {
  const Host host;
  ASSERT_TRUE(publish(host.record(5)));
  ASSERT_TRUE(publish(host.record(6)));
  EXPECT_EQ(publish(host.record(5)).error(), Errc::stale_sequence);
  HitStatement changed = host.statement(6);
  changed.locators = {*parse_ip_address("198.51.100.9")};
  EXPECT_EQ(publish(host.sign(changed)).error(), Errc::stale_sequence);
  EXPECT_EQ(gather_hit(host).records.front().sequence(), 6U);
}

TEST_F(HipOverlay, AForgedStatementIsStoredNowhere) {
  const Host host;
  SignedRecord forged = host.record();
  forged.bytes.back() ^= std::byte{1};
  EXPECT_EQ(publish(forged).error(), Errc::bad_signature);
  EXPECT_TRUE(gather_hit(host).records.empty());
}

TEST_F(HipOverlay, TheNewestStatementThatAnybodyShowsIsBelieved) {
  const Host host;
  ASSERT_TRUE(publish(host.record(1)));
  put(*nearest(host.position()).front(), verified(host.record(2)));
  const auto found = gather_hit(host);
  ASSERT_EQ(found.records.size(), 1U);
  EXPECT_EQ(found.records.front().sequence(), 2U);
}

TEST_F(HipOverlay, SeveralNodesHaveAValueUnderOneKey) {
  std::vector<RecordType> places;
  std::size_t values = 0;
  for (int number = 1; number < 40 && values < weak_places; ++number) {
    const auto record = weak(number, name_key(), ByteVector(static_cast<std::size_t>(number)));
    if (std::ranges::count(places, record.type)) continue;
    places.push_back(record.type);
    ASSERT_TRUE(publish(record));
    ++values;
  }
  EXPECT_EQ(gather_weak(name_key()).records.size(), weak_places);
}

TEST_F(HipOverlay, AWeakRecordDoesNotReplaceAStatement) {
  ASSERT_TRUE(publish(weak(1, openhip_key(), openhip_hdrr())));
  const auto found = gather(hip_position(openhip_key()), {RecordType::host_identity});
  EXPECT_TRUE(found.records.empty());
  EXPECT_EQ(gather_weak(openhip_key()).records.size(), 1U);
}

TEST_F(HipOverlay, AnOlderValueGivesWay) {
  ASSERT_TRUE(publish(weak(1, name_key(), ByteVector(2), weak_now)));
  EXPECT_EQ(publish(weak(1, name_key(), ByteVector(1), weak_now - 1)).error(), Errc::stale_sequence);
  ASSERT_TRUE(publish(weak(1, name_key(), ByteVector(3), weak_now + 1)));
  const auto found = gather_weak(name_key());
  ASSERT_EQ(found.records.size(), 1U);
  EXPECT_EQ(decode_weak_statement(found.records.front().bytes())->value.size(), 3U);
}

class HipReplication : public HipOverlay {
 protected:
  HipReplication() {
    overlay.start_replication();
    overlay.network.run_for(3s);
  }
  bool wait_for_all(const VerifiedRecord& record, Duration limit) {
    return overlay.network.run_until([&] { return holders(record) == storing_nodes; }, limit);
  }
};

TEST_F(HipReplication, WhoMovesUpAfterACrashGetsBoth) {
  const Host host;
  const auto statement = verified(host.record());
  const auto value = verified(weak(1, name_key(), ByteVector(5)));
  for (const VerifiedRecord& record : {statement, value}) {
    for (DhtNode* node : nearest(record.key())) put(*node, record);
    nearest(record.key()).front()->switch_off();
  }
  overlay.introduce();
  EXPECT_TRUE(wait_for_all(statement, repair_delay_maximum + 5s));
  EXPECT_TRUE(wait_for_all(value, repair_delay_maximum + 5s));
}

TEST_F(HipReplication, MissingOnesAreFoundByComparing) {
  const Host host;
  const auto statement = verified(host.record());
  const auto value = verified(weak(1, openhip_key(), openhip_hdrr()));
  for (const VerifiedRecord& record : {statement, value}) {
    const auto nodes = nearest(record.key());
    for (std::size_t i = 0; i < kbr::siblings_per_key; ++i) put(*nodes[i], record);
  }
  EXPECT_TRUE(wait_for_all(statement, 20min));
  EXPECT_TRUE(wait_for_all(value, 20min));
}

TEST_F(HipReplication, TheNewerOneWinsEverywhere) {
  const Host host;
  const auto nodes = nearest(host.position());
  for (DhtNode* node : nodes) put(*node, verified(host.record(1)));
  put(*nodes[3], verified(host.record(2)));
  EXPECT_TRUE(wait_for_all(verified(host.record(2)), 20min));
}

TEST_F(HipReplication, ANewNodePullsThem) {
  const Host host;
  const auto statement = verified(host.record());
  const auto value = verified(weak(1, name_key(), ByteVector(5)));
  for (const VerifiedRecord& record : {statement, value})
    for (DhtNode* node : nearest(record.key())) put(*node, record);
  // Not the majority's, and still taken: it proves itself.
  put(*nearest(host.position()).front(), verified(host.record(2)));
  DhtNode& newcomer = overlay.add_node();
  newcomer.dht->start_replication();
  overlay.introduce();
  newcomer.routing.set_joined(true);
  ASSERT_TRUE(overlay.network.run_until([&] { return newcomer.dht->replication().range_ready; }, 1min));
  EXPECT_TRUE(overlay.network.run_until(
      [&] {
        const bool near_statement = std::ranges::count(nearest(host.position()), &newcomer) > 0;
        const bool near_value = std::ranges::count(nearest(value.key()), &newcomer) > 0;
        return (!near_statement || newcomer.store.find(host.position(), RecordType::host_identity)) &&
               (!near_value || newcomer.store.find(value.key(), value.type()));
      },
      20min));
}

TEST_F(HipOverlay, ARevokedHitTakesItsPacketsWithIt) {
  const Host host{"rsa-2048"};
  const Key key = crypto::hit_key_of(host.hit);
  const auto value = weak(1, key, packet_of(host, host.key));
  ASSERT_TRUE(publish(value));
  ASSERT_TRUE(publish(host.record(1)));
  EXPECT_EQ(gather_weak(key).records.size(), 1U);
  ASSERT_TRUE(publish(host.record(revoking_sequence)));
  EXPECT_TRUE(gather_weak(key).records.empty());
  EXPECT_EQ(publish(weak(2, key, packet_of(host, host.key), weak_now + 1)).error(), Errc::stale_sequence);
  EXPECT_EQ(publish(host.record(2)).error(), Errc::stale_sequence);
}

}  // namespace
}  // namespace p2pns::dht
