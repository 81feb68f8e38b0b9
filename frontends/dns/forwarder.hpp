// Forwarder: questions outside of our zones go to the configured upstreams. Equal questions that are under way at the
// same time are asked once; their number is bounded. That alone keeps a loop from becoming a storm: our own question,
// coming back, waits for itself until its time is over.
#pragma once

#include <map>

#include "frontends/dns/forward_job.hpp"

namespace p2pns::dns {

/// Different questions under way: a web page of 200 names fits. With two sockets each, half of the descriptors that a
/// process usually may have (1,024).
inline constexpr std::size_t forwarded_maximum = 256;
/// Queries waiting for one of them: the users of one resolver, and their retransmissions.
inline constexpr std::size_t waiting_per_question_maximum = 64;

class Forwarder {
 public:
  using Done = Callback<void(const ForwardOutcome&)>;

  /// `log` and `counters` outlive the forwarder's use: nothing is touched after stop().
  Forwarder(const boost::asio::any_io_executor& executor, const std::vector<Endpoint>& upstreams,
            std::chrono::milliseconds answer_within, Log& log, ForwardCounters& counters);
  ~Forwarder() { stop(); }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// Begins to watch the upstreams; the server must be listening already.
  void start();
  void stop();
  /// Asks, or waits for an equal question. `done` is called at most once, never inside of this, never after stop().
  /// An error: the question cannot be asked now, and `done` is dropped.
  std::optional<ExtendedError> ask(const ForwardQuestion&, UpstreamTransport, Done done);
  /// True when this question is our own, on its way back to us.
  bool is_own_probe(const WireName& name) { return pool_.recognise(name); }

  std::size_t under_way() const noexcept { return questions_.size(); }
  const UpstreamPool& pool() const noexcept { return pool_; }

 private:
  struct Waiting {
    std::shared_ptr<ForwardJob> job;
    std::vector<Done> waiters;
  };
  void on_done(const ByteVector& key, const ForwardOutcome&);
  void on_loop(UpstreamPool::Index);

  boost::asio::any_io_executor executor_;
  std::chrono::milliseconds answer_within_;
  ForwardCounters& counters_;
  UpstreamPool pool_;
  std::map<ByteVector, Waiting> questions_;  // by the bytes that are sent, and how
};

}  // namespace p2pns::dns
