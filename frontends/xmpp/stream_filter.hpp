// StreamFilter: what a server sends, cut into pieces that libstrophe can be given. The library builds a tree of
// whatever comes, with functions that call themselves, loops over all siblings for each new child, and a null pointer
// behind an empty <stream:error/>; so nothing reaches it before a whole stanza has been seen to be harmless. Attributes
// with a prefix, which it would take for those without, are left out, but for xml:lang and declarations. A stanza
// over a limit is skipped to its end, and its start tag is handed out, so that its sender can be told.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace p2pns::xmpp {

/// Of one stanza as it stands in the stream, where a quotation mark may have six bytes: twice what a link takes.
inline constexpr std::size_t stream_stanza_maximum_bytes = 512 * 1024;
/// Start tags and attributes in one stanza.
inline constexpr std::size_t stream_tags_maximum = 8192;
/// Line feeds and references in one stanza: libstrophe reads the text from its beginning at each. A long program has a
/// few thousand.
inline constexpr std::size_t stream_breaks_maximum = 8192;
/// Depth within one stanza; the tree has element_depth_maximum at most.
inline constexpr std::size_t stream_depth_maximum = 64;
/// Of the start tag that is kept of a skipped stanza: two addresses, an id and a type.
inline constexpr std::size_t start_tag_maximum_bytes = 16 * 1024;
/// Of what stands before the first stanza: the stream's own start tag.
inline constexpr std::size_t stream_head_maximum_bytes = 16 * 1024;

class StreamFilter {
 public:
  struct Output {
    std::function<void(std::string_view)> piece;  ///< whole stanzas, and the stream's own tags: for libstrophe
    std::function<void(std::string_view)>
        skipped;  ///< the start tag of a stanza over a limit, closed: "<message .../>"
  };
  explicit StreamFilter(Output output) : output_(std::move(output)) {}

  /// False when the stream is none that a server may send: a DTD, a comment, CDATA, an instruction between stanzas,
  /// UTF-16, an empty stream error, more than the head may have. Nothing may be fed after that.
  bool feed(std::string_view bytes);

 private:
  enum class State : std::uint8_t { text, opened, tag, end_tag, instruction };

  bool step(char c);
  bool in_text(char c);
  bool tag_opened(char c);
  bool in_tag(char c);
  void attribute_ended();
  bool start_tag_ended(bool empty);
  bool end_tag_ended();
  bool stanza_ended();
  void emit();
  void check_limits();

  Output output_;
  std::string held_;       // of the stanza, or of what stands before it
  std::string start_tag_;  // of a stanza that is being skipped
  std::size_t start_tag_size_ = 0;
  State state_ = State::text;
  char quote_ = 0;                // open quotation mark within a tag
  char before_ = 0;               // the byte before this one
  std::size_t attribute_at_ = 0;  // where the attribute being read begins in held_; 0: none
  bool named_ = false;            // the tag being read: its element's name is over
  std::size_t depth_ = 0;
  std::size_t tags_ = 0;
  std::size_t breaks_ = 0;
  bool content_ = false;  // of the stanza: anything between its tags
  bool skipping_ = false;
  bool failed_ = false;
};

}  // namespace p2pns::xmpp
