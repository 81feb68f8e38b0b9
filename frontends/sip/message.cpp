#include "frontends/sip/message.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

constexpr std::string_view line_end = "\r\n";

/// A line end that is folded, as parts of a received header may be.
bool is_fold(std::string_view value, std::size_t at) {
  return value.substr(at).starts_with(line_end) && at + 2 < value.size() &&
         (value[at + 2] == ' ' || value[at + 2] == '\t');
}

/// One line, whatever the value is: bytes that would begin another one become spaces.
std::string line_of(std::string_view text, std::string_view value) {
  std::string line;
  line.reserve(text.size() + value.size() + 4);
  line.append(text).append(": ");
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool fold = is_fold(value, i);
    if (fold) line.append(line_end);
    if (fold)
      ++i;
    else
      line.push_back(value[i] == '\r' || value[i] == '\n' || value[i] == '\0' ? ' ' : value[i]);
  }
  return line.append(line_end);
}

/// The first value of a line and where the next one begins; a line that is no list is one value.
struct FirstOfList {
  std::string_view first;
  std::string_view rest;  ///< empty: there is no second
};
FirstOfList first_of_list(std::string_view value) {
  const auto list = split_list(value);
  if (!list || list->size() < 2) return {value, {}};
  return {list->front(), value.substr(static_cast<std::size_t>((*list)[1].data() - value.data()))};
}

}  // namespace

SipMessage SipMessage::request(std::string_view method, std::string_view uri) {
  SipMessage message;
  message.method_ = message.store(method);
  message.uri_ = message.store(uri);
  message.version_ = message.store("SIP/2.0");
  message.set_start_line();
  return message;
}

SipMessage SipMessage::response(int status, std::string_view reason) {
  P2PNS_ASSERT(status >= 100 && status <= 699);
  SipMessage message;
  message.status_ = status;
  message.uri_ = message.store(reason);
  message.version_ = message.store("SIP/2.0");
  message.set_start_line();
  return message;
}

Header SipMessage::header(std::size_t index) const noexcept {
  const Field& field = fields_[index];
  return {field.name, view(field.text), view(field.value)};
}

std::size_t SipMessage::count(HeaderName name) const noexcept {
  return static_cast<std::size_t>(std::ranges::count(fields_, name, &Field::name));
}

std::optional<std::string_view> SipMessage::find(HeaderName name) const noexcept {
  const auto found = first_of(name);
  if (!found) return std::nullopt;
  return view(fields_[*found].value);
}

std::optional<std::string_view> SipMessage::find(std::string_view name) const noexcept {
  for (const Field& field : fields_)
    if (equal_ignoring_case(view(field.text), name)) return view(field.value);
  return std::nullopt;
}

Result<std::vector<std::string>> SipMessage::values(HeaderName name) const {
  std::vector<std::string> all;
  for (const Field& field : fields_) {
    if (field.name != name || field.value.size == 0) continue;
    const std::string line = unfolded(view(field.value));
    const auto list = split_list(line);
    if (!list) return list.error();
    if (all.size() + list->size() > list_values_maximum) return Errc::too_large;
    all.insert(all.end(), list->begin(), list->end());
  }
  return all;
}

Result<std::string> SipMessage::first_value(HeaderName name) const {
  const auto found = find(name);
  if (!found) return Errc::no_such_name;
  const std::string line = unfolded(*found);
  return std::string{first_of_list(line).first};
}

void SipMessage::set_request_uri(std::string_view uri) {
  uri_ = store(uri);
  set_start_line();
}

void SipMessage::prepend(HeaderName name, std::string_view value) {
  const auto place = first_of(name).value_or(0);
  fields_.insert(fields_.begin() + static_cast<std::ptrdiff_t>(place), make_field(name, to_string(name), value));
}

void SipMessage::append(HeaderName name, std::string_view value) {
  const auto last = last_of(name);
  const std::size_t place = last ? *last + 1 : fields_.size();
  fields_.insert(fields_.begin() + static_cast<std::ptrdiff_t>(place), make_field(name, to_string(name), value));
}

void SipMessage::append(std::string_view name, std::string_view value) {
  fields_.push_back(make_field(header_name(name), name, value));
}

void SipMessage::replace(HeaderName name, std::string_view value) {
  const auto found = first_of(name);
  if (!found) return append(name, value);
  Field changed = make_field(name, view(fields_[*found].text), value);
  remove_all(name);
  fields_.insert(fields_.begin() + static_cast<std::ptrdiff_t>(*found), changed);
}

void SipMessage::replace_first_value(HeaderName name, std::string_view value) {
  const auto found = first_of(name);
  if (!found) return append(name, value);
  const Field& field = fields_[*found];
  std::string changed{value};
  if (const auto rest = first_of_list(view(field.value)).rest; !rest.empty()) changed.append(", ").append(rest);
  fields_[*found] = make_field(name, view(field.text), changed);
}

bool SipMessage::remove_first_value(HeaderName name) {
  const auto found = first_of(name);
  if (!found) return false;
  const Field& field = fields_[*found];
  const auto rest = first_of_list(view(field.value)).rest;
  if (rest.empty()) {
    fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(*found));
  } else {
    fields_[*found] = make_field(name, view(field.text), rest);
  }
  return true;
}

bool SipMessage::remove_last_value(HeaderName name) {
  const auto found = last_of(name);
  if (!found) return false;
  const Field& field = fields_[*found];
  const std::string_view value = view(field.value);
  const auto list = split_list(value);
  if (!list || list->size() < 2) {
    fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(*found));
    return true;
  }
  const std::string_view last_kept = (*list)[list->size() - 2];
  const auto end = static_cast<std::size_t>(last_kept.data() + last_kept.size() - value.data());
  fields_[*found] = make_field(name, view(field.text), value.substr(0, end));
  return true;
}

std::size_t SipMessage::remove_all(HeaderName name) {
  return std::erase_if(fields_, [name](const Field& field) { return field.name == name; });
}

std::size_t SipMessage::remove_all(std::string_view name) {
  return std::erase_if(fields_, [&](const Field& field) {
    return field.name == HeaderName::other && equal_ignoring_case(view(field.text), name);
  });
}

void SipMessage::set_body(std::string_view content_type, std::string_view body) {
  body_ = store(body);
  remove_all(HeaderName::content_type);
  if (!content_type.empty()) append(HeaderName::content_type, content_type);
  replace(HeaderName::content_length, std::to_string(body.size()));
}

std::string SipMessage::to_text(bool with_length) const {
  std::string text;
  text.reserve(size_bytes());
  text.append(view(start_line_));
  for (const Field& field : fields_) text.append(view(field.line));
  if (with_length && !first_of(HeaderName::content_length))
    text.append(line_of(to_string(HeaderName::content_length), std::to_string(body_.size)));
  return text.append(line_end).append(body());
}

std::size_t SipMessage::size_bytes() const noexcept {
  std::size_t size = start_line_.size + line_end.size() + body_.size;
  for (const Field& field : fields_) size += field.line.size;
  return size;
}

SipMessage::Range SipMessage::store(std::string_view text) {
  const Range range{static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(text.size())};
  buffer_.append(text);
  return range;
}

SipMessage::Field SipMessage::make_field(HeaderName name, std::string_view text, std::string_view value) {
  const auto text_size = static_cast<std::uint32_t>(text.size());
  const auto value_size = static_cast<std::uint32_t>(value.size());
  const Range line = store(line_of(text, value));  // one text first: both views may point into the buffer
  return {name, line, {line.begin, text_size}, {line.begin + text_size + 2, value_size}};
}

std::optional<std::size_t> SipMessage::first_of(HeaderName name) const noexcept {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  if (found == fields_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields_.begin());
}

std::optional<std::size_t> SipMessage::last_of(HeaderName name) const noexcept {
  for (std::size_t i = fields_.size(); i > 0; --i)
    if (fields_[i - 1].name == name) return i - 1;
  return std::nullopt;
}

void SipMessage::set_start_line() {
  std::string line;
  if (is_request()) {
    line.append(method()).append(" ").append(request_uri()).append(" ").append(version());
  } else {
    line.append(version()).append(" ").append(std::to_string(status_)).append(" ").append(reason());
  }
  start_line_ = store(line.append(line_end));
}

}  // namespace p2pns::sip
