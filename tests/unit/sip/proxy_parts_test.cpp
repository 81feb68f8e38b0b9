// Small parts of the proxy: the best response, limits of sources, stamps of Via.
#include <algorithm>
#include <gtest/gtest.h>

#include "frontends/sip/best_response.hpp"
#include "frontends/sip/source_limiter.hpp"
#include "frontends/sip/transaction_key.hpp"
#include "frontends/sip/via_stamp.hpp"

namespace p2pns::sip {
namespace {

using namespace std::chrono_literals;

TEST(BestResponse, OrdersAsTheStandardWants) {
  const std::vector<int> best_first{603, 302, 407, 486, 480, 500};
  for (std::size_t i = 0; i < best_first.size(); ++i)
    for (std::size_t j = 0; j < best_first.size(); ++j)
      EXPECT_EQ(is_better_response(best_first[i], best_first[j]), i < j) << best_first[i] << ' ' << best_first[j];
}

TEST(BestResponse, UnavailableTargetIsAnErrorOfOurs) {
  EXPECT_EQ(forwarded_status(503), 500);
  EXPECT_EQ(forwarded_status(486), 486);
}

TEST(SourceLimiter, AdmitsABurstAndThenTheRate) {
  SourceLimiter limiter({.per_second = 10, .burst = 20}, 1);
  const IpAddress phone = *parse_ip_address("192.0.2.1"), other = *parse_ip_address("192.0.2.2");
  const TimePoint now{1h};
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(limiter.admit(phone, now));
  EXPECT_FALSE(limiter.admit(phone, now));
  EXPECT_TRUE(limiter.admit(other, now));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.admit(phone, now + 1s));
  EXPECT_FALSE(limiter.admit(phone, now + 1s));
}

TEST(SourceLimiter, CountsANetworkOfIpv6AsOneSourceAndLoopbackNotAtAll) {
  SourceLimiter limiter({.per_second = 1, .burst = 1}, 1);
  EXPECT_TRUE(limiter.admit(*parse_ip_address("2001:db8::1"), TimePoint{}));
  EXPECT_FALSE(limiter.admit(*parse_ip_address("2001:db8::2"), TimePoint{}));
  EXPECT_TRUE(limiter.admit(*parse_ip_address("2001:db8:0:1::2"), TimePoint{}));
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.admit(*parse_ip_address("127.0.0.1"), TimePoint{}));
}

TEST(SourceLimiter, RemembersABoundedNumberOfSources) {
  SourceLimiter limiter({.per_second = 1, .burst = 1}, 1);
  IpAddress source = *parse_ip_address("10.0.0.0");
  for (std::size_t i = 0; i <= sources_maximum; ++i) {
    source.octets[2] = static_cast<std::byte>(i >> 8U);
    source.octets[3] = static_cast<std::byte>(i & 0xffU);
    EXPECT_TRUE(limiter.admit(source, TimePoint{Duration{static_cast<Duration::rep>(i)}}));
    EXPECT_LE(limiter.watched(), sources_maximum);
  }
  EXPECT_LT(limiter.watched(), sources_maximum);
  EXPECT_FALSE(limiter.admit(source, TimePoint{Duration{static_cast<Duration::rep>(sources_maximum)}}))
      << "the last one is known";
}

TEST(SourceLimiter, AdmitsANodesBurstAndThenItsRate) {
  SourceLimiter limiter(source_rate, 1);
  NodeId node, other;
  other.value[0] = std::byte{1};
  const TimePoint now{1h};
  for (int i = 0; i < static_cast<int>(node_rate.burst); ++i) EXPECT_TRUE(limiter.admit(node, now));
  EXPECT_FALSE(limiter.admit(node, now));
  EXPECT_TRUE(limiter.admit(other, now));
  for (int i = 0; i < static_cast<int>(node_rate.per_second / 10); ++i) EXPECT_TRUE(limiter.admit(node, now + 100ms));
  EXPECT_FALSE(limiter.admit(node, now + 100ms));
}

TEST(TokenBuckets, WatchesABoundedNumber) {
  TokenBuckets<NodeId> buckets({1, 1}, 4, 1);
  NodeId node;
  for (int i = 0; i < 20; ++i) {
    node.value[0] = static_cast<std::byte>(i);
    EXPECT_TRUE(buckets.take(node, TimePoint{Duration{i}}));
    EXPECT_LE(buckets.watched(), 4U);
  }
  EXPECT_FALSE(buckets.take(node, TimePoint{Duration{20}})) << "the last one is known";
}

TEST(TransactionKey, HasNoLineEndOfAFoldedHeader) {
  const auto key_of = [](const std::string& from) {
    const SipMessage request =
        *SipMessage::parse("OPTIONS sip:p2p SIP/2.0\r\nVia: SIP/2.0/UDP a.example\r\nFrom: " + from +
                           "\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
    return transaction_key(request, *parse_via(*request.first_value(HeaderName::via)), {1, "OPTIONS"}, "OPTIONS",
                           Flow{});
  };
  EXPECT_EQ(key_of("<sip:a@p2p>\r\n ;tag=1"), key_of("<sip:a@p2p> ;tag=1"));
  EXPECT_NE(key_of("<sip:a@p2p>;tag=1"), key_of("<sip:a@p2p>;tag=2"));
}

std::string stamped(const std::string& via) {
  SipMessage request = *SipMessage::parse("OPTIONS sip:p2p SIP/2.0\r\nVia: " + via +
                                          ", SIP/2.0/UDP below.example;branch=z9hG4bKb\r\nContent-Length: 0\r\n\r\n");
  stamp_via(request, *parse_via(via), {TransportKind::udp, *parse_endpoint("192.0.2.1:5099"), 0});
  EXPECT_EQ(request.values(HeaderName::via)->at(1), "SIP/2.0/UDP below.example;branch=z9hG4bKb");
  return *request.first_value(HeaderName::via);
}

TEST(ViaStamp, SaysWhereTheRequestCameFrom) {
  EXPECT_EQ(stamped("SIP/2.0/UDP 192.0.2.1:5099;branch=z9hG4bKa"), "SIP/2.0/UDP 192.0.2.1:5099;branch=z9hG4bKa");
  EXPECT_EQ(stamped("SIP/2.0/UDP phone.example;branch=z9hG4bKa"),
            "SIP/2.0/UDP phone.example;branch=z9hG4bKa;received=192.0.2.1");
  EXPECT_EQ(stamped("SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKa"),
            "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport=5099;received=192.0.2.1");
  EXPECT_EQ(stamped("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa; RPORT"),
            "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport=5099;received=192.0.2.1");
}

TEST(ViaStamp, ReplacesWhatThePhoneWroteThere) {
  EXPECT_EQ(stamped("SIP/2.0/UDP 10.0.0.1;received=10.0.0.1;rport=7;branch=z9hG4bKa"),
            "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport=5099;received=192.0.2.1");
  EXPECT_EQ(stamped("SIP/2.0/UDP 192.0.2.1; Received = 10.0.0.1 ;branch=z9hG4bKa"),
            "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;received=192.0.2.1");
}

}  // namespace
}  // namespace p2pns::sip
