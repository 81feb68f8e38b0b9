// Fields of the daemon's answers, for texts that people read. Nothing here fails: what is missing shows as "?", 0,
// false or an empty list.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace p2pns::cli {

/// Null when `value` is no object, or has no such key.
const boost::json::value* member(const boost::json::value& value, std::string_view key);
/// Text without quotes, numbers and truth values as they stand; nothing in it steers a terminal.
std::string shown(const boost::json::value& value, std::string_view key);
double number(const boost::json::value& value, std::string_view key);
bool is_true(const boost::json::value& value, std::string_view key);
const boost::json::array& list(const boost::json::value& value, std::string_view key);

}  // namespace p2pns::cli
