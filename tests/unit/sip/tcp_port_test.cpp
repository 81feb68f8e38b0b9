// TcpPort with real connections of loopback: whose places they are, and how fast they are read.
#include "frontends/sip/tcp_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
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

TEST_F(TcpPortTest, KeepsSoManyUnsentBytesAndNotOneMore) {
  open(4);
  tcp::acceptor phone{context, {asio::ip::address_v4::loopback(), 0}};
  const Flow to{TransportKind::tcp, host::from_asio(phone.local_endpoint()), 0};
  // Nothing is written before the loop runs.
  port->send(to, std::make_shared<const std::string>(tcp_unsent_maximum_bytes, 'x'), 7);
  port->send(to, std::make_shared<const std::string>(1, 'x'), 8);
  while (intake.failed.empty()) context.run_one();
  EXPECT_EQ(intake.failed, std::vector<ClientId>{8});
  tcp::socket taken = phone.accept();
  std::string received(tcp_unsent_maximum_bytes, '\0');
  bool complete = false;
  asio::async_read(taken, asio::buffer(received), [&](boost::system::error_code, std::size_t) { complete = true; });
  while (!complete) context.run_one();
  EXPECT_EQ(received, std::string(tcp_unsent_maximum_bytes, 'x'));
}

TEST_F(TcpPortTest, RemembersABoundedNumberOfAddressesThatLetNobodyIn) {
  open(512);
  const auto address = [this](std::size_t i) {
    Endpoint to{*parse_ip_address("127.1.0.0"), port->local_port()};  // where only 127.0.0.1 listens
    to.address.octets[2] = static_cast<std::byte>(i >> 8U);
    to.address.octets[3] = static_cast<std::byte>(i & 0xffU);
    return to;
  };
  const auto refuse = [&](std::size_t i) {
    port->send({TransportKind::tcp, address(i), 0}, std::make_shared<const std::string>("x"), i + 1);
    while (intake.failed.size() <= i) context.run_one();
  };
  for (std::size_t i = 0; i < refused_maximum; ++i) refuse(i);
  EXPECT_FALSE(port->may_dial(address(0)));
  EXPECT_FALSE(port->may_dial(address(refused_maximum - 1)));
  EXPECT_TRUE(port->may_dial(address(refused_maximum)));
  refuse(refused_maximum);
  EXPECT_TRUE(port->may_dial(address(0))) << "all are forgotten";
  EXPECT_FALSE(port->may_dial(address(refused_maximum)));
}

TEST(AsioAddress, Ipv4IsIpv4OnEverySocket) {
  const tcp::endpoint mapped{asio::ip::make_address("::ffff:192.0.2.1"), 5060};
  EXPECT_EQ(host::from_asio(mapped), *parse_endpoint("192.0.2.1:5060"));
  EXPECT_EQ(host::from_asio(tcp::endpoint{asio::ip::make_address("2001:db8::1"), 5}),
            *parse_endpoint("[2001:db8::1]:5"));
}

}  // namespace
}  // namespace p2pns::sip
