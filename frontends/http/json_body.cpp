#include "frontends/http/json_body.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>

namespace p2pns::http {

namespace json = boost::json;

namespace {

std::string position_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto line_start = before.rfind('\n');
  const auto column = 1 + (line_start == std::string_view::npos ? offset : offset - line_start - 1);
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

ApiResult<json::value> parse_json(std::string_view text) {
  json::stream_parser parser;
  boost::system::error_code error;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error) return bad_field("body", "not valid JSON: " + error.message() + " at " + position_in(text, used));
  const auto rest = text.find_first_not_of(" \t\r\n", used);
  if (rest == std::string_view::npos) return parser.release();
  return bad_field("body", "not valid JSON: something follows the value at " + position_in(text, rest));
}

}  // namespace p2pns::http
