#include "frontends/http/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace p2pns::http {

namespace json = boost::json;

namespace {

void append(std::string& text, const json::value& value, std::size_t depth);

void new_line(std::string& text, std::size_t depth) { text.append(1, '\n').append(2 * depth, ' '); }

void append_number(std::string& text, double number) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 3);
  std::string_view shown{digits.data(), static_cast<std::size_t>(end.ptr - digits.data())};
  while (shown.ends_with('0')) shown.remove_suffix(1);
  if (shown.ends_with('.')) shown.remove_suffix(1);
  text += end.ec == std::errc{} ? shown : "null";
}

void append_object(std::string& text, const json::object& object, std::size_t depth) {
  const char* separator = "{";
  for (const auto& [key, value] : object) {
    text += separator;
    new_line(text, depth + 1);
    text += json::serialize(key) + ": ";
    append(text, value, depth + 1);
    separator = ",";
  }
  if (object.empty())
    text += "{";
  else
    new_line(text, depth);
  text += "}";
}

void append_array(std::string& text, const json::array& array, std::size_t depth) {
  const char* separator = "[";
  for (const json::value& value : array) {
    text += separator;
    new_line(text, depth + 1);
    append(text, value, depth + 1);
    separator = ",";
  }
  if (array.empty())
    text += "[";
  else
    new_line(text, depth);
  text += "]";
}

void append(std::string& text, const json::value& value, std::size_t depth) {
  if (const auto* object = value.if_object()) return append_object(text, *object, depth);
  if (const auto* array = value.if_array()) return append_array(text, *array, depth);
  if (const auto* number = value.if_double()) return append_number(text, *number);
  text += json::serialize(value);
}

}  // namespace

std::string to_text(const json::value& value) {
  std::string text;
  append(text, value, 0);
  text += '\n';
  return text;
}

double milliseconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

}  // namespace p2pns::http
