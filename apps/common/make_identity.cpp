#include "apps/common/make_identity.hpp"

#include <algorithm>
#include <chrono>

#include "core/host/net/system.hpp"

namespace p2pns::apps {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Quick puzzles say nothing at all.
constexpr milliseconds between_lines{1000};

class Narrator {
 public:
  Narrator(std::string_view puzzle, int bits, const std::function<void(const std::string&)>& say)
      : puzzle_(puzzle), bits_(bits), say_(say) {}
  bool operator()(std::uint64_t tries) {
    const auto now = Clock::now();
    if (now - said_ < between_lines) return true;
    said_ = now;
    say_(progress_line(puzzle_, tries, bits_, std::chrono::duration_cast<milliseconds>(now - started_)));
    return true;
  }

 private:
  std::string_view puzzle_;
  int bits_;
  const std::function<void(const std::string&)>& say_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point said_ = started_;
};

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace

std::string progress_line(std::string_view puzzle, std::uint64_t tries, int bits, milliseconds elapsed) {
  const auto elapsed_ms = static_cast<std::uint64_t>(std::max<milliseconds::rep>(1, elapsed.count()));
  return std::string{puzzle} + " puzzle: " + with_commas(tries) + " tries of about " +
         with_commas(std::uint64_t{1} << bits) + " expected, " + with_commas(tries * 1000 / elapsed_ms) + " a second";
}

crypto::Identity make_identity(const crypto::PuzzleDifficulty& difficulty,
                               const std::function<void(const std::string&)>& say) {
  host::SystemRandom random;
  // Nobody gives up here, so both puzzles end with a solution.
  const auto keys =
      crypto::solve_static_puzzle(random, difficulty.static_bits, Narrator("static", difficulty.static_bits, say));
  const auto solution =
      crypto::solve_dynamic_puzzle(crypto::node_id_of(keys->public_key()), random, difficulty.dynamic_bits,
                                   Narrator("dynamic", difficulty.dynamic_bits, say));
  return crypto::Identity(*keys, *solution);
}

}  // namespace p2pns::apps
