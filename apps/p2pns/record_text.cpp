#include "apps/p2pns/record_text.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "frontends/rdata/rdata.hpp"

namespace p2pns::cli {

namespace json = boost::json;

namespace {

constexpr std::string_view blank = " \t";

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(blank));
  rest.remove_prefix(word.size());
  return word;
}

bool is_type(std::string_view word) { return static_cast<bool>(rdata::type_from_text(word)); }

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "A ..." or "60 A ..."
bool type_follows(std::string_view rest) {
  const std::string_view word = take_word(rest);
  return is_type(word) || (is_number(word) && is_type(take_word(rest)));
}

/// An owner may be spelt like a type or a number: what follows decides ("a A 192.0.2.1", "42 60 A 192.0.2.1").
bool is_owner(std::string_view word, std::string_view rest) {
  if (is_type(word)) return type_follows(rest);
  if (is_number(word)) return is_number(take_word(rest));
  return true;
}

}  // namespace

ClientResult<json::object> parse_record_text(std::string_view text) {
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  json::object record;
  const bool owner = is_owner(word, rest);
  record["name"] = owner && word != "@" ? word : std::string_view{};
  if (owner) word = take_word(rest);
  if (is_number(word)) {
    std::int64_t ttl = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), ttl).ec != std::errc{})
      return ClientError{"record '" + std::string{text} + "': the TTL is too large"};
    record["ttl"] = ttl;
    word = take_word(rest);
  }
  if (const auto type = rdata::type_from_text(word); !type)
    return ClientError{"record '" + std::string{text} + "': " + type.error().message +
                       "; expected [OWNER] [TTL] TYPE DATA"};
  record["type"] = word;
  rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
  if (rest.empty()) return ClientError{"record '" + std::string{text} + "': the data is missing"};
  record["data"] = rest;
  return record;
}

ClientResult<std::string> registration_body(const std::vector<std::string>& records, bool publish) {
  json::array array;
  for (const std::string& text : records) {
    auto record = parse_record_text(text);
    if (!record) return record.error();
    array.push_back(std::move(*record));
  }
  json::object body;
  body["records"] = std::move(array);
  if (publish) body["publish"] = true;
  return ClientResult<std::string>{boost::system::in_place_value, json::serialize(body)};
}

}  // namespace p2pns::cli
