// What a server sends. The input is: how many bytes come at a time (1 byte), and the stream.
#include "core/wire/reader.hpp"
#include "frontends/xmpp/stream_filter.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

struct Cut {
  std::string all;  // every piece and start tag, each with a mark behind it
  bool good = true;
};

Cut cut(std::string_view stream, std::size_t step) {
  Cut result;
  std::size_t pieces = 0;
  xmpp::StreamFilter filter{
      {[&](std::string_view piece) {
         require(piece.size() <= xmpp::stream_stanza_maximum_bytes, "a piece is bounded");
         require(piece.find("<?") != piece.npos || piece.find("<!") == piece.npos, "no DTD passes");
         require(pieces++ > 0 || piece.size() <= xmpp::stream_head_maximum_bytes, "nor a giant head");
         result.all += std::string{piece} + "\x01";
       },
       [&](std::string_view tag) {
         require(tag.ends_with("/>") && tag.size() <= xmpp::start_tag_maximum_bytes + 1, "a tag is closed");
         result.all += std::string{tag} + "\x02";
       }}};
  while (!stream.empty() && result.good) {
    result.good = filter.feed(stream.substr(0, step));
    stream.remove_prefix(std::min(step, stream.size()));
  }
  return result;
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  const std::size_t step = in.u8() + 1U;
  if (in.failed()) return;
  const std::string_view stream = as_text(in.remaining());
  const Cut whole = cut(stream, stream.size() + 1);
  const Cut parts = cut(stream, step);
  require(whole.good == parts.good && whole.all == parts.all, "it does not matter in what pieces it comes");
}

}  // namespace p2pns::fuzz
