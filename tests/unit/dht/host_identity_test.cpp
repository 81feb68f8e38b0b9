#include "core/dht/host_identity.hpp"

#include "core/wire/message.hpp"
#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

class EveryHost : public testing::TestWithParam<const char*> {};

TEST_P(EveryHost, StatementIsReadAsItWasWritten) {
  const Host host{GetParam()};
  HitStatement value = host.statement(7);
  value.node.value.fill(std::byte{9});
  value.locators.push_back(*parse_ip_address("2001:db8::7"));
  const SignedRecord record = host.sign(value);
  EXPECT_LE(record.bytes.size(), wire::record_maximum_bytes);
  const VerifiedRecord checked = verified(record);
  EXPECT_EQ(checked.key(), host.position());
  EXPECT_EQ(checked.sequence(), 7U);
  const auto read = decode_hit_statement(record.bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->hit, host.hit);
  EXPECT_EQ(read->identity, host.key.identity());
  EXPECT_EQ(read->node, value.node);
  EXPECT_EQ(read->locators, value.locators);
  EXPECT_EQ(read->not_after, value.not_after);
}

TEST_P(EveryHost, AChangedByteIsRefused) {
  const Host host{GetParam()};
  const SignedRecord record = host.record();
  for (std::size_t i = 0; i < record.bytes.size(); i += 7) {
    SignedRecord changed = record;
    changed.bytes[i] ^= std::byte{1};
    ASSERT_TRUE(refusal(changed)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(HitStatement, EveryHost,
                         testing::Values("rsa-1024", "rsa-2048", "rsa-3072", "p256", "p384", "ed25519"));

TEST(HitStatement, TheLargestKeyFitsWithAllItsLocators) {
  const Host host{"rsa-3072"};
  HitStatement value = host.statement();
  value.locators.assign(locators_maximum, *parse_ip_address("2001:db8::7"));
  EXPECT_FALSE(refusal(host.sign(value)));
  value.locators.push_back(value.locators.front());
  EXPECT_EQ(check_form(value), Errc::too_large);
}

TEST(HitStatement, AnotherHostsKeyIsRefused) {
  const Host host{"p256"};
  const Host thief{"ed25519"};
  HitStatement value = thief.statement();
  value.hit = host.hit;
  EXPECT_EQ(check_form(value), Errc::malformed);
  SignedRecord swapped = thief.record();
  std::ranges::copy(host.hit.value, swapped.bytes.begin() + 1);
  EXPECT_EQ(refusal(swapped), Errc::malformed);
}

TEST(HitStatement, ASignatureForAnotherNetworkOrPurposeIsRefused) {
  const Host host;
  const ByteVector content = hit_content(host.statement());
  EXPECT_EQ(refusal(hit_record(content, *host.key.sign(hit_signing_input(content, {"other", {}, false})))),
            Errc::bad_signature);
  EXPECT_EQ(refusal(hit_record(content, *host.key.sign(crypto::signing_input("hit", "test", content)))),
            Errc::bad_signature);
  EXPECT_EQ(refusal(hit_record(content, *host.key.sign(content))), Errc::bad_signature);
}

TEST(HitStatement, LivesForSevenDaysAtMost) {
  const Host host;
  HitStatement value = host.statement();
  value.not_after = test_wall + hip_lease_maximum + clock_tolerance;
  EXPECT_FALSE(refusal(host.sign(value)));
  value.not_after += std::chrono::milliseconds{1};
  EXPECT_EQ(refusal(host.sign(value)), Errc::too_large);
  value.not_after = test_wall - clock_tolerance - std::chrono::milliseconds{1};
  EXPECT_EQ(refusal(host.sign(value)), Errc::expired);
}

TEST(HitStatement, LocatorsAreAddressesOfOneHost) {
  const Host host;
  for (const char* text : {"0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "2001:21::1", "2001:10::1",
                           "::ffff:255.255.255.255", "::ffff:192.0.2.7", "::ffff:0.0.0.0"}) {
    HitStatement value = host.statement();
    value.locators = {*parse_ip_address(text)};
    EXPECT_EQ(check_form(value), Errc::malformed) << text;
  }
  HitStatement none = host.statement();
  none.locators.clear();
  EXPECT_EQ(check_form(none), Errc::ok);
}

TEST(HitStatement, LoopbackIsALocatorInOverlaysOnLoopbackAlone) {
  const Host host;
  crypto::NetworkParameters open = test_parameters();
  open.exempt_private_blocks = false;
  crypto::NetworkParameters closed = test_parameters();
  closed.exempt_private_blocks = true;
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1"}) {
    HitStatement value = host.statement();
    value.locators.push_back(*parse_ip_address(text));
    const SignedRecord record = host.sign(value);
    EXPECT_EQ(verify(record, crypto::SodiumVerifier{}, open, test_wall).error(), Errc::malformed) << text;
    EXPECT_TRUE(verify(record, crypto::SodiumVerifier{}, closed, test_wall)) << text;
  }
  HitStatement near = host.statement();
  near.locators = {*parse_ip_address("10.0.0.1"), *parse_ip_address("169.254.1.1"), *parse_ip_address("fd00::1")};
  EXPECT_TRUE(verify(host.sign(near), crypto::SodiumVerifier{}, open, test_wall));
}

TEST(HitStatement, ADripEntityTagIsAHit) {
  Host host;
  host.hit = *crypto::det_of(host.key.identity().algorithm, host.key.identity().bytes, {16376, 10});
  EXPECT_FALSE(refusal(host.record()));
  EXPECT_EQ(verified(host.record()).key(), host.position());
}

TEST(HitStatement, NobodyElseCanVaryItsSignature) {
  for (const auto& [name, order] :
       {std::pair{"p256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
        {"p384", "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"}}) {
    const Host host{name};
    SignedRecord record = host.record();
    ASSERT_FALSE(refusal(record)) << name;
    const ByteVector number = test::hex(order);
    // order - s in place of s, as in school
    const std::size_t start = record.bytes.size() - number.size();
    unsigned borrow = 0;
    for (std::size_t i = number.size(); i-- > 0;) {
      const unsigned take = std::to_integer<unsigned>(record.bytes[start + i]) + borrow;
      const unsigned digit = std::to_integer<unsigned>(number[i]);
      borrow = digit < take ? 1 : 0;
      record.bytes[start + i] = static_cast<std::byte>(256 * borrow + digit - take);
    }
    EXPECT_EQ(refusal(record), Errc::malformed) << name;
  }
}

TEST(HitStatement, ThereIsOneEncoding) {
  const Host host;
  SignedRecord longer = host.record();
  longer.bytes.push_back(std::byte{0});
  EXPECT_EQ(refusal(longer), Errc::trailing_bytes);
  SignedRecord shorter = host.record();
  shorter.bytes.pop_back();
  EXPECT_EQ(refusal(shorter), Errc::truncated);
  HitStatement zero = host.statement();
  zero.sequence = 0;
  EXPECT_EQ(check_form(zero), Errc::malformed);
}

}  // namespace
}  // namespace p2pns::dht
