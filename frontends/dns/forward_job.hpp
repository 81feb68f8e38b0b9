// ForwardJob: the course of one forwarded question. It asks the best upstream; when that is silent for a second, the
// next one too, or the same one once more (a datagram may have been lost), and goes on listening to those asked before:
// an upstream that has to look for a name itself is slow, not dead. The first good answer ends it. An upstream that
// refuses or fails makes the next one be asked at once; what it said is the answer when no other does better.
#pragma once

#include <optional>

#include "frontends/dns/response.hpp"
#include "frontends/dns/upstream_pool.hpp"

namespace p2pns::dns {

/// Exchanges of one question open at a time: each is a socket. One more that asks an upstream not asked yet takes the
/// place of the oldest.
inline constexpr std::size_t open_exchanges_maximum = 2;
/// Exchanges of one question altogether: every upstream once, and one of them a second time.
inline constexpr std::size_t exchanges_maximum = upstreams_maximum + 1;

/// What became of a forwarded question.
struct ForwardOutcome {
  std::optional<ByteVector> message;  ///< an upstream's answer, as it was believed
  ExtendedError error;                ///< why there is none
};

/// All upstreams lead back here.
ExtendedError loop_error();
/// None of them answered in time.
ExtendedError no_answer_error();

class ForwardJob : public std::enable_shared_from_this<ForwardJob> {
 public:
  using Done = Callback<void(ForwardOutcome)>;

  /// `pool` outlives the job's use: nothing is touched after it is done or stopped.
  ForwardJob(const boost::asio::any_io_executor& executor, UpstreamPool& pool, ForwardQuestion question,
             UpstreamTransport transport);

  /// `done` is called at most once, never inside of start() or give_up_on(), never after stop().
  void start(std::chrono::milliseconds time, Done done);
  /// The upstream turned out to be unusable.
  void give_up_on(UpstreamPool::Index);
  void stop();

 private:
  using Clock = boost::asio::steady_timer::clock_type;
  struct Attempt {
    UpstreamPool::Index upstream;
    std::shared_ptr<UpstreamExchange> exchange;  // null when it has ended
    bool silent = false;
  };

  /// Asks the next upstream, if there is one and a place for it.
  void attempt();
  std::optional<UpstreamPool::Index> next_upstream() const;
  bool was_asked(UpstreamPool::Index) const;
  std::size_t open_attempts() const;
  void arm_timer();
  void on_timer();
  void on_exchange_done(std::size_t attempt, Result<ByteVector> answer);
  void on_answer(UpstreamPool::Index upstream, ByteVector message);
  /// Another upstream, or the end when all have ended.
  void go_on();
  void finish();

  UpstreamPool& pool_;
  ForwardQuestion question_;
  UpstreamTransport transport_;
  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  Clock::time_point deadline_;
  std::vector<Attempt> attempts_;
  std::optional<ByteVector> answer_;  // the good one, or the best of the bad ones
  bool running_ = false;
  Done done_;
};

}  // namespace p2pns::dns
