#include "frontends/sip/list_split.hpp"

#include "frontends/sip/sip_limits.hpp"

namespace p2pns::sip {
namespace {

constexpr std::string_view white_space = " \t\r\n";

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::size_t closing(std::string_view text, std::size_t begin) {
  const bool quote = text[begin] == '"';
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (quote && text[i] == '\\') {
      ++i;
    } else if (text[i] == (quote ? '"' : '>')) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

std::string unfolded(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  while (true) {
    const std::size_t end = value.find("\r\n");
    text.append(trimmed(value.substr(0, end)));
    if (end == std::string_view::npos) return text;
    value.remove_prefix(end);
    const std::size_t next = value.find_first_not_of(white_space);
    if (next == std::string_view::npos) return text;
    value.remove_prefix(next);
    text.push_back(' ');
  }
}

Result<std::vector<std::string_view>> split_list(std::string_view value) {
  std::vector<std::string_view> list;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size() && (value[i] == '"' || value[i] == '<')) {
      i = closing(value, i);
      if (i == std::string_view::npos) return Errc::malformed;
      continue;
    }
    if (i < value.size() && value[i] != ',') continue;
    const std::string_view element = trimmed(value.substr(begin, i - begin));
    if (element.empty()) return Errc::malformed;
    if (list.size() == list_values_maximum) return Errc::too_large;
    list.push_back(element);
    begin = i + 1;
  }
  return list;
}

}  // namespace p2pns::sip
