// Responder: the one way from a query's bytes to an answer's bytes, for all transports. Cached names are answered at
// once; others are looked up, one lookup per name however many ask, and answered within `answer_within` whatever
// happens: a client gives up after 5 s (glibc), so it gets SERVFAIL and a reason before that, and the lookup goes on
// into the name service's cache.
//
// With upstreams configured, questions outside of our zones, and aliases that lead there, go to the forwarder.
//
// A cache of finished answers as wire bytes, keyed by lower-case wire name and type, belongs at the top of answer():
// what it needs (id, flags, TTLs and question of the query patched into stored bytes) is all there, and nothing below
// has to change for it.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <variant>

#include "frontends/dns/forwarder.hpp"
#include "frontends/dns/translation.hpp"
#include "plugins/api/plugin_host.hpp"

namespace p2pns::dns {

/// Different names looked up at a time: a web page of 200 new names fits, a scan of random names stays harmless.
inline constexpr std::size_t lookups_maximum = 256;
/// Queries waiting for one name: the users of one resolver, and their retransmissions.
inline constexpr std::size_t waiting_per_name_maximum = 64;
/// Queries waiting altogether, about 2 kB each.
inline constexpr std::size_t waiting_maximum = 4096;

struct ResponderSettings {
  ZoneSettings zone;
  std::chrono::milliseconds answer_within{4000};
  std::vector<Endpoint> upstreams;  ///< none: other zones are refused
};

enum class Via : std::uint8_t { udp, tcp };

class Responder : public std::enable_shared_from_this<Responder> {
 public:
  /// Called at most once, never inside the call that got it.
  using Reply = Callback<void(ByteVector)>;

  /// A query that needs a lookup, or an upstream.
  struct Unfinished {
    Query query;
    Translation translation;
    Via via;
  };
  /// Either, or none: nothing is to be sent.
  struct Started {
    std::optional<ByteVector> response;
    std::optional<Unfinished> unfinished;
  };

  /// `host` outlives the responder's use: nothing is touched after stop(). Held by shared_ptr, because sessions whose
  /// coroutine ends a moment later still hold it.
  Responder(plugins::PluginHost& host, ResponderSettings settings);

  /// Begins to watch the upstreams; call it when the server listens.
  void start();
  Started answer(Bytes message, Via via);
  /// Looks up what is missing. Returns the answer when a maximum is reached; `reply` is not called then.
  std::optional<ByteVector> answer_later(Unfinished unfinished, Reply reply);
  /// Forgets all that waits and cancels its lookups; no reply is called after this.
  void stop();

  std::size_t lookups() const noexcept { return lookups_.size(); }
  const DnsCounters& counters() const noexcept { return counters_; }
  DnsCounters& counters() noexcept { return counters_; }

 private:
  using WaiterId = std::uint64_t;
  using Clock = boost::asio::steady_timer::clock_type;
  using Subject = std::variant<names::P2PName, crypto::Hit>;
  struct Waiter {
    Unfinished unfinished;
    Reply reply;
    Clock::time_point deadline;
  };
  struct Lookup {
    Operation operation;
    std::vector<WaiterId> waiters;
  };

  /// Feeds the translation what is cached. True when it is done.
  bool advance_from_cache(Translation&);
  Started begin(Query query, Via via);
  /// Whether an upstream has to say how the response goes on.
  bool needs_upstream(const Query&, const Translation&) const;
  /// Of a translation that wants no name any more. None: an upstream must be asked. Special-use names and our own
  /// probes never get there.
  std::optional<Response> response_without_asking(const Query&, const Translation&);
  /// Starts whatever the query needs next. An error: it cannot be started.
  std::optional<ExtendedError> wait(WaiterId id, const Unfinished&);
  /// Joins or starts the lookup of what is wanted. False at a maximum.
  bool wait_for(WaiterId id, const Subject&);
  Operation look_up(const Subject&);
  /// `use` gives the answer to a translation.
  void on_lookup_done(const Subject&, const Callback<void(Translation&)>& use, bool not_reachable);
  void on_forwarded(WaiterId id, const ForwardOutcome&);
  void go_on(Waiter waiter, WaiterId id, bool not_reachable);
  void fail(Unfinished&, ExtendedError) const;
  void arm_timer();
  void expire();
  ByteVector finish(const Query&, Response, Via via);
  ByteVector finish_forwarded(Unfinished&, Bytes message);
  /// Of a finished answer.
  void count(Rcode, Bytes message);

  plugins::PluginHost& host_;
  ResponderSettings settings_;
  boost::asio::steady_timer timer_;
  bool armed_ = false;
  WaiterId next_id_ = 0;
  std::map<WaiterId, Waiter> waiters_;  // all wait equally long, so the first is due first
  std::map<Subject, Lookup> lookups_;
  DnsCounters counters_;
  std::unique_ptr<Forwarder> forwarder_;  // null: nothing is forwarded
};

}  // namespace p2pns::dns
