// Comparison: one pass over the range this node shares with a neighbour. Digests of ranges are compared; what differs
// is cut into smaller ranges, down to a few records, which are then exchanged in both directions: only what is missing
// or newer travels. A neighbour that lies about digests costs a bounded number of calls.
#pragma once

#include <deque>

#include "core/dht/offers.hpp"
#include "core/dht/range_reader.hpp"

namespace p2pns::dht {

/// Records behind one digest at first, and such digests in one question: what the other side looks at for one.
inline constexpr std::size_t compared_records_per_range = 1024;
inline constexpr std::size_t compared_ranges_first = 4;
/// Pieces a range that differs is cut into.
inline constexpr std::size_t comparison_fan_out = 16;
/// Ranges with at most so many records are exchanged.
inline constexpr std::size_t comparison_leaf_records = 16;
inline constexpr Duration comparison_pause = std::chrono::milliseconds{50};
/// Of one pass: a million records that do not differ take 250.
inline constexpr std::size_t comparison_calls_maximum = 1024;
/// Records taken from the neighbour in one pass. The next pass goes on.
inline constexpr std::size_t comparison_records_maximum = 4096;

class Comparison {
 public:
  /// `done` runs once, never inside the call that started it. `offers` outlives the comparison.
  Comparison(const ReplicationContext&, Offers& offers, wire::NodeHandle peer, Callback<void()> done);
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  void start() { proceed(); }
  const NodeId& peer() const noexcept { return peer_.id; }

 private:
  bool shared(const VerifiedRecord&) const;
  /// The first records of the range up to `maximum` shared ones; `rest` is what lies behind them (empty: nothing).
  struct Cut {
    KeyRange first;
    std::optional<KeyRange> rest;
  };
  Cut cut(const KeyRange&, std::size_t maximum) const;
  std::size_t count(const KeyRange&, std::size_t enough) const;
  void proceed();
  void proceed_later();
  /// Moves the next pieces of the whole range to those to be compared.
  void open_more();
  void compare();
  void on_compared(const std::vector<KeyRange>&, const Result<wire::Compared>&);
  void descend(const KeyRange&);
  void exchange(const KeyRange&);
  void on_page();
  void take(const HeldRecord&);
  void on_taken(const RecordPlace&, const wire::Stored&);
  void offer_rest();
  void finish();

  ReplicationContext context_;
  Offers& offers_;
  wire::NodeHandle peer_;
  Callback<void()> done_;
  Neighbourhood around_;
  std::optional<KeyRange> not_opened_;
  std::deque<KeyRange> open_;    // to be compared
  std::deque<KeyRange> leaves_;  // to be exchanged
  std::optional<KeyRange> leaf_;
  std::unique_ptr<RangeReader> reader_;  // of the leaf
  std::set<RecordPlace> same_;           // in the leaf
  std::size_t calls_ = 0;
  std::size_t taken_ = 0;
  std::map<RecordPlace, Operation> storing_;
  Operation call_;
  Timer pause_;
};

}  // namespace p2pns::dht
