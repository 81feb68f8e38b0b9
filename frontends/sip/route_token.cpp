#include "frontends/sip/route_token.hpp"

#include "core/crypto/compare.hpp"
#include "core/crypto/digest.hpp"

namespace p2pns::sip {

namespace {

/// 80 bits: guessing takes 2^79 messages to this very node.
constexpr std::size_t tag_bytes = 10;
/// 40 bits, asked of this very node too; and whoever finds one shows another From to one phone, in one dialog.
constexpr std::size_t parties_bytes = 5;
enum class Kind : std::uint8_t { node = 0, udp = 1, tcp = 2 };
/// In the first byte, beside the kind.
constexpr unsigned callee_bit = 0x80;
constexpr unsigned unverified_bit = 0x40;

void put_number(ByteVector& out, std::uint64_t number, std::size_t size) {
  while (size-- > 0) out.push_back(static_cast<std::byte>(number >> (8 * size) & 0xffU));
}

std::uint64_t number_of(Bytes bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8U | std::to_integer<std::uint64_t>(byte);
  return number;
}

ByteVector content_of(const Hop& hop) {
  ByteVector content;
  if (const NodeId* node = std::get_if<NodeId>(&hop)) {
    content.push_back(static_cast<std::byte>(Kind::node));
    content.insert(content.end(), node->value.begin(), node->value.end());
    return content;
  }
  const Flow& flow = std::get<Flow>(hop);
  const bool stream = flow.transport == TransportKind::tcp;
  content.push_back(static_cast<std::byte>(stream ? Kind::tcp : Kind::udp));
  if (stream) put_number(content, flow.connection, 8);
  put_number(content, flow.remote.port, 2);
  const Bytes address = flow.remote.address.view();
  content.insert(content.end(), address.begin(), address.end());
  return content;
}

std::optional<Hop> hop_of(Bytes content) {
  if (content.empty()) return std::nullopt;
  const auto kind = static_cast<Kind>(content[0]);
  content = content.subspan(1);
  if (kind == Kind::node) {
    const auto node = NodeId::from(content);
    return node ? std::optional<Hop>{*node} : std::nullopt;
  }
  if (kind != Kind::udp && kind != Kind::tcp) return std::nullopt;
  Flow flow;
  if (kind == Kind::tcp) {
    if (content.size() < 8) return std::nullopt;
    flow.transport = TransportKind::tcp;
    flow.connection = number_of(content.first(8));
    content = content.subspan(8);
  }
  if (content.size() < 2) return std::nullopt;
  flow.remote.port = static_cast<std::uint16_t>(number_of(content.first(2)));
  const auto address = ip_address_from(content.subspan(2));
  if (!address) return std::nullopt;
  flow.remote.address = *address;
  return flow;
}

}  // namespace

std::string RouteTokens::make(const RouteHop& at, const DialogMarks& dialog) const {
  ByteVector token = content_of(at.hop);
  if (at.side == Side::callee) token[0] |= std::byte{callee_bit};
  if (at.unverified) token[0] |= std::byte{unverified_bit};
  const ByteVector parties = parties_of(dialog.from_party, dialog.to_party);
  token.insert(token.end(), parties.begin(), parties.end());
  const ByteVector tag = tag_of(token, dialog.call_id, dialog.from_tag);
  token.insert(token.end(), tag.begin(), tag.end());
  return to_base32(token);
}

std::optional<RouteHop> RouteTokens::read(std::string_view token, const DialogMarks& dialog) const {
  auto bytes = from_base32(token);
  if (!bytes || bytes->size() <= parties_bytes + tag_bytes) return std::nullopt;
  const Bytes content = Bytes{*bytes}.first(bytes->size() - tag_bytes);
  const Bytes given = Bytes{*bytes}.last(tag_bytes);
  const auto is_of = [&](std::string_view caller_tag) {
    return crypto::equal_in_constant_time(tag_of(content, dialog.call_id, caller_tag), given);
  };
  const bool caller_sends = is_of(dialog.from_tag), callee_sends = is_of(dialog.to_tag);
  if (!caller_sends && !callee_sends) return std::nullopt;
  const auto are_parties = [&](std::string_view caller, std::string_view callee) {
    return crypto::equal_in_constant_time(parties_of(caller, callee), content.last(parties_bytes));
  };
  const auto flags = std::to_integer<unsigned>(content[0]);
  (*bytes)[0] &= std::byte{0xff ^ (callee_bit | unverified_bit)};
  const auto hop = hop_of(content.first(content.size() - parties_bytes));
  if (!hop) return std::nullopt;
  RouteHop read{*hop, (flags & callee_bit) != 0 ? Side::callee : Side::caller, (flags & unverified_bit) != 0};
  read.same_parties = (caller_sends && are_parties(dialog.from_party, dialog.to_party)) ||
                      (callee_sends && are_parties(dialog.to_party, dialog.from_party));
  return read;
}

ByteVector RouteTokens::parties_of(std::string_view caller, std::string_view callee) const {
  ByteVector size;
  put_number(size, caller.size(), 4);
  const crypto::Digest digest = crypto::hmac_sha256(secret_.view(), {size, as_bytes(caller), as_bytes(callee)});
  return copy_of(digest.view().first(parties_bytes));
}

/// The sizes keep a byte from counting for one part in one token and for its neighbour in another.
ByteVector RouteTokens::tag_of(Bytes content, std::string_view call_id, std::string_view caller_tag) const {
  ByteVector sizes;
  put_number(sizes, content.size(), 4);
  put_number(sizes, call_id.size(), 4);
  const crypto::Digest digest =
      crypto::hmac_sha256(secret_.view(), {sizes, content, as_bytes(call_id), as_bytes(caller_tag)});
  return copy_of(digest.view().first(tag_bytes));
}

}  // namespace p2pns::sip
