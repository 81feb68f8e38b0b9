// HITs and the values of HIP's DHT interface, as front ends see them.
#include <algorithm>

#include "core/crypto/host_key.hpp"
#include "core/dht/weak_record.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"
#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names::test {
namespace {

using namespace std::chrono_literals;

class HipNamesTest : public NamesTest {
 protected:
  HipNamesTest() {
    statement.identity = host_key.identity();
    statement.hit = *crypto::hit_of(statement.identity.algorithm, statement.identity.bytes);
    statement.sequence = 1;
    statement.locators = {*parse_ip_address("192.0.2.7")};
  }
  template <class T, class Start>
  T wait(Start start) {
    std::optional<T> result;
    const Operation operation = start([&result](T value) { result = std::move(value); });
    EXPECT_FALSE(result) << "a completion ran inside the call";
    EXPECT_TRUE(network.run_until([&] { return result.has_value(); }));
    return std::move(*result);
  }
  ByteVector signed_statement(TestNode& node, std::chrono::milliseconds life = std::chrono::hours{1}) {
    statement.not_after = node.wall_clock.now() + life;
    const ByteVector content = dht::hit_content(statement);
    return dht::hit_record(content, *host_key.sign(dht::hit_signing_input(content, network_parameters))).bytes;
  }
  Result<HitReceipt> publish(TestNode& node, ByteVector bytes) {
    return wait<Result<HitReceipt>>([&](auto done) { return node.service->publish_hit(bytes, std::move(done)); });
  }
  std::shared_ptr<const HitAnswer> find(TestNode& node) {
    return wait<std::shared_ptr<const HitAnswer>>(
        [&](auto done) { return node.service->find_hit(statement.hit, std::move(done)); });
  }
  Result<dht::Tally> put(TestNode& node, const WeakPut& value) {
    return wait<Result<dht::Tally>>([&](auto done) { return node.service->put_weak(value, std::move(done)); });
  }
  std::shared_ptr<const WeakAnswer> find_weak(TestNode& node, const Key& wanted) {
    return wait<std::shared_ptr<const WeakAnswer>>(
        [&](auto done) { return node.service->find_weak(wanted, std::move(done)); });
  }
  Result<void> remove(TestNode& node, const WeakRemoval& removal) {
    return wait<Result<void>>([&](auto done) { return node.service->remove_weak(removal, std::move(done)); });
  }
  WeakPut hint(std::string_view text) const {
    return {key, copy_of(as_bytes(text)), std::chrono::hours{1}, crypto::sha1(as_bytes("secret"))};
  }
  WeakRemoval removal_of(std::string_view text, std::string_view secret) const {
    return {key, crypto::sha1(as_bytes(text)), copy_of(as_bytes(secret))};
  }

  crypto::HostKey host_key = *crypto::HostKey::from_pem(p2pns::test::content_of(P2PNS_TEST_DATA "/hip/ed25519.pem"));
  dht::HitStatement statement;
  const Key key = p2pns::test::fixed<Key>("fe8ff5d9b5537d34ecaa4f340f8f49a772ecb6be");
};

TEST_F(HipNamesTest, AStatementIsFoundElsewhereWithItsSignedBytes) {
  TestNode& one = add_node();
  TestNode& other = add_node();
  const ByteVector bytes = signed_statement(one);
  ASSERT_TRUE(publish(one, bytes));
  const auto answer = find(other);
  ASSERT_EQ(answer->outcome, HitOutcome::found);
  EXPECT_EQ(answer->addresses, statement.locators);
  EXPECT_EQ(answer->signed_bytes, bytes);
  EXPECT_EQ(answer->statement->sequence, 1U);
}

TEST_F(HipNamesTest, AnAnswerIsKeptForAMinuteAndNotBeyondItsEnd) {
  TestNode& node = add_node();
  ASSERT_TRUE(publish(node, signed_statement(node, 30s)));
  find(node);
  const std::size_t gatherings = node.dht.gatherings;
  EXPECT_NE(node.service->find_cached_hit(statement.hit, node.timers.now() + 29s), nullptr);
  EXPECT_EQ(node.service->find_cached_hit(statement.hit, node.timers.now() + 31s), nullptr);
  find(node);
  EXPECT_EQ(node.dht.gatherings, gatherings);
  statement.sequence = 2;
  ASSERT_TRUE(publish(node, signed_statement(node)));
  find(node);
  EXPECT_EQ(node.dht.gatherings, gatherings + 1) << "what was kept is forgotten by a publication";
  EXPECT_NE(node.service->find_cached_hit(statement.hit, node.timers.now() + 59s), nullptr);
  EXPECT_EQ(node.service->find_cached_hit(statement.hit, node.timers.now() + 61s), nullptr);
}

TEST_F(HipNamesTest, OneSearchServesAllWhoAsk) {
  TestNode& node = add_node();
  int answers = 0;
  std::vector<Operation> operations;
  for (int i = 0; i < 5; ++i)
    operations.push_back(node.service->find_hit(statement.hit, [&](const auto& answer) {
      EXPECT_EQ(answer->outcome, HitOutcome::unknown);
      ++answers;
    }));
  operations.pop_back();  // gives up
  EXPECT_TRUE(network.run_until([&] { return answers == 4; }));
  EXPECT_EQ(node.dht.gatherings, 1U);
}

TEST_F(HipNamesTest, WithoutLocatorsTheNodeSaysWhereItIs) {
  TestNode& node = add_node();
  TestNode& other = add_node();
  statement.locators.clear();
  statement.node = node.identity.node_id();
  ASSERT_TRUE(publish(node, signed_statement(node)));
  const auto answer = find(other);
  ASSERT_EQ(answer->outcome, HitOutcome::found);
  EXPECT_EQ(answer->addresses, std::vector{node.host.address().address});
}

TEST_F(HipNamesTest, AHostWhoseNodeIsSilentHasNoAddressForAMoment) {
  TestNode& node = add_node();
  TestNode& other = add_node();
  statement.locators.clear();
  statement.node = node.identity.node_id();
  ASSERT_TRUE(publish(node, signed_statement(node)));
  switch_off(node);
  const auto answer = find(other);
  EXPECT_EQ(answer->outcome, HitOutcome::found);
  EXPECT_TRUE(answer->addresses.empty());
  EXPECT_LE(answer->expires, other.timers.now() + 5s);
}

TEST_F(HipNamesTest, FailuresAreToldApartAndNotKept) {
  TestNode& node = add_node();
  for (const auto& [error, outcome] :
       {std::pair{Errc::timed_out, HitOutcome::timed_out}, {Errc::no_peers, HitOutcome::not_reachable}}) {
    node.dht.fail_reads = error;
    EXPECT_EQ(find(node)->outcome, outcome);
    EXPECT_EQ(node.service->find_cached_hit(statement.hit, node.timers.now()), nullptr);
  }
}

TEST_F(HipNamesTest, ARevokedHitSaysSo) {
  TestNode& node = add_node();
  statement.sequence = dht::revoking_sequence;
  ASSERT_TRUE(publish(node, signed_statement(node)));
  EXPECT_EQ(find(node)->outcome, HitOutcome::revoked);
}

TEST_F(HipNamesTest, WhatIsNoStatementIsNotPublished) {
  TestNode& node = add_node();
  EXPECT_EQ(publish(node, {}).error(), Errc::truncated);
  ByteVector forged = signed_statement(node);
  forged.back() ^= std::byte{1};
  EXPECT_EQ(publish(node, forged).error(), Errc::bad_signature);
  EXPECT_EQ(find(node)->outcome, HitOutcome::unknown);
}

TEST_F(HipNamesTest, AValueIsFoundElsewhere) {
  TestNode& node = add_node();
  TestNode& other = add_node();
  ASSERT_TRUE(put(node, hint("value")));
  const auto answer = find_weak(other, key);
  ASSERT_EQ(answer->outcome, WeakOutcome::found);
  ASSERT_EQ(answer->values.size(), 1U);
  EXPECT_EQ(as_text(answer->values.front().value), "value");
  EXPECT_EQ(answer->values.front().node, node.identity.node_id());
  EXPECT_NE(other.service->find_cached_weak(key, other.timers.now()), nullptr);
}

TEST_F(HipNamesTest, ALaterValueOfTheSameNodeTakesThePlace) {
  TestNode& node = add_node();
  ASSERT_TRUE(put(node, hint("one")));
  ASSERT_TRUE(put(node, hint("two"))) << "in the same millisecond";
  const auto answer = find_weak(node, key);
  ASSERT_EQ(answer->values.size(), 1U);
  EXPECT_EQ(as_text(answer->values.front().value), "two");
}

TEST_F(HipNamesTest, ASearchThatBeganBeforeAPutDoesNotHideIt) {
  TestNode& node = add_node();
  ASSERT_TRUE(put(node, hint("one")));
  node.dht.gathers_early = true;
  node.dht.delay = 1s;
  std::shared_ptr<const WeakAnswer> before;
  const Operation search = node.service->find_weak(key, [&](auto answer) { before = std::move(answer); });
  node.dht.delay = dht_delay;
  ASSERT_TRUE(put(node, hint("two")));
  EXPECT_EQ(before, nullptr);
  EXPECT_EQ(as_text(find_weak(node, key)->values.front().value), "two") << "whoever asks now does not share the search";
  ASSERT_TRUE(network.run_until([&] { return before != nullptr; }));
  EXPECT_EQ(as_text(before->values.front().value), "one") << "who asked before is answered";
  EXPECT_EQ(as_text(find_weak(node, key)->values.front().value), "two") << "and nobody after that";
  EXPECT_TRUE(remove(node, removal_of("two", "secret")));
}

TEST_F(HipNamesTest, ASearchThatBeganBeforeAStatementDoesNotHideIt) {
  TestNode& node = add_node();
  node.dht.gathers_early = true;
  node.dht.delay = 1s;
  std::shared_ptr<const HitAnswer> before;
  const Operation search = node.service->find_hit(statement.hit, [&](auto answer) { before = std::move(answer); });
  node.dht.delay = dht_delay;
  ASSERT_TRUE(publish(node, signed_statement(node)));
  ASSERT_TRUE(network.run_until([&] { return before != nullptr; }));
  EXPECT_EQ(before->outcome, HitOutcome::unknown);
  EXPECT_EQ(find(node)->outcome, HitOutcome::found);
}

TEST_F(HipNamesTest, OnlyItsNodeWithTheSecretTakesAValueBack) {
  TestNode& node = add_node();
  TestNode& other = add_node();
  ASSERT_TRUE(put(node, hint("value")));
  EXPECT_EQ(remove(node, removal_of("value", "guess")).error(), Errc::refused);
  EXPECT_EQ(remove(node, removal_of("other", "secret")).error(), Errc::no_such_name);
  EXPECT_EQ(remove(other, removal_of("value", "secret")).error(), Errc::no_such_name);
  EXPECT_TRUE(remove(node, removal_of("value", "secret")));
  EXPECT_EQ(find_weak(node, key)->outcome, WeakOutcome::unknown);
  EXPECT_EQ(remove(node, removal_of("value", "secret")).error(), Errc::no_such_name);
}

TEST_F(HipNamesTest, AStrangerReplacesAValueOnlyWithItsSecret) {
  TestNode& node = add_node();
  WeakPut strange = hint("other");
  strange.secret_hash = crypto::sha1(as_bytes("another secret"));
  strange.only_with_its_secret = true;
  WeakPut without = strange;
  without.secret_hash.reset();
  WeakPut same = hint("renewed");
  same.only_with_its_secret = true;
  ASSERT_TRUE(put(node, hint("value")));
  EXPECT_EQ(put(node, strange).error(), Errc::refused);
  EXPECT_EQ(put(node, without).error(), Errc::refused);
  EXPECT_EQ(as_text(find_weak(node, key)->values.front().value), "value");
  EXPECT_TRUE(put(node, same));
  EXPECT_EQ(as_text(find_weak(node, key)->values.front().value), "renewed");
  EXPECT_TRUE(remove(node, removal_of("renewed", "secret")));
  EXPECT_TRUE(put(node, without)) << "nothing stands there any more";
  EXPECT_TRUE(put(node, strange)) << "what stands there has no secret";
}

TEST_F(HipNamesTest, AStrangersPutFailsWhenTheOverlayDoesNotSayWhatStandsThere) {
  TestNode& node = add_node();
  WeakPut strange = hint("value");
  strange.only_with_its_secret = true;
  node.dht.fail_reads = Errc::timed_out;
  EXPECT_EQ(put(node, strange).error(), Errc::timed_out);
  EXPECT_EQ(node.dht.publications, 0U);
}

TEST_F(HipNamesTest, AValueWithoutASecretStays) {
  TestNode& node = add_node();
  WeakPut value = hint("value");
  value.secret_hash.reset();
  ASSERT_TRUE(put(node, value));
  EXPECT_EQ(remove(node, removal_of("value", "")).error(), Errc::refused);
}

TEST_F(HipNamesTest, WhatCannotStandThereIsRefused) {
  TestNode& node = add_node();
  EXPECT_EQ(put(node, hint("")).error(), Errc::malformed);
  WeakPut endless = hint("value");
  endless.life = Duration{0};
  EXPECT_EQ(put(node, endless).error(), Errc::malformed);
  WeakPut large = hint("value");
  large.value.resize(dht::weak_value_maximum_bytes + 1);
  EXPECT_EQ(put(node, large).error(), Errc::too_large);
  WeakPut under_hit = hint("no packet");
  under_hit.key = crypto::hit_key_of(statement.hit);
  EXPECT_FALSE(put(node, under_hit));
  WeakPut long_life = hint("value");
  long_life.life = std::chrono::days{30};
  ASSERT_TRUE(put(node, long_life)) << "is cut";
  EXPECT_LE(find_weak(node, key)->values.front().not_after, node.wall_clock.now() + dht::hip_lease_maximum);
}

TEST_F(HipNamesTest, WhatOpenHipPutsIsKeptUnderItsHit) {
  TestNode& node = add_node();
  const auto packet = p2pns::test::read_vectors(P2PNS_TEST_DATA "/hip/openhip-hdrr.txt");
  const Key hit_key = p2pns::test::fixed<Key>(packet.at("key"));
  ASSERT_TRUE(put(node, {hit_key, p2pns::test::hex(packet.at("value")), std::chrono::minutes{30}, std::nullopt}));
  const auto answer = find_weak(node, hit_key);
  ASSERT_EQ(answer->values.size(), 1U);
  EXPECT_EQ(crypto::to_text(answer->values.front().hit.value()), "2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
}

TEST_F(HipNamesTest, AGivenUpRemovalDoesNothing) {
  TestNode& node = add_node();
  ASSERT_TRUE(put(node, hint("value")));
  {
    const Operation given_up = node.service->remove_weak(removal_of("value", "secret"), [](const Result<void>&) {});
  }
  network.run_for(5s);
  EXPECT_EQ(find_weak(node, key)->outcome, WeakOutcome::found);
}

}  // namespace
}  // namespace p2pns::names::test
