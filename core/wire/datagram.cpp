#include "core/wire/datagram.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/wire/message_parts.hpp"

namespace p2pns::wire {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t version_mask = 0x3f;
constexpr std::uint8_t introduction_flag = 0x80;
constexpr std::uint8_t cookie_flag = 0x40;
constexpr std::size_t body_length_bytes = 2;
// Of a message that is sealed; less cannot be opened.
constexpr std::size_t sealed_minimum_bytes = envelope_bytes + body_length_bytes + crypto::seal_tag_bytes;

static_assert(clear_header_bytes == 4 + 3 * 8);
static_assert(introduction_bytes == crypto::PublicKey::size_bytes + crypto::PuzzleSolution::size_bytes);
static_assert(cookie_bytes == Cookie::size_bytes);

bool is_sealed(MessageType type) { return type != MessageType::hello && type != MessageType::retry; }

// HELLO and RETRY come from strangers: the fewer forms they have, the fewer states their receivers have.
bool has_allowed_form(const ClearHeader& header) {
  if (header.type == MessageType::hello)
    return header.introduction && !header.cookie && header.receiver == KeyFingerprint{};
  if (header.type == MessageType::retry) return !header.introduction && !header.cookie;
  return true;
}

void write_introduction(Writer& out, const Introduction& introduction) {
  out.fixed(introduction.key).fixed(introduction.puzzle);
}

Introduction read_introduction(Reader& in) {
  Introduction introduction;
  introduction.key = in.fixed<crypto::PublicKey>();
  introduction.puzzle = in.fixed<crypto::PuzzleSolution>();
  return introduction;
}

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

template <class Prefix>
Prefix prefix_of(Bytes bytes) {
  Prefix prefix;
  std::memcpy(prefix.value.data(), bytes.data(), Prefix::size_bytes);
  return prefix;
}

}  // namespace

KeyFingerprint fingerprint_of(const NodeId& id) { return prefix_of<KeyFingerprint>(id.view()); }
RequestId request_id_of(const crypto::Nonce& nonce) { return prefix_of<RequestId>(nonce.view()); }

ByteVector encode_clear(const ClearHeader& header, const crypto::Nonce& nonce) {
  P2PNS_ASSERT(has_allowed_form(header));
  const int flags = (header.introduction ? introduction_flag : 0) | (header.cookie ? cookie_flag : 0);
  Writer out;
  out.u8(static_cast<std::uint8_t>(version | flags)).u8(static_cast<std::uint8_t>(header.type));
  out.fixed(header.network).u16(header.day).fixed(header.sender).fixed(header.receiver);
  if (header.introduction) write_introduction(out, *header.introduction);
  if (header.cookie) out.fixed(*header.cookie);
  out.fixed(nonce);
  return std::move(out).take();
}

Result<Datagram> decode_datagram(Bytes bytes) {
  if (bytes.size() > datagram_maximum_bytes) return Errc::too_large;
  Reader in{bytes};
  const std::uint8_t first = in.u8();
  if (!in.failed() && (first & version_mask) != version) return Errc::wrong_version;
  Datagram datagram;
  ClearHeader& header = datagram.header;
  header.type = static_cast<MessageType>(in.u8());
  header.network = in.fixed<crypto::NetworkFingerprint>();
  header.day = in.u16();
  header.sender = in.fixed<KeyFingerprint>();
  header.receiver = in.fixed<KeyFingerprint>();
  if ((first & introduction_flag) != 0) header.introduction = read_introduction(in);
  if ((first & cookie_flag) != 0) header.cookie = in.fixed<Cookie>();
  datagram.nonce = in.fixed<crypto::Nonce>();
  if (in.failed()) return Errc::truncated;
  if (!has_allowed_form(header)) return Errc::malformed;
  datagram.clear = bytes.first(bytes.size() - in.left());
  datagram.sealed = in.remaining();
  if (is_sealed(header.type) && datagram.sealed.size() < sealed_minimum_bytes) return Errc::truncated;
  return datagram;
}

ByteVector encode_plain(const Envelope& envelope, Bytes body, std::size_t padded_body_bytes) {
  P2PNS_ASSERT(body.size() <= body_maximum_bytes && padded_body_bytes <= body_maximum_bytes);
  Writer out;
  out.fixed(envelope.request).u64(envelope.time_ms).u32(envelope.start_s).u32(envelope.counter);
  out.long_bytes(body);
  ByteVector plain = std::move(out).take();
  if (body.size() < padded_body_bytes) plain.resize(plain.size() + padded_body_bytes - body.size());
  return plain;
}

Result<Plain> decode_plain(Bytes bytes) {
  Reader in{bytes};
  Plain plain;
  plain.envelope.request = in.fixed<RequestId>();
  plain.envelope.time_ms = in.u64();
  plain.envelope.start_s = in.u32();
  plain.envelope.counter = in.u32();
  plain.body = in.long_bytes();
  if (!all_zero(in.remaining())) in.fail();
  return detail::finished(in, plain);
}

ByteVector encode(const Retry& retry) {
  Writer out;
  out.fixed(retry.request).fixed(retry.cookie);
  write_introduction(out, retry.responder);
  out.u64(retry.time_ms);
  return std::move(out).take();
}

Result<Retry> decode_retry(Bytes body) {
  Reader in{body};
  Retry retry;
  retry.request = in.fixed<RequestId>();
  retry.cookie = in.fixed<Cookie>();
  retry.responder = read_introduction(in);
  retry.time_ms = in.u64();
  return detail::finished(in, retry);
}

ByteVector encode(const Hello&) { return ByteVector(hello_body_bytes); }

Result<Hello> decode_hello(Bytes body) {
  Reader in{body};
  if (!all_zero(in.bytes(hello_body_bytes))) in.fail();
  return detail::finished(in, Hello{});
}

}  // namespace p2pns::wire
