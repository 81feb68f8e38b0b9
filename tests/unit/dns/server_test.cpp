// The server over loopback sockets. Client and server share one loop; every step waits for its state.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontends/dns/dns_front_end.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using test::FakeNameService;
using testing::ElementsAre;
using testing::HasSubstr;

names::P2PName label(std::string text) { return {names::NameKind::label, "p2p", std::move(text)}; }

asio::awaitable<void> start_into(DnsFrontEnd& front_end, std::optional<plugins::StartError>& result) {
  result = co_await front_end.start();
}
asio::awaitable<void> stop_into(DnsFrontEnd& front_end, bool& done) {
  co_await front_end.stop();
  done = true;
}

class DnsServer : public testing::Test {
 protected:
  ~DnsServer() override { stop(); }

  void start(DnsSettings settings = {}) {
    settings.listen = *parse_endpoint("127.0.0.1:0");
    front_end_ = std::make_unique<DnsFrontEnd>(host_, settings);
    const auto error = start(*front_end_);
    ASSERT_EQ(error.message, "");
  }
  plugins::StartError start(DnsFrontEnd& front_end) {
    std::optional<plugins::StartError> result;
    asio::co_spawn(context_, start_into(front_end, result), asio::detached);
    run_until([&] { return result.has_value(); });
    return *result;
  }
  void stop() {
    if (!front_end_) return;
    bool done = false;
    asio::co_spawn(context_, stop_into(*front_end_, done), asio::detached);
    run_until([&] { return done; });
  }
  template <class Condition>
  void run_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds{100});
    }
    ASSERT_TRUE(condition());
  }
  std::uint16_t port() const { return front_end_->local_endpoint().port; }

  // UDP
  void send(udp::socket& socket, const ByteVector& message) {
    socket.send_to(asio::buffer(message), {asio::ip::address_v4::loopback(), port()});
  }
  test::ReadMessage receive(udp::socket& socket) {
    ByteVector buffer(65536);
    std::optional<std::size_t> size;
    socket.async_receive(asio::buffer(buffer),
                         [&](boost::system::error_code, std::size_t received) { size = received; });
    run_until([&] { return size.has_value(); });
    return test::read_message(Bytes{buffer}.first(size.value_or(0)));
  }

  // TCP
  tcp::socket connect() {
    tcp::socket socket{context_};
    socket.connect({asio::ip::address_v4::loopback(), port()});
    return socket;
  }
  static ByteVector framed(const ByteVector& message) {
    ByteVector out;
    test::put16(out, static_cast<unsigned>(message.size()));
    out.insert(out.end(), message.begin(), message.end());
    return out;
  }
  /// Empty when the server closed the connection.
  ByteVector read_exactly(tcp::socket& socket, std::size_t size) {
    ByteVector buffer(size);
    std::optional<boost::system::error_code> outcome;
    asio::async_read(socket, asio::buffer(buffer),
                     [&](boost::system::error_code error, std::size_t) { outcome = error; });
    run_until([&] { return outcome.has_value(); });
    return outcome.value_or(asio::error::eof) ? ByteVector{} : buffer;
  }
  std::optional<test::ReadMessage> receive(tcp::socket& socket) {
    const ByteVector length = read_exactly(socket, 2);
    if (length.empty()) return {};
    return test::read_message(
        read_exactly(socket, std::to_integer<std::size_t>(length[0]) << 8U | std::to_integer<std::size_t>(length[1])));
  }
  static ByteVector query(const std::string& name, std::uint16_t id = 1, std::optional<unsigned> payload = {}) {
    test::QueryText text;
    text.name = name;
    text.id = id;
    text.payload = payload;
    return test::query_message(text);
  }
  void publish(const std::string& name, int addresses, bool cached) {
    std::vector<names::ResourceRecord> records;
    for (int i = 0; i < addresses; ++i) records.push_back(test::record("", "A", "192.0.2." + std::to_string(i + 1)));
    auto answer = FakeNameService::found(label(name), std::move(records), {}, TimePoint::max());
    if (cached)
      host_.service.set_cached(std::move(answer));
    else
      host_.service.set(std::move(answer));
  }

  asio::io_context context_;
  test::FakePluginHost host_{context_.get_executor()};
  std::unique_ptr<DnsFrontEnd> front_end_;
  udp::socket udp_{context_, {asio::ip::address_v4::loopback(), 0}};
};

TEST_F(DnsServer, ListensOnOnePortForUdpAndTcpAndSaysWhere) {
  start();
  EXPECT_NE(port(), 0);
  EXPECT_THAT(host_.kept_log.lines, ElementsAre(HasSubstr(to_string(front_end_->local_endpoint()))));
  EXPECT_TRUE(connect().is_open());
}

TEST_F(DnsServer, SaysInOneLineWhyItCannotListen) {
  start();
  DnsSettings same;
  same.listen = front_end_->local_endpoint();
  DnsFrontEnd second{host_, same};
  const auto error = start(second);
  EXPECT_THAT(error.message, HasSubstr("cannot listen on 127.0.0.1:"));
  EXPECT_THAT(error.message, HasSubstr("in use"));
}

TEST_F(DnsServer, AnswersOverUdpAtOnceAndAfterALookup) {
  publish("cached", 1, true);
  publish("looked-up", 1, false);
  start();
  send(udp_, query("cached.p2p", 7));
  EXPECT_EQ(receive(udp_).id, 7U);
  send(udp_, query("looked-up.p2p", 8));
  const auto answer = receive(udp_);
  EXPECT_EQ(answer.id, 8U);
  EXPECT_EQ(answer.answer.size(), 1U);
}

TEST_F(DnsServer, DoesNotLetASlowNameHoldUpOthers) {
  publish("slow", 1, false);
  publish("fast", 1, false);
  host_.service.hold(label("slow"));
  start();
  send(udp_, query("slow.p2p", 1));
  send(udp_, query("fast.p2p", 2));
  EXPECT_EQ(receive(udp_).id, 2U);
  host_.service.release(label("slow"));
  EXPECT_EQ(receive(udp_).id, 1U);
}

TEST_F(DnsServer, GoesOnAfterNoise) {
  publish("alice", 1, true);
  start();
  send(udp_, test::hex("00"));
  send(udp_, ByteVector(8000, std::byte{0xff}));
  send(udp_, {});
  send(udp_, query("alice.p2p", 3));
  EXPECT_EQ(receive(udp_).id, 3U);
}

TEST_F(DnsServer, SendsTheClientToTcpWhenTheAnswerIsTooLarge) {
  publish("large", 80, true);  // 12 + 15 + 80 * 16 = 1,307 bytes
  start();
  send(udp_, query("large.p2p", 1, 65535));
  const auto cut = receive(udp_);
  EXPECT_TRUE(cut.tc);
  EXPECT_TRUE(cut.answer.empty());
  tcp::socket client = connect();
  asio::write(client, asio::buffer(framed(query("large.p2p", 2))));
  const auto whole = receive(client);
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->tc);
  EXPECT_EQ(whole->answer.size(), 80U);
  EXPECT_EQ(front_end_->counters().truncated, 1U);
  EXPECT_EQ(front_end_->counters().queries_tcp, 1U);
}

TEST_F(DnsServer, AnswersPipelinedQueriesInTheOrderTheyAreReady) {
  publish("slow", 1, false);
  publish("fast", 1, true);
  host_.service.hold(label("slow"));
  start();
  tcp::socket client = connect();
  ByteVector all = framed(query("slow.p2p", 1));
  for (std::uint16_t id = 2; id <= 4; ++id) {
    const auto next = framed(query("fast.p2p", id));
    all.insert(all.end(), next.begin(), next.end());
  }
  asio::write(client, asio::buffer(all));
  for (std::uint16_t id = 2; id <= 4; ++id) EXPECT_EQ(receive(client)->id, id);
  host_.service.release(label("slow"));
  EXPECT_EQ(receive(client)->id, 1U);
}

TEST_F(DnsServer, TakesMessagesInPieces) {
  publish("alice", 1, true);
  start();
  tcp::socket client = connect();
  client.set_option(tcp::no_delay{true});
  for (const std::byte octet : framed(query("alice.p2p", 5))) {
    asio::write(client, asio::buffer(&octet, 1));
    context_.restart();
    context_.poll();
  }
  EXPECT_EQ(receive(client)->id, 5U);
}

TEST_F(DnsServer, AnswersAClientThatHasNothingMoreToSay) {
  publish("alice", 1, false);
  host_.service.hold(label("alice"));
  start();
  tcp::socket client = connect();
  asio::write(client, asio::buffer(framed(query("alice.p2p", 5))));
  client.shutdown(tcp::socket::shutdown_send);
  run_until([&] { return host_.service.waiting(label("alice")) == 1; });
  host_.service.release(label("alice"));
  EXPECT_EQ(receive(client)->id, 5U);
  EXPECT_FALSE(receive(client));
}

TEST_F(DnsServer, ClosesAConnectionThatSendsNoDns) {
  start();
  for (const char* message : {"0000", "000b0102030405060708090a0b", "1001", "ffff"}) {
    tcp::socket client = connect();
    asio::write(client, asio::buffer(test::hex(message)));
    EXPECT_FALSE(receive(client)) << message;
  }
}

TEST_F(DnsServer, TakesTheLongestQueryOverTcp) {
  publish("alice", 1, true);
  start();
  tcp::socket client = connect();
  ByteVector longest = query("alice.p2p", 5);
  longest.resize(query_maximum_bytes);
  asio::write(client, asio::buffer(framed(longest)));
  EXPECT_EQ(receive(client)->id, 5U);
}

TEST_F(DnsServer, ClosesIdleConnections) {
  DnsSettings settings;
  settings.tcp.idle_time_out = std::chrono::milliseconds{30};
  start(settings);
  tcp::socket client = connect();
  EXPECT_FALSE(receive(client));
}

TEST_F(DnsServer, ReadsNoMoreFromAConnectionThanItMayHaveUnderWay) {
  publish("slow", 1, false);
  host_.service.hold(label("slow"));
  start();
  tcp::socket client = connect();
  ByteVector all;
  constexpr std::size_t sent = queries_per_connection_maximum + 5;
  for (std::uint16_t id = 1; id <= sent; ++id) {
    const auto next = framed(query("slow.p2p", id));
    all.insert(all.end(), next.begin(), next.end());
  }
  asio::write(client, asio::buffer(all));
  run_until([&] { return front_end_->counters().queries_tcp >= queries_per_connection_maximum; });
  send(udp_, query("example.com", 9));  // the loop turns once more for this
  EXPECT_EQ(receive(udp_).id, 9U);
  EXPECT_EQ(front_end_->counters().queries_tcp, queries_per_connection_maximum);
  host_.service.release(label("slow"));
  for (std::size_t i = 1; i <= sent; ++i) ASSERT_TRUE(receive(client)) << i;
  EXPECT_EQ(front_end_->counters().queries_tcp, sent);
}

// 80 addresses for each query, never read: the kernel's buffers fill, then the server stops reading.
TEST_F(DnsServer, StopsReadingFromAClientThatDoesNotReadAndClosesIt) {
  publish("large", 80, true);
  DnsSettings settings;
  settings.tcp.idle_time_out = std::chrono::milliseconds{300};
  start(settings);
  tcp::socket client{context_};
  client.open(tcp::v4());
  client.set_option(asio::socket_base::receive_buffer_size{4096});
  client.connect({asio::ip::address_v4::loopback(), port()});
  client.non_blocking(true);
  const ByteVector one = framed(query("large.p2p"));
  ByteVector many;
  for (int i = 0; i < 100; ++i) many.insert(many.end(), one.begin(), one.end());
  boost::system::error_code error;
  const auto write_more = [&] {  // until the server closes
    client.write_some(asio::buffer(many), error);
    return error && error != asio::error::would_block;
  };
  run_until(write_more);
  EXPECT_LT(front_end_->counters().queries_tcp, 20'000U);
}

TEST_F(DnsServer, MakesRoomByClosingTheConnectionIdleForLongest) {
  publish("alice", 1, true);
  DnsSettings settings;
  settings.tcp.connections_maximum = 2;
  start(settings);
  tcp::socket first = connect();
  asio::write(first, asio::buffer(framed(query("alice.p2p", 1))));
  EXPECT_TRUE(receive(first));
  tcp::socket second = connect();
  asio::write(second, asio::buffer(framed(query("alice.p2p", 2))));
  EXPECT_TRUE(receive(second));
  tcp::socket third = connect();
  asio::write(third, asio::buffer(framed(query("alice.p2p", 3))));
  EXPECT_TRUE(receive(third));
  EXPECT_FALSE(receive(first));
  asio::write(second, asio::buffer(framed(query("alice.p2p", 4))));
  EXPECT_TRUE(receive(second));
}

TEST_F(DnsServer, TurnsNewcomersAwayWhenAllConnectionsWait) {
  publish("slow", 1, false);
  host_.service.hold(label("slow"));
  DnsSettings settings;
  settings.tcp.connections_maximum = 1;
  start(settings);
  tcp::socket first = connect();
  asio::write(first, asio::buffer(framed(query("slow.p2p", 1))));
  run_until([&] { return host_.service.waiting(label("slow")) == 1; });
  tcp::socket second = connect();
  EXPECT_FALSE(receive(second));
  EXPECT_EQ(front_end_->counters().tcp_connections_refused, 1U);
  host_.service.release(label("slow"));
  EXPECT_TRUE(receive(first));
}

TEST_F(DnsServer, SendsNothingAfterStop) {
  publish("slow", 1, false);
  host_.service.hold(label("slow"));
  start();
  tcp::socket client = connect();
  asio::write(client, asio::buffer(framed(query("slow.p2p", 1))));
  run_until([&] { return host_.service.waiting(label("slow")) == 1; });
  send(udp_, query("slow.p2p", 2));
  run_until([&] { return front_end_->counters().queries_udp == 1; });
  stop();
  stop();
  EXPECT_EQ(host_.service.waiting(label("slow")), 0U);
  host_.service.release(label("slow"));
  EXPECT_FALSE(receive(client));
  context_.restart();
  context_.poll();
  EXPECT_EQ(udp_.available(), 0U);
}

TEST_F(DnsServer, MayBeStoppedWithoutStart) {
  front_end_ = std::make_unique<DnsFrontEnd>(host_, DnsSettings{});
  stop();
  front_end_.reset();
}

// The program ends while queries are under way: nothing is left behind, nothing touches what is gone (the sanitizers
// tell).
TEST_F(DnsServer, MayDieWithQueriesUnderWay) {
  publish("slow", 1, false);
  host_.service.hold(label("slow"));
  start();
  tcp::socket client = connect();
  asio::write(client, asio::buffer(framed(query("slow.p2p", 1))));
  run_until([&] { return host_.service.waiting(label("slow")) == 1; });
  front_end_.reset();
  EXPECT_EQ(host_.service.waiting(label("slow")), 0U);
}

}  // namespace
}  // namespace p2pns::dns
