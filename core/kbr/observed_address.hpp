// ObservedAddress: where this node is, as others see it. A PONG carries the address its sender saw; here the senders
// vote, and what most of them say counts. Pure: told the time, asks nobody.
//
// Whoever owns one address block has one vote, so a liar needs more blocks than the honest witnesses have. Behind a NAT
// that shows every peer another port nobody agrees, and nothing is adopted.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/base/callback.hpp"
#include "core/base/time.hpp"
#include "core/kbr/block_rule.hpp"

namespace p2pns::kbr {

/// Of each family. The 16 nearest siblings are pinged all the time; more would only make a change slower.
inline constexpr std::size_t address_voters_maximum = 16;
/// A witness that is not heard of again has nothing to say about where this node is now.
inline constexpr Duration address_vote_life = std::chrono::minutes{30};
/// So many blocks must agree. With fewer witnesses (the first seconds, tiny overlays) all of them must.
inline constexpr std::size_t address_votes_needed = 3;

class ObservedAddress {
 public:
  explicit ObservedAddress(const BlockRule& rule) : rule_(rule) {}

  /// `witness` answered us from its front endpoint and saw us at `seen`. Its block's latest vote counts; with too many
  /// voters the oldest vote goes. Default value, or no host's address: ignored.
  void note(const wire::NodeHandle& witness, const Endpoint& seen, TimePoint now);
  /// What was adopted last; it stays until another address wins, also when no vote is fresh any more.
  std::optional<Endpoint> current(IpFamily family) const { return of(family).current; }
  /// Runs inside note(), after current() has changed.
  void on_change(Callback<void(const Endpoint&)> callback) { on_change_ = std::move(callback); }
  std::size_t voters(IpFamily family) const { return of(family).votes.size(); }

 private:
  struct Voter {
    std::optional<AddressBlock> block;
    std::optional<NodeId> id;  // only of a node whose address counts in no block
    friend bool operator==(const Voter&, const Voter&) = default;
  };
  struct Vote {
    Voter voter;
    Endpoint seen;
    TimePoint at;
  };
  struct Family {
    std::vector<Vote> votes;  // oldest first, at most address_voters_maximum
    std::optional<Endpoint> current;
  };

  const Family& of(IpFamily family) const { return families_[family == IpFamily::v4 ? 0 : 1]; }
  static bool wins(const Endpoint&, const std::vector<Vote>&);

  BlockRule rule_;
  std::array<Family, 2> families_;
  Callback<void(const Endpoint&)> on_change_;
};

}  // namespace p2pns::kbr
