#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "core/base/printable.hpp"

// The name libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p2pns::fuzz::run(std::as_bytes(std::span{data, size}));
  return 0;
}

namespace p2pns::fuzz {

void require(bool holds, std::string_view sentence, std::source_location place) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: does not hold: %.*s\n", place.file_name(), static_cast<unsigned>(place.line()),
               static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

bool is_one_line(std::string_view text) noexcept { return std::ranges::none_of(text, is_control); }

}  // namespace p2pns::fuzz
