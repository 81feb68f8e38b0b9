// Values of headers as text: folded lines and lists taken apart, without knowing what the values mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace p2pns::sip {

/// Joins folded lines: each line end with the white space around it becomes one space.
std::string unfolded(std::string_view value);
/// The values of a list, taken apart at the commas outside of quotes and angle brackets; white space around them is
/// gone. Errors: malformed (open quote or bracket, empty value), too_large.
Result<std::vector<std::string_view>> split_list(std::string_view value);

/// Index of the character that closes the quote or bracket which opens at `begin`; npos: none does.
std::size_t closing(std::string_view text, std::size_t begin);

/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace p2pns::sip
