// Private to core/wire: the parts that several message bodies share.
#pragma once

#include <span>

#include "core/wire/message.hpp"

namespace p2pns::wire::detail {

/// The value, when the reader saw exactly one well-formed body; its error otherwise.
template <class Message>
Result<Message> finished(const Reader& in, Message message) {
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return message;
}

void write_flag(Writer&, bool);
/// Anything but 0 and 1 is malformed.
bool read_flag(Reader&);

enum class MayBeEmpty : bool { no, yes };
/// u16 length and the record, at most record_maximum_bytes (asserted).
void write_record(Writer&, Bytes record, MayBeEmpty);
/// Longer than record_maximum_bytes is too_large; empty is malformed where it must not be.
ByteVector read_record(Reader&, MayBeEmpty);

/// u8 count, contacts. See encode(const Nodes&, ...) for what is left out.
void write_contacts(Writer&, std::span<const NodeHandle>, std::size_t maximum_bytes);
std::vector<NodeHandle> read_contacts(Reader&, const crypto::PuzzleDifficulty&);

}  // namespace p2pns::wire::detail
