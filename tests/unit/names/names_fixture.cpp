#include "tests/unit/names/names_fixture.hpp"

#include <gtest/gtest.h>

namespace p2pns::names::test {
namespace {

crypto::KeyPair keys_of(int number, int purpose) {
  crypto::Seed seed;
  seed.value.fill(static_cast<std::byte>(number));
  seed.value[0] = static_cast<std::byte>(purpose);
  return crypto::KeyPair::from_seed(seed);
}

dht::Tally tally_of(std::size_t agreeing) { return {16, 16, agreeing, 16 - agreeing, 0}; }

}  // namespace

Operation ScriptedDht::get(const Key& key, dht::RecordType, Duration time_out,
                           Callback<void(dht::ReadResult)> callback) {
  ++gets;
  last_time_out = time_out;
  return delayed_.answer<dht::ReadResult>(delay, std::move(callback), [this, key]() -> dht::ReadResult {
    dht::ReadResult result = fail_reads ? failed_read : dht::ReadResult{};
    result.took = delay;
    if (fail_reads) {
      result.error = *fail_reads;
      return result;
    }
    if (const auto found = overlay_.records.find(key); found != overlay_.records.end()) result.record = found->second;
    result.tally = tally_of(result.record ? 16 : 0);
    return result;
  });
}

Operation ScriptedDht::get_published(const dht::Binding& binding, Duration, Callback<void(dht::ReadResult)> callback) {
  ++copies_read;
  const Key key = dht::name_position(binding.zone, binding.label, 0);
  return delayed_.answer<dht::ReadResult>(delay, std::move(callback), [this, key] {
    dht::ReadResult result;
    result.took = delay;
    if (const auto found = overlay_.copies.find(key); found != overlay_.copies.end()) result.record = found->second;
    result.tally = tally_of(result.record ? 16 : 0);
    return result;
  });
}

dht::GatherResult ScriptedDht::gathered(const Key& key, const std::vector<dht::RecordType>& types) const {
  dht::GatherResult result;
  if (fail_reads) result.error = *fail_reads;
  if (fail_reads) return result;
  for (const dht::RecordType type : types)
    if (const auto found = overlay_.proven.find({key, type}); found != overlay_.proven.end())
      result.records.push_back(found->second);
  return result;
}

Operation ScriptedDht::gather(const Key& key, std::vector<dht::RecordType> types, Duration time_out,
                              Callback<void(dht::GatherResult)> callback) {
  ++gatherings;
  last_time_out = time_out;
  std::optional<dht::GatherResult> early;
  if (gathers_early) early = gathered(key, types);
  return delayed_.answer<dht::GatherResult>(delay, std::move(callback), [this, key, types, early = std::move(early)] {
    return early ? *early : gathered(key, types);
  });
}

Operation ScriptedDht::publish(dht::SignedRecord record, Callback<void(Result<dht::Tally>)> callback) {
  ++publications;
  return delayed_.answer<Result<dht::Tally>>(delay, std::move(callback), [this, record]() -> Result<dht::Tally> {
    if (fail_publications) return *fail_publications;
    auto verified = dht::verify(record, crypto::SodiumVerifier{}, network_parameters, wall_clock_.now());
    if (!verified) return verified.error();
    const auto place = std::pair{verified->key(), verified->type()};
    if (!dht::proves_itself(record.type)) overlay_.copies.insert_or_assign(verified->key(), *verified);
    if (!dht::proves_itself(record.type)) return tally_of(16);
    const auto stored = overlay_.proven.find(place);
    if (stored != overlay_.proven.end() && !newer(*verified, stored->second)) return Errc::stale_sequence;
    overlay_.proven.insert_or_assign(place, *verified);
    return tally_of(16);
  });
}

Result<dht::PutReceipt> ScriptedDht::put(const dht::Binding& binding, const crypto::Signer& signer) {
  if (fail_writes) return *fail_writes;
  const Key key = dht::name_position(binding.zone, binding.label, 0);
  if (const auto found = overlay_.bindings.find(key); found != overlay_.bindings.end()) {
    if (found->second.owner != binding.owner) return Errc::name_taken;
    if (found->second.sequence >= binding.sequence) return Errc::stale_sequence;
  }
  auto record = dht::verify(sign(binding, signer, network_parameters), crypto::SodiumVerifier{}, network_parameters,
                            wall_clock_.now());
  if (!record) return record.error();
  overlay_.bindings[key] = binding;
  overlay_.records.insert_or_assign(key, *record);
  return dht::PutReceipt{*record, tally_of(16), delay};
}

Operation ScriptedDht::claim(dht::Binding binding, const crypto::Signer& signer,
                             Callback<void(Result<dht::PutReceipt>)> callback) {
  ++claims;
  return delayed_.answer<Result<dht::PutReceipt>>(delay, std::move(callback), [this, binding, &signer]() mutable {
    // As a real claim: above what the same owner stored before.
    const Key key = dht::name_position(binding.zone, binding.label, 0);
    const auto found = overlay_.bindings.find(key);
    if (found != overlay_.bindings.end() && found->second.owner == binding.owner) {
      binding.generation = found->second.generation;
      binding.sequence = found->second.sequence + 1;
    }
    return put(binding, signer);
  });
}

Operation ScriptedDht::renew(dht::Binding binding, const crypto::Signer& signer,
                             Callback<void(Result<dht::PutReceipt>)> callback) {
  ++renewals;
  return delayed_.answer<Result<dht::PutReceipt>>(delay, std::move(callback),
                                                  [this, binding, &signer] { return put(binding, signer); });
}

Operation ScriptedDht::release(dht::Binding binding, const crypto::Signer&,
                               Callback<void(Result<dht::Tally>)> callback) {
  ++releases;
  return delayed_.answer<Result<dht::Tally>>(delay, std::move(callback), [this, binding]() -> Result<dht::Tally> {
    if (fail_writes) return *fail_writes;
    const Key key = dht::name_position(binding.zone, binding.label, 0);
    overlay_.bindings.erase(key);
    overlay_.records.erase(key);
    overlay_.copies.erase(key);
    return tally_of(16);
  });
}

Operation ScriptedRouting::lookup(const Key& target, const kbr::LookupOptions& options,
                                  Callback<void(kbr::LookupResult)> callback) {
  ++lookups;
  last_options = options;
  auto ends = start_operation<kbr::LookupResult>(std::move(callback));
  const std::uint64_t number = next_++;
  ends.second.on_cancel([this, number] { under_way_.erase(number); });
  LastHop& hop = under_way_[number];
  hop.completion = std::move(ends.second);
  hop.search = delayed_.answer<Result<NodeHandle>>(
      delay, [this, number, options](Result<NodeHandle> found) { on_search(number, options, found); },
      [this, target]() -> Result<NodeHandle> {
        if (fail_lookups) return *fail_lookups;
        const auto found = overlay_.directory.find(target);
        if (found == overlay_.directory.end()) return Errc::timed_out;
        return found->second;
      });
  return std::move(ends.first);
}

void ScriptedRouting::on_search(std::uint64_t number, const kbr::LookupOptions& options, Result<NodeHandle> found) {
  if (!found) {
    kbr::LookupResult failed;
    failed.error = found.error();
    failed.hops = hops_of_failures;
    return end(number, std::move(failed));
  }
  const kbr::LookupRequest request =
      options.request.value_or(kbr::LookupRequest{wire::MessageType::ask_owner, encode(wire::AskOwner{}), 2});
  under_way_.at(number).call =
      channel_.call(*found, request.type, request.body, request.answer_bytes,
                    [this, number, node = *found, started = timers_.now()](Result<rpc::Answer> answer) {
                      kbr::LookupResult result;
                      result.hops.push_back({node, 0, search_delay, timers_.now() - started, answer.has_value(), 0});
                      if (answer)
                        result.answers.push_back({answer->from, false, answer->type, answer->body});
                      else
                        result.error = Errc::timed_out;
                      end(number, std::move(result));
                    });
}

void ScriptedRouting::end(std::uint64_t number, kbr::LookupResult result) {
  auto hop = under_way_.extract(number);
  hop.mapped().completion(std::move(result));
}

TestNode::TestNode(TestHost& at, Overlay& overlay, p2pns::test::ScriptedState& remembered, int number, Role role,
                   const NameLimits& limits, int owned_by)
    : owner_number(owned_by),
      identity(keys_of(number, 1), crypto::PuzzleSolution{}),
      owner(keys_of(owned_by, 2)),
      host(at),
      timers(host.timers()),
      wall_clock(timers, start_of_world + std::chrono::duration_cast<std::chrono::milliseconds>(
                                              timers.now() - p2pns::test::network_start)),
      random(static_cast<std::uint64_t>(number)),
      state(remembered),
      channel(network_parameters, identity, {host, random, sealer, timers, wall_clock, log}),
      dht(overlay, timers, wall_clock),
      routing(overlay, identity.node_id(), timers, channel),
      overlay_(overlay) {
  overlay.directory[identity.node_id()] = own_handle();
  host.on_datagram([this](const Endpoint& from, Bytes datagram) { channel.on_datagram(from, datagram); });
  if (role == Role::bare) return;
  const NameServiceEnvironment environment{routing, channel, dht,        verifier, identity, owner,
                                           *this,   timers,  wall_clock, random,   state,    log};
  service = std::make_unique<DhtNameService>(network_parameters, Zones{}, limits, environment);
}

TestNode::~TestNode() { host.on_datagram(nullptr); }

NodeHandle TestNode::own_handle() const {
  return wire::make_node_handle(identity.public_key(), identity.puzzle(), host.address());
}

TestNode& NamesTest::add_node(Role role) {
  const int number = static_cast<int>(nodes.size()) + 1;
  TestHost& host = network.add_host(p2pns::test::endpoint("10.0." + std::to_string(number) + ".1:4000"));
  states.push_back(std::make_unique<p2pns::test::ScriptedState>(host.timers()));
  nodes.push_back(std::make_unique<TestNode>(host, overlay, *states.back(), number, role, limits, number));
  return *nodes.back();
}

TestNode& NamesTest::add_node_of_owner(const TestNode& other) {
  const int number = static_cast<int>(nodes.size()) + 1;
  TestHost& host = network.add_host(p2pns::test::endpoint("10.0." + std::to_string(number) + ".1:4000"));
  states.push_back(std::make_unique<p2pns::test::ScriptedState>(host.timers()));
  nodes.push_back(std::make_unique<TestNode>(host, overlay, *states.back(), number, Role::name_service, limits,
                                             other.owner_number));
  return *nodes.back();
}

TestNode& NamesTest::restart(const TestNode& node, Memory memory) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].get() != &node) continue;
    TestHost& host = nodes[i]->host;
    const int owner_number = node.owner_number;
    nodes[i].reset();
    if (memory == Memory::lost) states[i]->entries.clear();
    nodes[i] = std::make_unique<TestNode>(host, overlay, *states[i], static_cast<int>(i) + 1, Role::name_service,
                                          limits, owner_number);
    return *nodes[i];
  }
  throw std::invalid_argument{"no node of this test"};
}

P2PName NamesTest::name(std::string_view text) { return *parse_registrable_name(text, Zones{}); }

std::vector<ResourceRecord> NamesTest::address_records(int last_octet) {
  return {{"", 1, 300, {std::byte{192}, std::byte{0}, std::byte{2}, static_cast<std::byte>(last_octet)}}};
}

std::shared_ptr<const NameAnswer> NamesTest::resolve(TestNode& node, const P2PName& wanted, bool bypass_cache) {
  std::shared_ptr<const NameAnswer> result;
  const Operation operation = node.service->resolve(
      {wanted, bypass_cache}, [&](std::shared_ptr<const NameAnswer> answer) { result = std::move(answer); });
  EXPECT_EQ(result, nullptr) << "a completion ran inside the call";
  EXPECT_TRUE(network.run_until([&] { return result != nullptr; }));
  return result;
}

Result<Receipt> NamesTest::register_name(TestNode& node, const P2PName& wanted, std::vector<ResourceRecord> records,
                                         bool publish) {
  std::optional<Result<Receipt>> result;
  const Operation operation =
      node.service->register_name({.name = wanted, .records = std::move(records), .publish = publish},
                                  [&](Result<Receipt> receipt) { result = std::move(receipt); });
  EXPECT_FALSE(result) << "a completion ran inside the call";
  EXPECT_TRUE(network.run_until([&] { return result.has_value(); }));
  return result.value_or(Errc::cancelled);
}

Result<void> NamesTest::release(TestNode& node, const P2PName& wanted) {
  std::optional<Result<void>> result;
  const Operation operation = node.service->release_name(wanted, [&](Result<void> done) { result = done; });
  EXPECT_FALSE(result) << "a completion ran inside the call";
  EXPECT_TRUE(network.run_until([&] { return result.has_value(); }));
  return result.value_or(Errc::cancelled);
}

dht::Binding NamesTest::bind(const P2PName& bound, const TestNode& node, std::uint64_t sequence,
                             std::uint32_t generation) {
  dht::Binding binding;
  binding.zone = bound.zone;
  binding.label = bound.label;
  binding.owner = node.owner.public_key();
  binding.node = node.identity.node_id();
  binding.generation = generation;
  binding.sequence = sequence;
  binding.not_after = node.wall_clock.now() + std::chrono::days{30};
  const auto record = dht::verify(sign(binding, node.owner, network_parameters), node.verifier, network_parameters,
                                  node.wall_clock.now());
  EXPECT_TRUE(record);
  const Key key = record->key();
  overlay.bindings[key] = binding;
  overlay.records.insert_or_assign(key, *record);
  return binding;
}

}  // namespace p2pns::names::test
