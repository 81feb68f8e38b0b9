// Bodies of the messages between a resolver and the node of a name's owner.
#include "core/base/assert.hpp"
#include "core/wire/message_parts.hpp"

namespace p2pns::wire {

ByteVector encode(const AskOwner& ask) {
  P2PNS_ASSERT(ask.name.size() <= name_maximum_bytes);
  Writer out;
  out.short_bytes(as_bytes(ask.name));
  return std::move(out).take();
}

Result<AskOwner> decode_ask_owner(Bytes body) {
  Reader in{body};
  const std::size_t size = in.u8();
  if (size > name_maximum_bytes) in.fail(Errc::too_large);
  AskOwner ask{std::string{as_text(in.bytes(size))}};
  return detail::finished(in, std::move(ask));
}

ByteVector encode(const OwnerSays& says) {
  Writer out;
  detail::write_record(out, says.record_set, detail::MayBeEmpty::yes);
  return std::move(out).take();
}

Result<OwnerSays> decode_owner_says(Bytes body) {
  Reader in{body};
  OwnerSays says{detail::read_record(in, detail::MayBeEmpty::yes)};
  return detail::finished(in, std::move(says));
}

}  // namespace p2pns::wire
