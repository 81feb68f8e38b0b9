#include "core/wire/message_parts.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::wire::detail {

void write_flag(Writer& out, bool flag) { out.u8(flag ? 1 : 0); }

bool read_flag(Reader& in) {
  const std::uint8_t value = in.u8();
  if (value > 1) in.fail();
  return value == 1;
}

void write_record(Writer& out, Bytes record, MayBeEmpty may_be_empty) {
  P2PNS_ASSERT(record.size() <= record_maximum_bytes);
  P2PNS_ASSERT(may_be_empty == MayBeEmpty::yes || !record.empty());
  out.long_bytes(record);
}

ByteVector read_record(Reader& in, MayBeEmpty may_be_empty) {
  const std::size_t size = in.u16();
  if (size > record_maximum_bytes) in.fail(Errc::too_large);
  if (size == 0 && may_be_empty == MayBeEmpty::no) in.fail();
  return copy_of(in.bytes(size));
}

void write_contacts(Writer& out, std::span<const NodeHandle> nodes, std::size_t maximum_bytes) {
  std::vector<const NodeHandle*> chosen;
  std::size_t size = out.size() + 1;
  for (const NodeHandle& node : nodes) {
    const bool repeated =
        std::ranges::any_of(chosen, [&node](const NodeHandle* other) { return other->id == node.id; });
    if (repeated || !has_contact_form(node)) continue;
    size += contact_size_bytes(node);
    if (size > maximum_bytes || chosen.size() == contacts_per_answer_maximum) break;
    chosen.push_back(&node);
  }
  out.u8(static_cast<std::uint8_t>(chosen.size()));
  for (const NodeHandle* node : chosen) write_contact(out, *node);
}

std::vector<NodeHandle> read_contacts(Reader& in, const crypto::PuzzleDifficulty& difficulty) {
  const std::size_t count = in.u8();
  if (count > contacts_per_answer_maximum) in.fail(Errc::too_large);
  std::vector<NodeHandle> nodes;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    NodeHandle node = read_contact(in, difficulty);
    if (std::ranges::find(nodes, node) != nodes.end()) in.fail();
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace p2pns::wire::detail
