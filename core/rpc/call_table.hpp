// CallTable: the calls under way. It matches answers and RETRYs with the transmission they belong to, retransmits,
// moves on to the next address, and gives up. Every transmission has its own request id, so that every round trip is
// unambiguous and a late answer to an earlier transmission still counts.
#pragma once

#include <deque>
#include <list>
#include <unordered_map>

#include "core/rpc/secure_session.hpp"

namespace p2pns::rpc {

/// RETRYs one call follows: one for a forgotten or restarted peer, one for a cookie that ran out meanwhile.
inline constexpr int retries_per_call_maximum = 2;
/// Transmissions of calls given up whose answer is still of use: it measures a peer that is farther away than we
/// thought, so that the next call waits long enough.
inline constexpr std::size_t late_transmissions_maximum = 256;
inline constexpr Duration late_answer_maximum = std::chrono::seconds{3};

class CallTable {
 public:
  CallTable(SecureSession&, const ChannelEnvironment&, RpcCounters&);
  ~CallTable();
  CallTable(const CallTable&) = delete;
  CallTable& operator=(const CallTable&) = delete;

  /// See RpcChannel::call.
  Operation call(const wire::NodeHandle& to, wire::MessageType, ByteVector body, std::size_t answer_bytes,
                 Callback<void(Result<Answer>)>);
  /// See RpcChannel::call_address.
  Operation call_address(const Endpoint& to, wire::MessageType, ByteVector body, std::size_t answer_bytes,
                         Callback<void(Result<Answer>)>);
  void observe(PeerObserver* observer) noexcept { observer_ = observer; }
  /// May run a completion, which may destroy this table: the last thing the caller does.
  void on_answer(const Endpoint& from, const wire::Datagram&);
  void on_retry(const Endpoint& from, const wire::Datagram&);

  Duration typical_round_trip() const noexcept { return typical_.median(); }
  std::size_t size() const noexcept { return calls_.size(); }

 private:
  struct Transmission {
    wire::RequestId id;
    Endpoint to;
    TimePoint sent_at;
    bool retry_seen = false;
  };
  struct Call {
    wire::NodeHandle to;  // endpoints: those to try; the rest is empty until the key is known
    bool key_known = true;
    wire::MessageType type{};
    ByteVector body;
    std::size_t answer_bytes = 0;
    Completion<Result<Answer>> completion;
    std::size_t endpoint = 0;  // index of the address tried now
    int tries = 0;             // transmissions to it, those that a RETRY asked for not counted
    int retries = 0;           // RETRYs followed
    bool introduce = false;    // a RETRY asked for it
    std::optional<std::chrono::milliseconds> clock_offset;  // of this call only: a RETRY is not authenticated
    Duration time_out{};
    std::vector<Transmission> transmissions;
    Timer timer;
  };
  using Calls = std::list<Call>;
  struct Match {
    Calls::iterator call;
    Transmission* transmission;
  };

  Operation begin(Call, Callback<void(Result<Answer>)>);
  Operation fail_later(Errc, Callback<void(Result<Answer>)>);
  void start_address(Call&);
  void transmit(Calls::iterator);
  Result<ByteVector> encode(Call&, const crypto::Nonce&);
  ByteVector encode_hello(const crypto::Nonce&) const;
  void on_time_out(Calls::iterator);
  void give_up(Calls::iterator);
  void follow_retry(Calls::iterator, const wire::Retry&);
  std::optional<Match> find(const wire::RequestId&, const Endpoint& from);
  /// An answer nobody waits for: late, or not wanted at all.
  void on_unexpected(Peer&, const Endpoint& from, const wire::ClearHeader&, const Opened&);
  void remember_late(const Call&);
  /// Round trip of an answer that came after its call was given up. Each counts once.
  std::optional<Duration> take_late(const wire::RequestId&, const Endpoint& from);
  void learn(Peer&, const Endpoint& from, const wire::ClearHeader&, const Opened&, Duration round_trip);
  /// Ends the call; what comes back is its completion.
  Completion<Result<Answer>> remove(Calls::iterator);

  SecureSession& session_;
  ChannelEnvironment environment_;
  RpcCounters& counters_;
  PeerObserver* observer_ = nullptr;
  TypicalRoundTrip typical_;
  Calls calls_;
  std::unordered_map<wire::RequestId, Calls::iterator> by_request_;
  std::deque<Transmission> late_;  // oldest first
};

}  // namespace p2pns::rpc
