// Reading: the other half of message.cpp.
#include <algorithm>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/message.hpp"

namespace p2pns::sip {
namespace {

constexpr std::string_view line_end = "\r\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// "SIP/2.0" and its likes.
bool is_version(std::string_view text) { return text.size() >= 4 && equal_ignoring_case(text.substr(0, 4), "SIP/"); }

}  // namespace

class MessageParser {
 public:
  explicit MessageParser(std::string_view text) {
    while (text.starts_with(line_end)) text.remove_prefix(line_end.size());
    message_.buffer_ = text;
    message_.fields_.reserve(24);  // as many as an INVITE has
  }

  Result<SipMessage> parse() {
    if (message_.buffer_.size() > message_maximum_bytes) return Errc::too_large;
    if (auto read = read_start_line(); !read) return read.error();
    if (auto read = read_headers(); !read) return read.error();
    read_body();
    return std::move(message_);
  }

 private:
  using Range = SipMessage::Range;

  std::string_view text() const { return message_.buffer_; }
  Range range_of(std::string_view part) const {
    return {static_cast<std::uint32_t>(part.data() - text().data()), static_cast<std::uint32_t>(part.size())};
  }
  void note(std::string_view defect) {
    if (message_.defect_.empty()) message_.defect_ = defect;
  }

  Result<void> read_start_line() {
    const std::size_t end = text().find(line_end);
    if (end == std::string_view::npos) return Errc::malformed;
    if (end > header_maximum_bytes) return Errc::too_large;
    const std::string_view line = text().substr(0, end);
    next_ = end + line_end.size();
    message_.start_line_ = range_of(text().substr(0, next_));
    if (line.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos) return Errc::malformed;
    return is_version(line) ? read_status_line(line) : read_request_line(line);
  }

  Result<void> read_request_line(std::string_view line) {
    const std::string_view kept = line.substr(0, line.find_last_not_of(" \t") + 1);
    const std::size_t first = kept.find(' ');
    const std::size_t last = kept.rfind(' ');
    if (first == std::string_view::npos || first == last) return Errc::malformed;
    const std::string_view method = kept.substr(0, first);
    const std::string_view uri = kept.substr(first + 1, last - first - 1);
    const std::string_view version = kept.substr(last + 1);
    if (!is_version(version)) return Errc::malformed;
    if (kept.size() != line.size() || !is_token(method) || uri.empty() || std::ranges::any_of(uri, is_blank))
      note("Bad Request-Line");
    message_.method_ = range_of(method);
    message_.uri_ = range_of(uri);
    message_.version_ = range_of(version);
    return {};
  }

  Result<void> read_status_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    if (first == std::string_view::npos || line.size() < first + 4) return Errc::malformed;
    const std::string_view rest = line.substr(first + 1);
    const auto status = parse_number(rest.substr(0, 3));
    if (!status || *status < 100 || *status > 699) return Errc::malformed;
    if (rest.size() > 3 && rest[3] != ' ') return Errc::malformed;
    message_.status_ = static_cast<int>(*status);
    message_.uri_ = range_of(rest.substr(std::min<std::size_t>(rest.size(), 4)));
    message_.version_ = range_of(line.substr(0, first));
    return {};
  }

  Result<void> read_headers() {
    while (next_ < text().size() && !text().substr(next_).starts_with(line_end)) {
      const std::size_t begin = next_;
      if (auto found = find_end_of_header(); !found) return found.error();
      if (next_ - begin > header_maximum_bytes) return Errc::too_large;
      if (message_.fields_.size() == headers_maximum) return Errc::too_large;
      add_header(text().substr(begin, next_ - begin));
    }
    if (next_ >= text().size()) {
      note("Header Without End");
    } else {
      next_ += line_end.size();
    }
    return {};
  }

  /// Moves next_ behind the line and those that are folded into it.
  Result<void> find_end_of_header() {
    do {
      const std::size_t end = text().find(line_end, next_);
      if (end == std::string_view::npos) return Errc::malformed;
      next_ = end + line_end.size();
    } while (next_ < text().size() && is_blank(text()[next_]));
    return {};
  }

  void add_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = trimmed(line.substr(0, colon));
    std::string_view value;
    if (colon != std::string_view::npos) value = trimmed(line.substr(colon + 1));
    if (colon == std::string_view::npos || !is_token(name) || is_blank(line.front())) note("Bad Header Line");
    if (has_stray_line_end(line)) note("Bad Line End");
    message_.fields_.push_back({header_name(name), range_of(line), range_of(name), value_range(line, value)});
  }

  Range value_range(std::string_view line, std::string_view value) const {
    return value.data() ? range_of(value) : range_of(line.substr(line.size()));
  }

  /// CR or LF that do not stand together: the next reader may see a line there that we do not.
  static bool has_stray_line_end(std::string_view line) {
    for (std::size_t i = line.find('\n'); i != std::string_view::npos; i = line.find('\n', i + 1))
      if (i == 0 || line[i - 1] != '\r') return true;
    for (std::size_t i = line.find('\r'); i != std::string_view::npos; i = line.find('\r', i + 1))
      if (i + 1 == line.size() || line[i + 1] != '\n') return true;
    return false;
  }

  void read_body() {
    std::string_view body = text().substr(std::min(next_, text().size()));
    if (const auto value = message_.find(HeaderName::content_length)) {
      const auto length = parse_number(unfolded(*value));
      if (message_.count(HeaderName::content_length) > 1 || !length || *length > body.size())
        note("Bad Content-Length");
      else
        body = body.substr(0, *length);
    }
    message_.body_ = range_of(body);
  }

  SipMessage message_;
  std::size_t next_ = 0;
};

Result<SipMessage> SipMessage::parse(std::string_view text) { return MessageParser{text}.parse(); }

}  // namespace p2pns::sip
