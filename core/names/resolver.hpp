// Resolver: answers from the cache or from memory when it can, and otherwise runs one Resolution per name, which all
// callers that ask meanwhile share. A caller that gives up leaves the others alone; the last one takes the resolution
// with it.
#pragma once

#include <map>

#include "core/names/resolution.hpp"
#include "core/names/resolver_counters.hpp"

namespace p2pns::names {

/// Resolutions under way. Each has up to some eight calls outstanding, of pending_calls_maximum in all; what comes on
/// top is answered not_reachable at once.
inline constexpr std::size_t resolutions_maximum = 512;
/// Callers that share one resolution: more than a household's programs, less than a flood. Beyond: not_reachable.
inline constexpr std::size_t callers_per_resolution_maximum = 1024;

class Resolver {
 public:
  using Callback = p2pns::Callback<void(std::shared_ptr<const NameAnswer>)>;

  explicit Resolver(const ResolverEnvironment& environment) : environment_(environment) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// As NameService::resolve.
  Operation resolve(NameQuery, Callback);
  const ResolverCounters& counters() const noexcept { return counters_; }
  std::size_t under_way() const noexcept { return running_.size(); }

 private:
  using Answer = std::shared_ptr<const NameAnswer>;
  /// Those who asked to bypass the cache share among themselves.
  using Question = std::pair<P2PName, bool>;
  struct Running {
    Running(const ResolverEnvironment& environment, const Question& question)
        : resolution(environment, question.first, question.second) {}
    std::map<std::uint64_t, Completion<Answer>> callers;
    Resolution resolution;
  };

  Answer from_memory(const NameQuery&);
  Answer turned_away(const P2PName&);
  void start(const Question&);
  Operation join(const Question&, Callback);
  void on_answer(const Question&, Answer);
  void drop_caller(const Question&, std::uint64_t caller);

  ResolverEnvironment environment_;
  ResolverCounters counters_;
  std::uint64_t next_caller_ = 0;
  std::map<Question, std::unique_ptr<Running>> running_;
  std::shared_ptr<Resolver*> self_ = std::make_shared<Resolver*>(this);  // a caller's Operation may outlive us
};

}  // namespace p2pns::names
