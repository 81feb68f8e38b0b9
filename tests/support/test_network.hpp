// TestNetwork: datagrams between the hosts of one test, in virtual time. Delay, loss, duplication and reordering are
// drawn from a seed; every datagram is captured, and a filter may drop or change it on its way.
//
// Each TestHost is the Transport and owns the TimerQueue of one node. Nothing here sleeps: run_for() and run_until()
// step from event to event.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/base/timer_queue.hpp"
#include "core/base/transport.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::test {

class TestNetwork;

/// Where hosts begin; not the epoch, so that a forgotten time stands out.
inline constexpr TimePoint network_start{std::chrono::hours{1}};
/// Datagrams kept by the capture; a test that sends more asks for clear_captured() in between (asserted).
inline constexpr std::size_t captured_maximum = 1'000'000;

/// "10.0.0.1:4000" and the like for tests; a malformed text is a broken test (asserted).
Endpoint endpoint(std::string_view text);

class TestHost final : public Transport {
 public:
  using Receiver = Callback<void(const Endpoint& from, Bytes datagram)>;

  TestHost(TestNetwork& network, const Endpoint& at);
  void send(const Endpoint& to, Bytes datagram) override;
  /// Who gets the datagrams of this host; null: the host is off, datagrams to it vanish.
  void on_datagram(Receiver receiver) { receiver_ = std::move(receiver); }

  TimerQueue& timers() noexcept { return timers_; }
  const Endpoint& address() const noexcept { return address_; }

 private:
  friend class TestNetwork;
  TestNetwork& network_;
  Endpoint address_;
  TimerQueue timers_;
  Receiver receiver_;
};

struct Conditions {
  Duration delay = std::chrono::milliseconds{20};  ///< one way
  Duration jitter{0};                              ///< added to the delay, uniform; makes datagrams overtake each other
  double loss = 0;                                 ///< probability
  double duplication = 0;                          ///< probability of one more copy, delayed on its own
};

struct Captured {
  TimePoint sent_at;
  Endpoint from;
  Endpoint to;
  ByteVector bytes;
};

class TestNetwork {
 public:
  /// Looks at a datagram on its way and may change it; false drops it. Runs before loss and delay.
  using Filter = Callback<bool(Captured&)>;

  explicit TestNetwork(std::uint64_t seed = 1, TimePoint start = network_start) : random_(seed), now_(start) {}

  /// A new host; stays where it is until the network dies. No two hosts at one address (asserted).
  TestHost& add_host(const Endpoint& at);
  /// The host gets another address, as behind a rebinding NAT.
  void move_host(TestHost&, const Endpoint& to);
  Conditions& conditions() noexcept { return conditions_; }
  void filter(Filter filter) { filter_ = std::move(filter); }

  /// Puts a datagram on its way as if `from` had sent it: forgeries and replays. Neither filtered nor captured.
  void inject(const Endpoint& from, const Endpoint& to, Bytes datagram);
  void run_for(Duration);
  /// Runs until `done` or for `limit`; what `done` said last.
  bool run_until(const Callback<bool()>& done, Duration limit = std::chrono::minutes{1});

  TimePoint now() const noexcept { return now_; }
  /// All datagrams sent so far, before the filter changed them.
  const std::vector<Captured>& captured() const noexcept { return captured_; }
  void clear_captured() { captured_.clear(); }
  std::size_t under_way() const noexcept { return in_flight_.size(); }

 private:
  friend class TestHost;
  void send(const Endpoint& from, const Endpoint& to, Bytes datagram);
  void put_on_way(Captured datagram);
  std::optional<TimePoint> next_event() const;
  void step_to(TimePoint);

  SeededRandom random_;
  TimePoint now_;
  Conditions conditions_;
  Filter filter_;
  std::uint64_t next_sequence_ = 0;
  std::map<std::pair<TimePoint, std::uint64_t>, Captured> in_flight_;
  std::vector<std::unique_ptr<TestHost>> hosts_;
  std::unordered_map<Endpoint, TestHost*> at_;
  std::vector<Captured> captured_;
};

}  // namespace p2pns::test
