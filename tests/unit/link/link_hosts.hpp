// LinkHosts: hubs of one test, joined by connections without sockets, in virtual time. A connection may be cut without
// a word, or have an end that does not read; nothing sleeps.
#pragma once

#include <list>
#include <memory>

#include "core/link/link_hub.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::test {

class LinkHosts;

/// One end of a connection.
class FakeStream final : public link::LinkStream {
 public:
  void wake() override {}
  void close() override;

  bool reads = true;  ///< false: what the other end writes does not leave it
  bool cut = false;   ///< what is written vanishes, and no end of the connection is told
  bool closed = false;
  std::shared_ptr<link::Link> link;
  std::size_t written_bytes = 0;

 private:
  friend class LinkHosts;
  FakeStream* other_ = nullptr;
  bool writing_ = false;
  bool told_end_ = false;
  ByteVector on_the_way_;
};

/// One node: a hub, and what its receivers got.
class LinkHost final : public link::Dialer {
 public:
  LinkHost(LinkHosts& hosts, Random& random, const crypto::Identity& identity, int dynamic_puzzle_bits);
  const NodeId& id() const { return id_; }
  TimerQueue& timers() noexcept { return timers_; }
  link::LinkHub& hub() noexcept { return *hub_; }
  const link::LinkCounters& counters() const { return hub_->counters(); }
  std::uint64_t ended(link::EndReason reason) const { return counters().of(reason); }

  /// What arrives is kept and answered with `outcome`.
  void keep(std::string_view protocol, Result<void> outcome = {});
  /// What arrives is kept, and not answered before finish().
  void hold(std::string_view protocol);
  void finish(Result<void> outcome = {});
  /// The outcome is kept in `outcomes` under this text.
  void send(const NodeId& to, std::string_view protocol, std::string text);

  std::vector<std::string> received;
  std::vector<std::pair<std::string, Result<void>>> outcomes;
  std::deque<link::AnswerTo> held;
  std::vector<NodeId> dialled;
  bool reachable = true;  ///< others' dials lead to a connection

 private:
  void dial(const NodeId& to) override;

  LinkHosts& hosts_;
  NodeId id_;
  TimerQueue timers_;
  std::unique_ptr<link::LinkHub> hub_;
};

class LinkHosts {
 public:
  explicit LinkHosts(std::uint64_t seed) : random_(seed) {}

  LinkHost& add(int puzzle_bits = 0);
  LinkHost& add(const crypto::Identity&);
  crypto::Identity new_identity(int puzzle_bits = 0);
  /// A connection that `from` opens; its own end first.
  std::pair<FakeStream*, FakeStream*> connect(LinkHost& from, LinkHost& to);
  /// The host's dial begins; it ends at the next run.
  void begin_dial(LinkHost& from, const NodeId& to) { dials_.push_back({&from, to}); }
  /// Dials wait from now on, or go on.
  void hold_dials(bool hold) { dials_held_ = hold; }

  /// Until nothing moves at this moment.
  void settle();
  /// The same, for this time.
  void run_for(Duration);
  TimePoint now() const noexcept { return now_; }
  /// Of all connections, the newest last.
  std::list<std::unique_ptr<FakeStream>>& streams() noexcept { return streams_; }
  Random& random() noexcept { return random_; }

 private:
  struct Dial {
    LinkHost* from;
    NodeId to;
  };
  bool step();
  bool move(FakeStream&);
  void open(const Dial&);
  LinkHost* host_of(const NodeId&);

  SeededRandom random_;
  TimePoint now_{std::chrono::hours{1}};
  std::list<std::unique_ptr<FakeStream>> streams_;  // outlive the hosts
  std::vector<Dial> dials_;
  bool dials_held_ = false;
  std::list<LinkHost> hosts_;
};

}  // namespace p2pns::test
