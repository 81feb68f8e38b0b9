// TcpPort with real connections of loopback: whose places they are, and how fast they are read.
#include "frontends/sip/tcp_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "core/host/net/asio_address.hpp"

namespace p2pns::sip {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct RecordingIntake final : Intake {
  int allowed = 1'000'000;
  std::vector<std::string> messages;
  std::vector<ClientId> failed;
  bool admit(const IpAddress&) override { return allowed > 0 && allowed-- > 0; }
  void on_message(std::string_view text, const Flow&) override { messages.emplace_back(text); }
  void on_send_failed(ClientId client, boost::system::error_code) override { failed.push_back(client); }
};

struct TcpPortTest : testing::Test {
  asio::io_context context;
  RecordingIntake intake;
  SipCounters counters;
  std::shared_ptr<TcpPort> port;

  void open(std::size_t connections) {
    TcpSettings settings;
    settings.connections_maximum = connections;
    port = std::make_shared<TcpPort>(context.get_executor(), settings);
    ASSERT_TRUE(port->open({asio::ip::address_v4::loopback(), 0}));
    port->run(intake, counters);
  }
  void TearDown() override {
    if (port) port->close();
    context.poll();
  }
  /// Connects from this address of loopback, and waits until the port has the connection.
  tcp::socket connect(const std::string& from) {
    tcp::socket socket{context, tcp::v4()};
    socket.bind({asio::ip::make_address(from), 0});
    socket.connect({asio::ip::address_v4::loopback(), port->local_port()});
    const auto before = counters.tcp_connections;
    while (counters.tcp_connections == before) context.run_one();
    return socket;
  }
  /// Waits until something came, or the other side closed: then true.
  bool is_closed(tcp::socket& socket) {
    std::optional<boost::system::error_code> outcome;
    char byte = 0;
    socket.async_receive(asio::buffer(&byte, 1),
                         [&](boost::system::error_code error, std::size_t) { outcome = error; });
    while (!outcome) context.run_one();
    return *outcome == asio::error::eof || *outcome == asio::error::connection_reset;
  }
  bool answers_ping(tcp::socket& socket) {
    asio::write(socket, asio::buffer(std::string{"\r\n\r\n"}));
    return !is_closed(socket);
  }
};

const std::string message = "OPTIONS sip:p2p SIP/2.0\r\nContent-Length: 0\r\n\r\n";

TEST_F(TcpPortTest, ManyConnectionsOfOneAddressCostOthersNone) {
  open(3);
  tcp::socket phone = connect("127.0.0.2");
  tcp::socket first = connect("127.0.0.3"), second = connect("127.0.0.3"), third = connect("127.0.0.3");
  EXPECT_TRUE(is_closed(first)) << "the silent one of the address that has most";
  EXPECT_TRUE(answers_ping(phone)) << "it was silent longest of all";
  EXPECT_TRUE(answers_ping(second));
  EXPECT_TRUE(answers_ping(third));
}

TEST_F(TcpPortTest, AmongEqualsTheOneThatWasSilentLongestGoes) {
  open(2);
  tcp::socket first = connect("127.0.0.2"), second = connect("127.0.0.3");
  EXPECT_TRUE(answers_ping(first));
  tcp::socket third = connect("127.0.0.4");
  EXPECT_TRUE(is_closed(second));
  EXPECT_TRUE(answers_ping(first));
  EXPECT_TRUE(answers_ping(third));
}

TEST_F(TcpPortTest, RequestsOfAConnectionThatMadeRoomAreReported) {
  open(1);
  tcp::socket first = connect("127.0.0.2");
  const Endpoint to = host::from_asio(first.local_endpoint());
  // More than the kernel takes: the last ones wait.
  const auto text = std::make_shared<const std::string>(std::size_t{60} * 1024, 'x');
  while (intake.failed.empty()) {
    port->send({TransportKind::tcp, to, 0}, text, 7);
    context.poll();
  }
  intake.failed.clear();
  tcp::socket second = connect("127.0.0.3");
  while (intake.failed.empty()) context.run_one();
  EXPECT_EQ(intake.failed.front(), 7U);
}

TEST_F(TcpPortTest, EachMessageOfASegmentCounts) {
  open(4);
  tcp::socket phone = connect("127.0.0.2");
  intake.allowed = 2;
  asio::write(phone, asio::buffer(message + message + "\r\n\r\n" + message));
  while (intake.messages.size() < 2) context.run_one();
  context.poll();
  EXPECT_EQ(intake.messages.size(), 2U);
  intake.allowed = 2;
  while (intake.messages.size() < 3) context.run_one();
  EXPECT_EQ(intake.messages, std::vector<std::string>(3, message)) << "what waited came later, as it was";
}

TEST(AsioAddress, Ipv4IsIpv4OnEverySocket) {
  const tcp::endpoint mapped{asio::ip::make_address("::ffff:192.0.2.1"), 5060};
  EXPECT_EQ(host::from_asio(mapped), *parse_endpoint("192.0.2.1:5060"));
  EXPECT_EQ(host::from_asio(tcp::endpoint{asio::ip::make_address("2001:db8::1"), 5}),
            *parse_endpoint("[2001:db8::1]:5"));
}

}  // namespace
}  // namespace p2pns::sip
