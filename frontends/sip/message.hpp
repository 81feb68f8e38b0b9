// SipMessage: start line, header lines and body of one message (RFC 3261, 7), as an index over one owned buffer.
// Editing moves entries of the index and appends to the buffer, so that every line nobody touched goes out byte for
// byte as it came in. What a header's value means is left to fields.hpp; whether a request may go on, to
// request_check.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "frontends/sip/header_name.hpp"
#include "frontends/sip/sip_limits.hpp"

namespace p2pns::sip {

/// One header line. Views live until the message changes or dies.
struct Header {
  HeaderName name = HeaderName::other;
  std::string_view text;   ///< the name as written
  std::string_view value;  ///< as written, without white space around it; may be folded over lines
};

class SipMessage {
 public:
  /// One datagram, or one message of a stream. Line ends in front of the start line are skipped. Body: as long as
  /// Content-Length says, the rest of the text without one. Errors: malformed (no start line, no end of the header),
  /// too_large (a maximum of sip_limits.hpp). All other faults of framing leave a message that can be answered, with a
  /// defect().
  static Result<SipMessage> parse(std::string_view text);
  /// A request or a response with a start line only. `uri` and `reason` are one line of text.
  static SipMessage request(std::string_view method, std::string_view uri);
  static SipMessage response(int status, std::string_view reason);

  /// Why it is not a message of RFC 3261, as the reason of a 400: "Bad Content-Length". Empty: framing is good.
  std::string_view defect() const noexcept { return defect_; }

  bool is_request() const noexcept { return status_ == 0; }
  std::string_view method() const noexcept { return view(method_); }    ///< requests; case counts
  std::string_view request_uri() const noexcept { return view(uri_); }  ///< requests, as written
  int status() const noexcept { return status_; }                       ///< 100 to 699; 0 for requests
  std::string_view reason() const noexcept { return view(uri_); }       ///< responses
  std::string_view version() const noexcept { return view(version_); }  ///< "SIP/2.0"
  std::string_view body() const noexcept { return view(body_); }

  std::size_t header_count() const noexcept { return fields_.size(); }
  Header header(std::size_t index) const noexcept;
  /// Number of lines with this name.
  std::size_t count(HeaderName) const noexcept;
  /// Value of the first line with this name.
  std::optional<std::string_view> find(HeaderName) const noexcept;
  /// The same for a header we have no HeaderName for.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// All values in order, lists taken apart: two Via lines and one "Via: a, b" are four. Each value is unfolded text.
  /// Only for headers whose grammar is a list. Errors: too_large (list_values_maximum of all lines).
  Result<std::vector<std::string>> values(HeaderName) const;
  /// The first of values(). Errors: no_such_name (no such header).
  Result<std::string> first_value(HeaderName) const;

  void set_request_uri(std::string_view uri);
  /// Before the first line of that name, or as first line of all. `value` is one line of text, like all below;
  /// a line end in it that is not folded, and a NUL, becomes a space.
  void prepend(HeaderName, std::string_view value);
  /// After the last line of that name, or as last line of all.
  void append(HeaderName, std::string_view value);
  void append(std::string_view name, std::string_view value);
  /// One line with this value where the first one stood, or as the last line.
  void replace(HeaderName, std::string_view value);
  /// Puts `value` in the place of the first value of a list header (a Via that got `received`, ...).
  void replace_first_value(HeaderName, std::string_view value);
  /// Takes the first value away: the top Via, the first Route. False: there was none.
  bool remove_first_value(HeaderName);
  bool remove_last_value(HeaderName);
  /// Number of lines that went.
  std::size_t remove_all(HeaderName);
  /// The same for a header we have no HeaderName for.
  std::size_t remove_all(std::string_view name);
  /// Sets Content-Length, and Content-Type unless it is empty.
  void set_body(std::string_view content_type, std::string_view body);

  /// The message as it goes out. Content-Length stays as it came, so set_body() keeps it true; a message without one
  /// gets it here when `with_length` (streams).
  std::string to_text(bool with_length = false) const;
  std::size_t size_bytes() const noexcept;

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct Field {
    HeaderName name = HeaderName::other;
    Range line;  ///< with its line end
    Range text;
    Range value;
  };
  friend class MessageParser;

  std::string_view view(Range range) const noexcept {
    return std::string_view{buffer_}.substr(range.begin, range.size);
  }
  Range store(std::string_view text);
  Field make_field(HeaderName name, std::string_view text, std::string_view value);
  std::optional<std::size_t> first_of(HeaderName) const noexcept;
  std::optional<std::size_t> last_of(HeaderName) const noexcept;
  void set_start_line();

  std::string buffer_;
  std::vector<Field> fields_;
  Range start_line_;
  Range method_;
  Range uri_;  ///< a response's reason
  Range version_;
  Range body_;
  int status_ = 0;
  std::string_view defect_;  ///< a text of the program
};

}  // namespace p2pns::sip
