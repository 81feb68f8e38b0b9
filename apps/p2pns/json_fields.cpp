#include "apps/p2pns/json_fields.hpp"

#include <boost/json/serialize.hpp>

#include "core/base/printable.hpp"

namespace p2pns::cli {

namespace json = boost::json;

const json::value* member(const json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string shown(const json::value& value, std::string_view key) {
  const auto* found = member(value, key);
  if (!found || found->is_null() || found->is_structured()) return "?";
  return printable(found->is_string() ? std::string{found->get_string()} : json::serialize(*found));
}

double number(const json::value& value, std::string_view key) {
  const auto* found = member(value, key);
  boost::system::error_code error;
  const double result = found && found->is_number() ? found->to_number<double>(error) : 0;
  return error ? 0 : result;
}

bool is_true(const json::value& value, std::string_view key) {
  const auto* found = member(value, key);
  return found && found->is_bool() && found->get_bool();
}

const json::array& list(const json::value& value, std::string_view key) {
  static const json::array empty;
  const auto* found = member(value, key);
  const auto* array = found ? found->if_array() : nullptr;
  return array ? *array : empty;
}

}  // namespace p2pns::cli
