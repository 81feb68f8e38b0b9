// Every message body: the input goes to all decoders. A body that stands in tests/unit/wire/samples.cpp is a part of
// this target without another line.
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/wire/samples.hpp"

namespace p2pns::fuzz {
namespace {

using wire::test_samples::Sample;

/// One sample for each decoder: "pong-ipv6" is decoded as "pong" is. Contacts count without solved puzzles, which no
/// mutation would solve.
std::vector<Sample> one_of_each() {
  std::vector<Sample> samples = wire::test_samples::all_samples({0, 0});
  std::erase_if(samples, [](const Sample& sample) { return sample.name.find('-') != std::string::npos; });
  return samples;
}

}  // namespace

void run(Bytes input) {
  static const std::vector<Sample> samples = one_of_each();
  for (const Sample& sample : samples) {
    const auto again = sample.recode(input);
    if (!again) continue;
    // Reasons of later versions read as unspecified.
    const bool has_one_encoding = sample.name != "refused";
    if (has_one_encoding) require(equal(*again, input), sample.name + " has one encoding");
    const auto third = sample.recode(*again);
    require(third && equal(*third, *again), sample.name + " is read as it was written");
  }
}

}  // namespace p2pns::fuzz
