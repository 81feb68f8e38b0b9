// UpstreamPool: the configured upstreams, how each of them is, and the probes that find out. A probe asks for a random
// name that nobody else can know: an answer shows that the upstream is there, and the same question arriving here shows
// that it leads back to us, through however many other servers.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "core/base/log.hpp"
#include "frontends/dns/upstream_exchange.hpp"
#include "frontends/dns/upstream_health.hpp"

namespace p2pns::dns {

/// More would not be reached within one question's time. glibc takes three.
inline constexpr std::size_t upstreams_maximum = 8;
/// An upstream that knows a name answers in less; one that has to look for it may take longer, and is waited for.
inline constexpr std::chrono::milliseconds answer_expected_within{1000};
/// The probe at the start has more time: a resolver that has just started itself has everything still to find.
inline constexpr std::chrono::milliseconds first_answer_expected_within{3000};

class UpstreamPool {
 public:
  using Index = std::size_t;
  /// Told once each time an upstream is found to lead back here.
  using OnLoop = Callback<void(Index)>;

  /// `log` and `counters` outlive the pool's use: nothing is touched after stop().
  UpstreamPool(const boost::asio::any_io_executor& executor, const std::vector<Endpoint>& upstreams, Log& log,
               ForwardCounters& counters);
  ~UpstreamPool() { stop(); }
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  /// Probes each upstream once; the server must be listening already. All count as usable meanwhile.
  void start(OnLoop on_loop);
  void stop();

  /// Whom to ask, best first: the usable ones in their configured order, then those that failed. None that loop.
  std::vector<Index> order() const;
  std::shared_ptr<UpstreamExchange> exchange_with(Index, const ForwardQuestion&);
  // What became of a question to one of them.
  void on_answer(Index);
  void on_silence(Index);
  void on_error(Index);

  /// A question that arrived here: true when it is a probe of ours. The upstream it was sent to then leads back to us.
  bool recognise(const WireName&);

  UpstreamHealth::State state(Index index) const { return upstreams_[index].health.state(); }

 private:
  struct Upstream {
    Endpoint endpoint;
    UpstreamHealth health;
    boost::asio::steady_timer timer;  // until the next probe, or until one is given up
    std::shared_ptr<UpstreamExchange> probe;
    WireName probe_name;
    bool came_back = false;
    std::uint64_t armings = 0;  // a handler of an earlier one may be queued already
  };

  void send_probe(Index);
  void end_probe(Index, bool answered);
  void arm(Index, std::chrono::milliseconds pause, void (UpstreamPool::*action)(Index));
  static void disarm(Upstream&);
  void probe_timed_out(Index index) { end_probe(index, false); }
  /// After a change of state: says so, and probes what is not usable.
  void on_change(Index);
  void say(const Upstream&) const;

  boost::asio::any_io_executor executor_;
  std::vector<Upstream> upstreams_;
  Log& log_;
  ForwardCounters& counters_;
  OnLoop on_loop_;
  // Handlers that are queued when the pool stops find that it is gone.
  std::shared_ptr<UpstreamPool*> alive_;
};

}  // namespace p2pns::dns
