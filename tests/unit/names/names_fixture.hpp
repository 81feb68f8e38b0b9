// A small world for tests of the name service: nodes with real RPC channels on an in-memory network, over a DHT and an
// overlay that do what the test says. All nodes share what is stored and who is where; each has its own faults.
#pragma once

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/names/dht_name_service.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/scripted_state.hpp"
#include "tests/support/test_network.hpp"

namespace p2pns::names::test {

using namespace std::chrono_literals;
using p2pns::test::NullLog;
using p2pns::test::SeededRandom;
using p2pns::test::TestHost;
using p2pns::test::TestNetwork;

inline constexpr UnixTime start_of_world{std::chrono::milliseconds{1'780'000'000'000}};
/// How long the scripted DHT and the search part of a lookup take.
inline constexpr Duration dht_delay = 100ms;
inline constexpr Duration search_delay = 60ms;
const crypto::NetworkParameters network_parameters{"names-test", {0, 0}, true};

/// What the replicas store, and where nodes are.
struct Overlay {
  std::map<Key, dht::Binding> bindings;
  std::map<Key, dht::VerifiedRecord> records;
  std::map<Key, dht::VerifiedRecord> copies;                              ///< published record sets
  std::map<std::pair<Key, dht::RecordType>, dht::VerifiedRecord> proven;  ///< HIT statements and weak records
  std::map<NodeId, NodeHandle> directory;
};

/// Runs an action later, unless its Operation dies first.
class Delayed {
 public:
  explicit Delayed(TimerQueue& timers) : timers_(timers) {}
  template <class T>
  Operation answer(Duration delay, Callback<void(T)> callback, Callback<T()> make) {
    auto ends = start_operation<T>(std::move(callback));
    const std::uint64_t number = next_++;
    ends.second.on_cancel([this, number] { timers_by_number_.erase(number); });
    timers_by_number_[number] =
        timers_.after(delay, [this, number, completion = std::move(ends.second), make = std::move(make)]() mutable {
          auto done = std::move(completion);
          auto value = make();
          timers_by_number_.erase(number);
          done(std::move(value));
        });
    return std::move(ends.first);
  }
  std::size_t pending() const { return timers_by_number_.size(); }

 private:
  TimerQueue& timers_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Timer> timers_by_number_;
};

class ScriptedDht final : public dht::Dht {
 public:
  ScriptedDht(Overlay& overlay, TimerQueue& timers, const WallClock& wall_clock)
      : overlay_(overlay), delayed_(timers), wall_clock_(wall_clock) {}

  Operation get(const Key&, dht::RecordType, Duration time_out, Callback<void(dht::ReadResult)>) override;
  Operation get_published(const dht::Binding&, Duration time_out, Callback<void(dht::ReadResult)>) override;
  Operation gather(const Key&, std::vector<dht::RecordType>, Duration time_out,
                   Callback<void(dht::GatherResult)>) override;
  Operation publish(dht::SignedRecord, Callback<void(Result<dht::Tally>)>) override;
  Operation claim(dht::Binding, const crypto::Signer&, Callback<void(Result<dht::PutReceipt>)>) override;
  Operation renew(dht::Binding, const crypto::Signer&, Callback<void(Result<dht::PutReceipt>)>) override;
  Operation release(dht::Binding, const crypto::Signer&, Callback<void(Result<dht::Tally>)>) override;

  std::size_t gets = 0;
  std::size_t copies_read = 0;
  std::size_t gatherings = 0;
  std::size_t publications = 0;
  std::size_t claims = 0;
  std::size_t renewals = 0;
  std::size_t releases = 0;
  std::optional<Errc> fail_reads;
  dht::ReadResult failed_read;  ///< what a failing read shows beside its error
  Duration last_time_out{0};
  std::optional<Errc> fail_writes;
  std::optional<Errc> fail_publications;
  Duration delay = dht_delay;
  bool gathers_early = false;  ///< a gathering sees what was stored when it began, not when it ends
  std::size_t pending() const { return delayed_.pending(); }

 private:
  dht::GatherResult gathered(const Key&, const std::vector<dht::RecordType>&) const;
  Result<dht::PutReceipt> put(const dht::Binding&, const crypto::Signer&);
  Overlay& overlay_;
  Delayed delayed_;
  const WallClock& wall_clock_;
};

class ScriptedRouting final : public kbr::KeyBasedRouting {
 public:
  ScriptedRouting(Overlay& overlay, const NodeId& self, TimerQueue& timers, rpc::RpcChannel& channel)
      : overlay_(overlay), self_(self), timers_(timers), delayed_(timers), channel_(channel) {}

  Operation lookup(const Key&, const kbr::LookupOptions&, Callback<void(kbr::LookupResult)>) override;
  std::vector<NodeHandle> local_lookup(const Key&, std::size_t) const override { return {}; }
  std::vector<NodeHandle> neighbour_set(std::size_t maximum) const override {
    return std::vector<NodeHandle>(std::min<std::size_t>(maximum, 5));
  }
  bool responsible_for(const Key&, std::size_t) const override { return false; }
  void observe_neighbours(kbr::NeighbourObserver*) override {}
  const NodeId& self() const override { return self_; }
  bool joined() const override { return true; }

  std::size_t lookups = 0;
  std::optional<Errc> fail_lookups;
  std::vector<kbr::LookupHop> hops_of_failures;
  Duration delay = search_delay;
  std::optional<kbr::LookupOptions> last_options;

 private:
  /// The search is over: asks the target, as the last hop of a real lookup does.
  struct LastHop {
    Completion<kbr::LookupResult> completion;
    Operation search;
    Operation call;
  };
  void on_search(std::uint64_t number, const kbr::LookupOptions&, Result<NodeHandle>);
  void end(std::uint64_t number, kbr::LookupResult);

  Overlay& overlay_;
  NodeId self_;
  TimerQueue& timers_;
  Delayed delayed_;
  rpc::RpcChannel& channel_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, LastHop> under_way_;
};

enum class Role { name_service, bare };  ///< bare: no name service; the test serves ASK_OWNER itself

class TestNode final : public NodeFacts {
 public:
  /// `state` outlives the node.
  TestNode(TestHost&, Overlay&, p2pns::test::ScriptedState& state, int number, Role, const NameLimits&,
           int owner_number);
  ~TestNode();

  NodeHandle own_handle() const override;
  NodeNumbers numbers() const override { return {12, 34, 56, host.address(), {.range_ready = true, .counters = {}}}; }

  const int owner_number;
  crypto::Identity identity;
  crypto::KeyPairSigner owner;
  TestHost& host;
  TimerQueue& timers;
  WallClock wall_clock;
  SeededRandom random;
  p2pns::test::ScriptedState& state;
  NullLog log;
  crypto::SodiumSealer sealer;
  crypto::SodiumVerifier verifier;
  rpc::RpcChannel channel;
  ScriptedDht dht;
  ScriptedRouting routing;
  std::unique_ptr<DhtNameService> service;

 private:
  Overlay& overlay_;
};

class NamesTest : public ::testing::Test {
 protected:
  NamesTest() = default;

  TestNode& add_node(Role role = Role::name_service);
  /// Another node of the same owner: its owner key was restored there.
  TestNode& add_node_of_owner(const TestNode&);
  enum class Memory { kept, lost };
  /// The node begins anew, with its keys, its address, and what it stored unless that is lost. The old object is gone.
  TestNode& restart(const TestNode&, Memory = Memory::lost);
  static P2PName name(std::string_view text);
  static std::vector<ResourceRecord> address_records(int last_octet);

  std::shared_ptr<const NameAnswer> resolve(TestNode&, const P2PName&, bool bypass_cache = false);
  Result<Receipt> register_name(TestNode&, const P2PName&, std::vector<ResourceRecord> records = {},
                                bool publish = false);
  Result<void> release(TestNode&, const P2PName&);
  /// Puts a binding of `node` into the DHT, whoever served it before; returns it.
  dht::Binding bind(const P2PName&, const TestNode& node, std::uint64_t sequence = 1, std::uint32_t generation = 0);
  /// Goes off the network; its address stays in the directory.
  static void switch_off(TestNode& node) { node.host.on_datagram(nullptr); }

  TestNetwork network;
  Overlay overlay;
  NameLimits limits;
  std::vector<std::unique_ptr<p2pns::test::ScriptedState>> states;  // of the nodes
  std::vector<std::unique_ptr<TestNode>> nodes;
};

}  // namespace p2pns::names::test
