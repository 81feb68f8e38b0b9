// JSON as people read it: indented, decimals without exponent. (boost::json writes 1.5 as 1.5E0, in one line.)
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "core/base/time.hpp"

namespace p2pns::http {

/// Ends with a line feed. For values made by this program: it calls itself for every level.
std::string to_text(const boost::json::value&);
/// Milliseconds with three decimals at most, as every `*_ms` of this interface.
double milliseconds_of(Duration);

}  // namespace p2pns::http
