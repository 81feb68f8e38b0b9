// The clear frame of a datagram: what can be read before any key is known.
//
//   version u8 = 1 | type u8 | network fingerprint 8 | UTC day u16 | sender 8 | receiver 8            = 28 bytes
//   [introduction: sender's public key 32 | puzzle solution 8]  [cookie 16]  nonce 24  sealed bytes
//
// The two highest bits of the version byte are flags: 0x80 introduction follows, 0x40 cookie follows.
// `sender` and `receiver` are the first 8 bytes of the NodeIDs (key fingerprints); receiver is zero in HELLO.
// The first 8 bytes of a request's nonce are its request id, so that RETRY can echo it without opening the seal.
// HELLO and RETRY are not sealed: HELLO always introduces its sender and has no cookie, RETRY has neither.
// Everything before the sealed bytes is authenticated by the seal.
#pragma once

#include <optional>

#include "core/crypto/seal.hpp"
#include "core/wire/message.hpp"

namespace p2pns::wire {

using KeyFingerprint = FixedBytes<8, struct KeyFingerprintTag>;
using Cookie = FixedBytes<16, struct CookieTag>;
using RequestId = FixedBytes<8, struct RequestIdTag>;

KeyFingerprint fingerprint_of(const NodeId&);
RequestId request_id_of(const crypto::Nonce&);

struct Introduction {
  crypto::PublicKey key;
  crypto::PuzzleSolution puzzle;
};

struct ClearHeader {
  MessageType type = MessageType::ping;
  crypto::NetworkFingerprint network;
  crypto::UtcDay day = 0;
  KeyFingerprint sender;
  KeyFingerprint receiver;
  std::optional<Introduction> introduction;
  std::optional<Cookie> cookie;
};

/// A received datagram, cut but not opened. Views into the input.
struct Datagram {
  ClearHeader header;
  crypto::Nonce nonce;
  Bytes clear;   ///< all bytes before the sealed part, nonce included: the associated data
  Bytes sealed;  ///< ciphertext and tag; for HELLO and RETRY the plain body
};

/// Header and nonce; the caller appends the sealed part. What is said above of HELLO and RETRY is asserted.
ByteVector encode_clear(const ClearHeader&, const crypto::Nonce&);
/// Types not known here are passed on. Errors: truncated, too_large, wrong_version, malformed (a HELLO or RETRY with
/// the wrong flags or receiver).
Result<Datagram> decode_datagram(Bytes);

/// What stands inside the seal in front of the body: 24 bytes.
struct Envelope {
  RequestId request;          ///< a request's own id; the id it answers in an answer
  std::uint64_t time_ms = 0;  ///< sender's UTC
  std::uint32_t start_s = 0;  ///< when the sender started, UTC seconds (wraps 2106)
  std::uint32_t counter = 0;  ///< rises with every message to this peer since start
};
inline constexpr std::size_t envelope_bytes = 24;
inline constexpr std::size_t clear_header_bytes = 28;
inline constexpr std::size_t introduction_bytes = 40;
inline constexpr std::size_t cookie_bytes = 16;
/// Overhead of a sealed message between nodes that know each other: header, nonce, envelope, tag.
inline constexpr std::size_t overhead_bytes = clear_header_bytes + 24 + envelope_bytes + crypto::seal_tag_bytes;
/// The body is preceded by its u16 length, so that padding can be told from content.
inline constexpr std::size_t body_maximum_bytes = datagram_maximum_bytes - overhead_bytes - 2;
/// The same for a request that introduces its sender and shows a cookie.
inline constexpr std::size_t introduced_body_maximum_bytes = body_maximum_bytes - introduction_bytes - cookie_bytes;

/// Body of RETRY: request id, cookie, key, puzzle solution, time.
inline constexpr std::size_t retry_body_bytes = 8 + cookie_bytes + introduction_bytes + 8;
/// Every request is padded to this body size at least, so that no RETRY is larger than the request it answers.
inline constexpr std::size_t request_body_minimum_bytes =
    clear_header_bytes + 24 + retry_body_bytes - (overhead_bytes + 2);
/// Zeros that make HELLO as large as its RETRY.
inline constexpr std::size_t hello_body_bytes = retry_body_bytes - introduction_bytes;

/// Envelope, u16 body length, body, then zero padding up to `padded_body_bytes` (0: none). Neither may exceed
/// body_maximum_bytes (asserted).
ByteVector encode_plain(const Envelope&, Bytes body, std::size_t padded_body_bytes);
struct Plain {
  Envelope envelope;
  Bytes body;
};
/// Errors: truncated, malformed (padding not zero).
Result<Plain> decode_plain(Bytes);

/// Body of RETRY. Never larger than the datagram it answers.
struct Retry {
  RequestId request;
  Cookie cookie;
  Introduction responder;
  std::uint64_t time_ms = 0;
};
ByteVector encode(const Retry&);
/// Does not check the puzzles. Errors: truncated, trailing_bytes.
Result<Retry> decode_retry(Bytes);

/// Body of HELLO: nothing but hello_body_bytes zeros.
struct Hello {};
ByteVector encode(const Hello&);
/// Errors: truncated, trailing_bytes, malformed (not zero).
Result<Hello> decode_hello(Bytes);

}  // namespace p2pns::wire
