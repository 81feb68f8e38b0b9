// What every fuzz target shares. A target is one file that defines run(): it feeds a parser and checks with require()
// what must hold for all bytes. In the preset `fuzz` libFuzzer makes up the bytes; in all other presets replay.cpp
// feeds the kept corpus, so that a finding stays a test. docs/testing.md says how to add one.
#pragma once

#include <source_location>

#include "core/base/bytes.hpp"

namespace p2pns::fuzz {

/// Defined by each target: any bytes, any number of times. Whatever it does not return from is a finding.
void run(Bytes input);

/// Prints the sentence and its place and aborts when `holds` is false.
void require(bool holds, std::string_view sentence, std::source_location place = std::source_location::current());

/// True for text that stays on one line of a log or a terminal, whatever was quoted in it.
bool is_one_line(std::string_view text) noexcept;

}  // namespace p2pns::fuzz
