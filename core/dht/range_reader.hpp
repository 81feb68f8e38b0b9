// RangeReader: reads what one other node holds of a range, in ascending order, page after page. What both hold is told
// by digest and does not travel. Nothing is believed that does not verify, or that does not go forward.
#pragma once

#include <deque>

#include "core/dht/replication_context.hpp"

namespace p2pns::dht {

/// Between two pages of one reader: at most 5 records in 25 ms, so that joining is no flood.
inline constexpr Duration page_pause = std::chrono::milliseconds{25};
/// Calls for one page that may time out; each has its own retransmission.
inline constexpr int page_tries = 2;
/// Times the other side may say that it is busy, and how long it is left alone then.
inline constexpr int busy_answers_maximum = 8;
inline constexpr Duration busy_pause = std::chrono::seconds{1};

struct HeldRecord {
  VerifiedRecord record;
  bool same = false;  ///< this node stores it as well (when the page was asked for)
};

class RangeReader {
 public:
  /// `range` does not wrap around, except to end with the last key. `on_progress` runs after each page and at the end;
  /// it does not destroy the reader.
  RangeReader(const ReplicationContext&, wire::NodeHandle, const KeyRange&, Callback<void()> on_progress);
  RangeReader(const RangeReader&) = delete;
  RangeReader& operator=(const RangeReader&) = delete;

  void start() { ask(); }
  /// Asks for nothing more.
  void stop();
  /// The next record, or null: the page is under way, or nothing is left.
  const HeldRecord* head() const noexcept { return held_.empty() ? nullptr : &held_.front(); }
  /// There is one (asserted). Behind the last one the next page is asked for.
  void pop();
  /// Read to the end of the range, and nothing is left.
  bool finished() const noexcept { return state_ == State::ended && held_.empty(); }
  /// Timed out, refused, or lied.
  bool failed() const noexcept { return state_ == State::failed; }
  const wire::NodeHandle& node() const noexcept { return node_; }

 private:
  enum class State : std::uint8_t { reading, ended, failed };

  void ask();
  void ask_after(Duration);
  void choose_slice();
  void on_page(Result<wire::RangePage>);
  void on_failure(const boost::system::error_code&);
  /// False: the page is a lie.
  bool take(wire::RangePage&&);
  void go_on_behind(const wire::RangePage&);
  void fail();

  ReplicationContext context_;
  wire::NodeHandle node_;
  KeyRange range_;
  Callback<void()> on_progress_;
  State state_ = State::reading;
  std::optional<RecordPlace> after_;
  KeyRange slice_;                     // of the page under way: as many of our records as one request names
  std::vector<VerifiedRecord> known_;  // ours in the slice
  std::deque<HeldRecord> held_;
  int tries_ = 0;
  int busy_answers_ = 0;
  Operation call_;
  Timer pause_;
};

}  // namespace p2pns::dht
