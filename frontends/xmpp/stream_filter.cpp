#include "frontends/xmpp/stream_filter.hpp"

#include <utility>

namespace p2pns::xmpp {
namespace {

constexpr std::string_view white_space = " \t\r\n";

/// Whether an attribute has a prefix that XMPP's protocols do not use. libstrophe drops prefixes, and of two attributes
/// of one name the last counts: "e:from" would take the place of the "from" that the server has stamped.
bool is_foreign(std::string_view attribute) {
  const std::string_view name = attribute.substr(0, attribute.find_first_of(" \t\r\n="));
  return name.find(':') != std::string_view::npos && name != "xml:lang" && !name.starts_with("xmlns:");
}

/// True for "<stream:error>" and any other prefix, and for "<error ...>".
bool is_stream_error(std::string_view start_tag) {
  const std::string_view name = start_tag.substr(1, start_tag.find_first_of(" \t\r\n/>", 1) - 1);
  return name == "error" || name.ends_with(":error");
}

}  // namespace

bool StreamFilter::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (failed_) return false;
    if (!skipping_) held_ += c;
    check_limits();
    failed_ = failed_ || !step(c);
    before_ = c;
  }
  return !failed_;
}

bool StreamFilter::step(char c) {
  // A NUL is no character of XML, but half of one in UTF-16, where the rest would mean something else too.
  if (c == 0) return false;
  switch (state_) {
    case State::text:
      return in_text(c);
    case State::opened:
      return tag_opened(c);
    case State::tag:
      return in_tag(c);
    case State::end_tag:
      return c == '>' ? end_tag_ended() : c != '<';
    case State::instruction:
      if (c == '>' && before_ == '?') state_ = State::text;
      return c != '<';
  }
  return false;
}

bool StreamFilter::in_text(char c) {
  if (c == '<') {
    state_ = State::opened;
    return true;
  }
  if (depth_ == 0) return white_space.find(c) != std::string_view::npos;
  content_ = true;
  if (c == '&' || c == '\n' || c == '\r') ++breaks_;
  if (depth_ == 1) {  // white space between stanzas: the server is alive
    held_.clear();
    breaks_ = 0;
  }
  return true;
}

bool StreamFilter::tag_opened(char c) {
  if (c == '!') return false;
  if (c == '?') {
    state_ = State::instruction;
    return depth_ == 0;
  }
  state_ = c == '/' ? State::end_tag : State::tag;
  if (c == '/' && depth_ == 0) return false;
  quote_ = 0;
  attribute_at_ = 0;
  named_ = false;
  return c != '>' && c != '<';
}

bool StreamFilter::in_tag(char c) {
  if (quote_ != 0) {
    if (c == quote_) attribute_ended();
    if (c == '&' || c == '\n' || c == '\r') ++breaks_;
    return c != '<';
  }
  const bool space = white_space.find(c) != std::string_view::npos;
  named_ = named_ || space;
  if (named_ && !space && attribute_at_ == 0 && !skipping_) attribute_at_ = held_.size() - 1;
  if (c == '"' || c == '\'') {
    quote_ = c;
    ++tags_;
  }
  if (c == '>') return start_tag_ended(before_ == '/');
  return c != '<';
}

void StreamFilter::attribute_ended() {
  quote_ = 0;
  const std::size_t at = std::exchange(attribute_at_, 0);
  if (at != 0 && !skipping_ && is_foreign(std::string_view{held_}.substr(at))) held_.resize(at);
}

bool StreamFilter::start_tag_ended(bool empty) {
  state_ = State::text;
  ++tags_;
  if (depth_ == 0) {  // the stream's own
    if (empty) return false;
    depth_ = 1;
    emit();
    return true;
  }
  if (depth_ == 1) {
    content_ = false;
    if (!skipping_) start_tag_size_ = held_.size();
    if (empty && !skipping_ && is_stream_error(held_)) return false;
  } else {
    content_ = true;
  }
  ++depth_;
  return empty ? end_tag_ended() : true;
}

bool StreamFilter::end_tag_ended() {
  state_ = State::text;
  --depth_;
  if (depth_ == 1) return stanza_ended();
  if (depth_ == 0) emit();
  return true;
}

bool StreamFilter::stanza_ended() {
  if (std::exchange(skipping_, false)) {
    if (!start_tag_.empty()) output_.skipped(std::exchange(start_tag_, {}));
    held_.clear();
    tags_ = breaks_ = 0;
    return true;
  }
  if (!content_ && is_stream_error(held_)) return false;
  emit();
  return true;
}

void StreamFilter::emit() {
  const std::string whole = std::exchange(held_, {});
  tags_ = breaks_ = 0;
  output_.piece(whole);
}

void StreamFilter::check_limits() {
  if (skipping_) return;
  if (depth_ == 0) {
    failed_ = held_.size() > stream_head_maximum_bytes;
    return;
  }
  const bool in_start_tag = depth_ == 1 && state_ != State::text;
  if (in_start_tag) {
    // Without its start tag nobody could be told, and no server writes one like that.
    failed_ = held_.size() > start_tag_maximum_bytes;
    return;
  }
  if (held_.size() <= stream_stanza_maximum_bytes && tags_ <= stream_tags_maximum && breaks_ <= stream_breaks_maximum &&
      depth_ <= stream_depth_maximum + 1)
    return;
  skipping_ = true;
  start_tag_ = held_.substr(0, start_tag_size_);
  start_tag_.insert(start_tag_.size() - 1, "/");
  held_ = {};
}

}  // namespace p2pns::xmpp
