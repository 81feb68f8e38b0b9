#include "core/wire/datagram.hpp"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;

ClearHeader header_with(MessageType type, bool introduction, bool cookie) {
  ClearHeader header;
  header.type = type;
  header.network = crypto::fingerprint_of("p2pns");
  header.day = sample_day;
  header.sender = fingerprint_of(node_a().id);
  if (type != MessageType::hello) header.receiver = fingerprint_of(node_b().id);
  if (introduction) header.introduction = Introduction{node_a().key, node_a().puzzle};
  if (cookie) header.cookie = sample_cookie();
  return header;
}

ByteVector with_tail(ByteVector bytes, std::size_t count) {
  bytes.resize(bytes.size() + count, std::byte{0x5a});
  return bytes;
}

constexpr std::size_t sealed_minimum = envelope_bytes + 2 + crypto::seal_tag_bytes;

TEST(Datagram, ReturnsFromTheWireAsItWas) {
  for (const bool introduction : {false, true})
    for (const bool cookie : {false, true}) {
      const ClearHeader header = header_with(MessageType::get, introduction, cookie);
      const ByteVector clear = encode_clear(header, nonce_a());
      EXPECT_EQ(clear.size(), 28U + 24U + (introduction ? 40U : 0U) + (cookie ? 16U : 0U));
      const ByteVector bytes = with_tail(clear, 50);
      const auto datagram = decode_datagram(bytes);
      ASSERT_TRUE(datagram);
      EXPECT_EQ(datagram->header.type, MessageType::get);
      EXPECT_EQ(datagram->header.network, header.network);
      EXPECT_EQ(datagram->header.day, header.day);
      EXPECT_EQ(datagram->header.sender, header.sender);
      EXPECT_EQ(datagram->header.receiver, header.receiver);
      ASSERT_EQ(datagram->header.introduction.has_value(), introduction);
      if (introduction) {
        EXPECT_EQ(datagram->header.introduction->key, node_a().key);
        EXPECT_EQ(datagram->header.introduction->puzzle, node_a().puzzle);
      }
      EXPECT_EQ(datagram->header.cookie, header.cookie);
      EXPECT_EQ(datagram->nonce, nonce_a());
      EXPECT_TRUE(equal(datagram->clear, clear));
      EXPECT_EQ(datagram->sealed.size(), 50U);
      EXPECT_EQ(encode_clear(datagram->header, datagram->nonce), clear);
    }
}

TEST(Datagram, EveryTruncationBelowTheShortestSealIsRefused) {
  for (const bool introduction : {false, true})
    for (const bool cookie : {false, true}) {
      const ByteVector bytes =
          with_tail(encode_clear(header_with(MessageType::ping, introduction, cookie), nonce_a()), sealed_minimum);
      EXPECT_TRUE(decode_datagram(bytes));
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto cut = decode_datagram(Bytes{bytes}.first(size));
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error(), Errc::truncated);
      }
    }
}

TEST(Datagram, HasAtMost1232Bytes) {
  const ByteVector clear = encode_clear(header_with(MessageType::ping, false, false), nonce_a());
  EXPECT_TRUE(decode_datagram(with_tail(clear, 1231 - clear.size())));
  EXPECT_TRUE(decode_datagram(with_tail(clear, 1232 - clear.size())));
  const auto too_large = decode_datagram(with_tail(clear, 1233 - clear.size()));
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error(), Errc::too_large);
}

TEST(Datagram, RefusesEveryOtherVersion) {
  ByteVector bytes = with_tail(encode_clear(header_with(MessageType::ping, true, true), nonce_a()), 60);
  for (int first = 0; first < 256; ++first) {
    bytes[0] = static_cast<std::byte>(first);
    const auto datagram = decode_datagram(bytes);
    if ((first & 0x3f) == 1) {
      EXPECT_TRUE(datagram) << first;
    } else {
      ASSERT_FALSE(datagram) << first;
      EXPECT_EQ(datagram.error(), Errc::wrong_version);
    }
  }
}

TEST(Datagram, PassesUnknownTypesOn) {
  for (int type = 0; type < 256; ++type) {
    if (type == 1 || type == 2) continue;  // hello and retry have rules of their own
    ByteVector bytes = with_tail(encode_clear(header_with(MessageType::ping, false, false), nonce_a()), 60);
    bytes[1] = static_cast<std::byte>(type);
    const auto datagram = decode_datagram(bytes);
    ASSERT_TRUE(datagram);
    EXPECT_EQ(datagram->header.type, static_cast<MessageType>(type));
  }
}

TEST(Datagram, HelloIntroducesItsSenderAndNamesNoReceiver) {
  const ByteVector good = encode_clear(header_with(MessageType::hello, true, false), nonce_a());
  EXPECT_TRUE(decode_datagram(good));
  ByteVector receiver = good, no_introduction = good, cookie = with_tail(good, 16);
  receiver[27] = std::byte{1};
  no_introduction[0] = std::byte{0x01};
  cookie[0] = std::byte{0xc1};
  for (const ByteVector& bad : {receiver, no_introduction, cookie}) {
    const auto datagram = decode_datagram(bad);
    ASSERT_FALSE(datagram);
    EXPECT_EQ(datagram.error(), Errc::malformed);
  }
}

TEST(Datagram, RetryHasNeitherIntroductionNorCookie) {
  const ByteVector good = with_tail(encode_clear(header_with(MessageType::retry, false, false), nonce_a()), 72);
  EXPECT_TRUE(decode_datagram(good));
  for (const int first : {0x81, 0x41, 0xc1}) {
    ByteVector bad = good;
    bad[0] = static_cast<std::byte>(first);
    const auto datagram = decode_datagram(bad);
    ASSERT_FALSE(datagram);
    EXPECT_EQ(datagram.error(), Errc::malformed);
  }
}

TEST(Datagram, NoRetryIsLargerThanWhatItAnswers) {
  const std::size_t retry =
      encode_clear(header_with(MessageType::retry, false, false), nonce_a()).size() + encode(sample_retry()).size();
  const std::size_t hello =
      encode_clear(header_with(MessageType::hello, true, false), nonce_a()).size() + encode(Hello{}).size();
  const std::size_t smallest_request = encode_clear(header_with(MessageType::ping, false, false), nonce_a()).size() +
                                       encode_plain({}, {}, request_body_minimum_bytes).size() + crypto::seal_tag_bytes;
  EXPECT_EQ(retry, 124U);
  EXPECT_EQ(hello, retry);
  EXPECT_EQ(smallest_request, retry);
}

TEST(Plain, ReturnsFromTheWireAsItWas) {
  const ByteVector body = copy_of(as_bytes("body"));
  for (const std::size_t padded : {0U, 3U, 4U, 5U, 100U}) {
    const ByteVector bytes = encode_plain(sample_envelope(), body, padded);
    EXPECT_EQ(bytes.size(), envelope_bytes + 2 + std::max<std::size_t>(padded, 4));
    const auto plain = decode_plain(bytes);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->envelope.request, sample_envelope().request);
    EXPECT_EQ(plain->envelope.time_ms, sample_time_ms);
    EXPECT_EQ(plain->envelope.start_s, sample_envelope().start_s);
    EXPECT_EQ(plain->envelope.counter, sample_envelope().counter);
    EXPECT_TRUE(equal(plain->body, body));
  }
}

TEST(Plain, EveryTruncationIsRefusedUpToTheEndOfTheBody) {
  const ByteVector bytes = encode_plain(sample_envelope(), as_bytes("body"), 0);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode_plain(Bytes{bytes}.first(size));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error(), Errc::truncated);
  }
}

TEST(Plain, PaddingIsZero) {
  const ByteVector good = encode_plain(sample_envelope(), as_bytes("body"), 20);
  for (std::size_t i = good.size() - 16; i < good.size(); ++i) {
    ByteVector bad = good;
    bad[i] = std::byte{1};
    const auto plain = decode_plain(bad);
    ASSERT_FALSE(plain) << i;
    EXPECT_EQ(plain.error(), Errc::malformed);
  }
}

TEST(Plain, TheLargestBodyFillsADatagramExactly) {
  const ByteVector body(body_maximum_bytes);
  const std::size_t clear = encode_clear(header_with(MessageType::value, false, false), nonce_a()).size();
  EXPECT_EQ(clear + encode_plain({}, body, 0).size() + crypto::seal_tag_bytes, datagram_maximum_bytes);
  const std::size_t introduced = encode_clear(header_with(MessageType::get, true, true), nonce_a()).size();
  const Bytes smaller = Bytes{body}.first(introduced_body_maximum_bytes);
  EXPECT_EQ(introduced + encode_plain({}, smaller, 0).size() + crypto::seal_tag_bytes, datagram_maximum_bytes);
}

TEST(PlainDeathTest, RefusesToWriteWhatCannotFit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const ByteVector body(body_maximum_bytes + 1);
  EXPECT_DEATH(encode_plain({}, body, 0), "broken promise");
  EXPECT_DEATH(encode_plain({}, {}, body_maximum_bytes + 1), "broken promise");
}

TEST(Fingerprint, IsTheStartOfTheNodeIdAndOfTheNonce) {
  EXPECT_EQ(to_hex(fingerprint_of(node_a().id).view()), "21fe31dfa154a261");
  EXPECT_EQ(to_hex(request_id_of(nonce_a()).view()), "a0a1a2a3a4a5a6a7");
}

TEST(Retry, KeepsAllItsFields) {
  const auto retry = decode_retry(encode(sample_retry()));
  ASSERT_TRUE(retry);
  EXPECT_EQ(retry->request, request_id_of(nonce_a()));
  EXPECT_EQ(retry->cookie, sample_cookie());
  EXPECT_EQ(retry->responder.key, node_b().key);
  EXPECT_EQ(retry->responder.puzzle, node_b().puzzle);
  EXPECT_EQ(retry->time_ms, sample_time_ms);
}

TEST(Hello, IsNothingButZeros) {
  EXPECT_EQ(encode(Hello{}), ByteVector(hello_body_bytes));
  for (std::size_t i = 0; i < hello_body_bytes; ++i) {
    ByteVector bad(hello_body_bytes);
    bad[i] = std::byte{1};
    const auto hello = decode_hello(bad);
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error(), Errc::malformed);
  }
}

}  // namespace
}  // namespace p2pns::wire
