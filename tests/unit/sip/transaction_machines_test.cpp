#include "frontends/sip/transaction_machines.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace p2pns::sip {
namespace {

using namespace std::chrono_literals;
using State = TransactionState;

constexpr TransactionTimers timers;
constexpr TimePoint start{1h};
constexpr Effects nothing{};
constexpr Effects pass{.pass = true};
constexpr Effects resend{.resend = true};

/// Runs a machine through time as its owner does; the moments, counted from the start, at which it wanted to resend.
template <class Machine>
std::vector<Duration> resends_of(Machine& machine, TimePoint from, std::optional<TimePoint>* timed_out = nullptr) {
  std::vector<Duration> moments;
  while (const auto next = machine.deadline()) {
    const Effects effects = machine.on_time(*next);
    if (effects.resend) moments.push_back(*next - from);
    if (effects.timed_out && timed_out) *timed_out = *next;
  }
  return moments;
}

TEST(InviteClientMachine, DoublesItsPausesUntilItGivesUp) {
  InviteClientMachine machine(timers, false, start);
  std::optional<TimePoint> timed_out;
  const std::vector<Duration> expected{500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms};
  EXPECT_EQ(resends_of(machine, start, &timed_out), expected);
  EXPECT_EQ(timed_out, start + 32s);
  EXPECT_TRUE(machine.terminated());
}

TEST(InviteClientMachine, SendsOnlyOnceOverAReliableTransport) {
  InviteClientMachine machine(timers, true, start);
  std::optional<TimePoint> timed_out;
  EXPECT_TRUE(resends_of(machine, start, &timed_out).empty());
  EXPECT_EQ(timed_out, start + 32s);
}

TEST(InviteClientMachine, WaitsWithoutEndOnceItRings) {
  InviteClientMachine machine(timers, false, start);
  EXPECT_EQ(machine.on_response(180, start + 1s), pass);
  EXPECT_EQ(machine.state(), State::proceeding);
  EXPECT_FALSE(machine.deadline());
  EXPECT_EQ(machine.on_response(183, start + 100s), pass);
}

TEST(InviteClientMachine, PassesEachSuccessAndAcknowledgesNone) {
  for (const bool reliable : {false, true}) {
    InviteClientMachine machine(timers, reliable, start);
    EXPECT_EQ(machine.on_response(200, start + 1s), pass);
    EXPECT_EQ(machine.state(), State::accepted);
    EXPECT_EQ(machine.on_response(200, start + 2s), pass);
    EXPECT_EQ(machine.on_response(180, start + 2s), nothing);
    EXPECT_EQ(machine.on_response(486, start + 2s), nothing);
    EXPECT_EQ(machine.deadline(), start + 33s);
    EXPECT_EQ(machine.on_time(start + 33s), nothing);
    EXPECT_TRUE(machine.terminated());
  }
}

TEST(InviteClientMachine, AcknowledgesEachNegativeResponseAndPassesTheFirst) {
  InviteClientMachine machine(timers, false, start);
  machine.on_response(100, start);
  EXPECT_EQ(machine.on_response(486, start + 1s), (Effects{.pass = true, .acknowledge = true}));
  EXPECT_EQ(machine.state(), State::completed);
  EXPECT_EQ(machine.on_response(486, start + 2s), (Effects{.acknowledge = true}));
  EXPECT_EQ(machine.on_response(180, start + 2s), nothing);
  EXPECT_EQ(machine.deadline(), start + 33s);
}

TEST(InviteClientMachine, IsDoneWithANegativeResponseOverAReliableTransport) {
  InviteClientMachine machine(timers, true, start);
  EXPECT_EQ(machine.on_response(486, start + 1s), (Effects{.pass = true, .acknowledge = true}));
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientMachine, DoublesItsPausesUpToT2) {
  ClientMachine machine(timers, false, start);
  std::optional<TimePoint> timed_out;
  const std::vector<Duration> expected{500ms,   1500ms,  3500ms,  7500ms,  11500ms,
                                       15500ms, 19500ms, 23500ms, 27500ms, 31500ms};
  EXPECT_EQ(resends_of(machine, start, &timed_out), expected);
  EXPECT_EQ(timed_out, start + 32s);
}

TEST(ClientMachine, ResendsEveryT2OnceItHeardSomething) {
  ClientMachine machine(timers, false, start);
  EXPECT_EQ(machine.on_response(100, start + 1ms), pass);
  const std::vector<Duration> expected{500ms, 4500ms, 8500ms, 12500ms, 16500ms, 20500ms, 24500ms, 28500ms};
  std::optional<TimePoint> timed_out;
  EXPECT_EQ(resends_of(machine, start, &timed_out), expected);
  EXPECT_EQ(timed_out, start + 32s);
}

TEST(ClientMachine, AbsorbsWhatComesAfterTheFinalResponse) {
  ClientMachine machine(timers, false, start);
  EXPECT_EQ(machine.on_response(200, start + 1s), pass);
  EXPECT_EQ(machine.on_response(200, start + 2s), nothing);
  EXPECT_EQ(machine.deadline(), start + 6s);
  EXPECT_EQ(machine.on_time(start + 6s), nothing);
  EXPECT_TRUE(machine.terminated());
  ClientMachine reliable(timers, true, start);
  EXPECT_EQ(reliable.on_response(404, start), pass);
  EXPECT_TRUE(reliable.terminated());
}

TEST(InviteServerMachine, AnswersARetransmissionWithItsLastResponse) {
  InviteServerMachine machine(timers, false);
  EXPECT_EQ(machine.on_request(), nothing);
  EXPECT_EQ(machine.on_response(100, start), pass);
  EXPECT_EQ(machine.on_request(), resend);
  EXPECT_EQ(machine.on_response(486, start + 1s), pass);
  EXPECT_EQ(machine.on_request(), resend);
  EXPECT_EQ(machine.on_response(200, start + 1s), nothing);
}

TEST(InviteServerMachine, ResendsANegativeResponseUntilTheAckComes) {
  InviteServerMachine machine(timers, false);
  machine.on_response(486, start);
  EXPECT_EQ(machine.on_time(start + 500ms), resend);
  EXPECT_EQ(machine.on_time(start + 1500ms), resend);
  EXPECT_EQ(machine.on_ack(start + 2s), nothing);
  EXPECT_EQ(machine.state(), State::confirmed);
  EXPECT_EQ(machine.on_ack(start + 3s), nothing);
  EXPECT_EQ(machine.on_request(), nothing);
  EXPECT_EQ(machine.deadline(), start + 7s);
  EXPECT_EQ(machine.on_time(start + 7s), nothing);
  EXPECT_TRUE(machine.terminated());
}

TEST(InviteServerMachine, SaysThatTheAckNeverCame) {
  InviteServerMachine machine(timers, false);
  machine.on_response(486, start);
  std::optional<TimePoint> timed_out;
  const std::vector<Duration> expected{500ms,   1500ms,  3500ms,  7500ms,  11500ms,
                                       15500ms, 19500ms, 23500ms, 27500ms, 31500ms};
  EXPECT_EQ(resends_of(machine, start, &timed_out), expected);
  EXPECT_EQ(timed_out, start + 32s);
}

TEST(InviteServerMachine, PassesEverySuccessAndItsAckForALife) {
  InviteServerMachine machine(timers, false);
  EXPECT_EQ(machine.on_response(200, start), pass);
  EXPECT_EQ(machine.state(), State::accepted);
  EXPECT_EQ(machine.on_request(), nothing) << "the callee itself resends its 2xx";
  EXPECT_EQ(machine.on_response(200, start + 1s), pass);
  EXPECT_EQ(machine.on_response(486, start + 1s), nothing);
  EXPECT_EQ(machine.on_ack(start + 1s), pass);
  EXPECT_EQ(machine.deadline(), start + 32s);
  EXPECT_EQ(machine.on_time(start + 32s), nothing);
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerMachine, AnswersARetransmissionOnceItHasAnAnswer) {
  ServerMachine machine(timers, false, start);
  EXPECT_EQ(machine.on_request(), nothing);
  EXPECT_EQ(machine.on_response(200, start), pass);
  EXPECT_EQ(machine.on_request(), resend);
  EXPECT_EQ(machine.on_response(200, start), nothing);
  EXPECT_EQ(machine.deadline(), start + 32s);
  EXPECT_EQ(machine.on_time(start + 32s), nothing);
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerMachine, IsDoneAtOnceOverAReliableTransport) {
  ServerMachine machine(timers, true, start);
  EXPECT_EQ(machine.on_response(200, start), pass);
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerMachine, ForgetsARequestThatNobodyAnswers) {
  ServerMachine machine(timers, false, start);
  std::optional<TimePoint> timed_out;
  resends_of(machine, start, &timed_out);
  EXPECT_EQ(timed_out, start + 64s);
}

/// Any order of events: no machine may fall over, resend without an end, or pass a second final response.
template <class Machine>
void survives_all_orders(const auto& make) {
  constexpr int events = 7, length = 5;
  int orders = 1;
  for (int i = 0; i < length; ++i) orders *= events;
  for (int order = 0; order < orders; ++order) {
    Machine machine = make();
    TimePoint now = start;
    int negative_finals = 0;
    for (int i = 0, rest = order; i < length; ++i, rest /= events) {
      now += 100ms;
      constexpr std::array<int, 5> statuses{100, 180, 200, 486, 600};
      const auto event = static_cast<std::size_t>(rest % events);
      if (event < statuses.size()) {
        const Effects effects = machine.on_response(statuses[event], now);
        if (effects.pass && statuses[event] >= 300) ++negative_finals;
      } else {
        machine.on_time(event == 5 ? now : now + 200s);
      }
    }
    EXPECT_LE(negative_finals, 1) << order;
    for (int turns = 0; machine.deadline(); ++turns) {
      ASSERT_LT(turns, 100) << order;
      now = std::max(now, *machine.deadline());
      machine.on_time(now);
    }
  }
}

TEST(TransactionMachines, SurviveAllOrdersOfEvents) {
  for (const bool reliable : {false, true}) {
    survives_all_orders<InviteClientMachine>([&] { return InviteClientMachine(timers, reliable, start); });
    survives_all_orders<ClientMachine>([&] { return ClientMachine(timers, reliable, start); });
    survives_all_orders<InviteServerMachine>([&] { return InviteServerMachine(timers, reliable); });
    survives_all_orders<ServerMachine>([&] { return ServerMachine(timers, reliable, start); });
  }
}

}  // namespace
}  // namespace p2pns::sip
