// The front end with real sockets of loopback, and a link to a second one: what the proxy's own tests leave out.
#include "frontends/sip/sip_front_end.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "frontends/sip/sip_engine.hpp"
#include "frontends/sip/sip_plugin.hpp"
#include "tests/support/fake_peer_links.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sip/proxy_node.hpp"

namespace p2pns::sip {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using test::name_of;
using test::PhoneRequest;
using testing::HasSubstr;
using testing::StartsWith;

/// One process with a SIP front end, whose users are all trusted.
struct Process {
  Process(asio::io_context& loop, test::FakeLinkNetwork& network, int number, const std::string& user)
      : context(loop), host(loop.get_executor()), links(network, test::node_id(number)) {
    test::write_file(folder.file("sip.users"), user + "::secret\n",
                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    host.state = folder.path();
    host.peer_links = &links;
    host.service.status_now.node_id = test::node_id(number);
    host.section.values["listen"] = "127.0.0.1:0";
    host.section.lists["trusted"] = {"127.0.0.1"};
  }
  /// Its complaint; empty when it runs.
  std::string start() {
    auto created = sip_plugin().create_front_end(host);
    if (!created) return created.error().message;
    front_end = std::move(*created);
    std::optional<plugins::StartError> outcome;
    asio::co_spawn(context, front_end->start(),
                   [&](const std::exception_ptr&, plugins::StartError error) { outcome = std::move(error); });
    while (!outcome) context.run_one();
    return outcome->message;
  }
  std::uint16_t port() const { return dynamic_cast<const SipFrontEnd&>(*front_end).local_endpoint().port; }
  void lives_at(const std::string& name, int node) {
    auto answer = test::FakeNameService::found(name_of(name), {}, {}, TimePoint::max());
    answer.binding.emplace();
    answer.binding->node = test::node_id(node);
    host.service.set(std::move(answer));
  }

  asio::io_context& context;
  test::TemporaryFolder folder;
  test::FakePluginHost host;
  test::FakePeerLinks links;
  std::unique_ptr<plugins::FrontEnd> front_end;
};

struct SipFrontEndTest : testing::Test {
  asio::io_context context;
  test::FakeLinkNetwork network{context.get_executor()};
  Process a{context, network, 1, "alice"};
  Process b{context, network, 2, "bob"};

  /// Runs the loop until the socket has something; all of it.
  template <class Socket>
  std::string read_from(Socket& socket) {
    bool readable = false;
    socket.async_wait(Socket::wait_read, [&](boost::system::error_code) { readable = true; });
    while (!readable) context.run_one();
    std::string text(65536, '\0');
    boost::system::error_code closed;
    text.resize(socket.receive(asio::buffer(text), 0, closed));
    return text;
  }
  udp::socket phone() { return udp::socket{context, {asio::ip::address_v4::loopback(), 0}}; }
  void send(udp::socket& socket, const Process& to, PhoneRequest request) {
    request.port = socket.local_endpoint().port();
    socket.send_to(asio::buffer(request.text()), {asio::ip::address_v4::loopback(), to.port()});
  }
  /// Starts both nodes and sends a message from alice's phone; what bob's phone gets.
  std::string bring_message(udp::socket& alice, udp::socket& bob) {
    EXPECT_EQ(a.start(), "");
    EXPECT_EQ(b.start(), "");
    send(bob, b, {.method = "REGISTER", .uri = "sip:p2p", .from = "sip:bob@p2p", .call_id = "r"});
    EXPECT_THAT(read_from(bob), StartsWith("SIP/2.0 200"));
    for (Process* process : {&a, &b}) {
      process->lives_at("alice", 1);
      process->lives_at("bob", 2);
    }
    send(alice, a, {.method = "MESSAGE", .body = "hello"});
    return read_from(bob);
  }
};

TEST_F(SipFrontEndTest, MessageGoesFromPhoneToPhoneOverTheLink) {
  udp::socket alice = phone(), bob = phone();
  const std::string message = bring_message(alice, bob);
  EXPECT_THAT(message, StartsWith("MESSAGE sip:phone@127.0.0.1:"));
  EXPECT_THAT(message, HasSubstr("P-Asserted-Identity: <sip:alice@p2p>\r\n"));
  EXPECT_THAT(message, HasSubstr("\r\n\r\nhello"));
  const std::string answer = test::answer_text(*SipMessage::parse(message), 200, 1);
  bob.send_to(asio::buffer(answer), {asio::ip::address_v4::loopback(), b.port()});
  EXPECT_THAT(read_from(alice), StartsWith("SIP/2.0 200"));
}

TEST_F(SipFrontEndTest, AnswerThatALinkLostIsSentOnceMore) {
  udp::socket alice = phone(), bob = phone();
  const std::string message = bring_message(alice, bob);
  a.links.losses = 1;
  const std::string answer = test::answer_text(*SipMessage::parse(message), 486, 1);
  bob.send_to(asio::buffer(answer), {asio::ip::address_v4::loopback(), b.port()});
  EXPECT_THAT(read_from(alice), StartsWith("SIP/2.0 486"));
  EXPECT_EQ(a.links.losses, 0);
}

TEST_F(SipFrontEndTest, NodeThatSendsTooMuchIsToldSo) {
  ASSERT_EQ(b.start(), "");
  b.host.fixed_now = b.host.now();
  const auto burst = static_cast<std::size_t>(node_rate.burst), count = burst + 3;
  std::size_t taken = 0, overloaded = 0;
  std::vector<Operation> sending;
  for (std::size_t i = 0; i < count; ++i)
    sending.push_back(a.links.send(test::node_id(2), link_protocol, ByteVector(1), [&](Result<void> outcome) {
      ++(outcome ? taken : overloaded);
      EXPECT_TRUE(outcome || outcome.error() == make_error_code(Errc::overloaded));
    }));
  while (taken + overloaded < count) context.run_one();
  EXPECT_EQ(taken, burst);
}

TEST_F(SipFrontEndTest, AnswersSeveralMessagesOfOneConnectionAndItsKeepAlive) {
  ASSERT_EQ(a.start(), "");
  tcp::socket socket{context};
  socket.connect({asio::ip::address_v4::loopback(), a.port()});
  const std::string first = PhoneRequest{.method = "OPTIONS", .uri = "sip:p2p", .branch = "z9hG4bK1"}.text();
  const std::string second = PhoneRequest{.method = "OPTIONS", .uri = "sip:p2p", .branch = "z9hG4bK2"}.text();
  asio::write(socket, asio::buffer(first + "\r\n\r\n" + second.substr(0, 50)));
  std::string received = read_from(socket);
  asio::write(socket, asio::buffer(second.substr(50)));
  while (received.find("z9hG4bK2") == std::string::npos) received += read_from(socket);
  EXPECT_THAT(received, StartsWith("SIP/2.0 200"));
  EXPECT_THAT(received, HasSubstr("\r\n\r\n\r\nSIP/2.0 200")) << "a keep-alive is answered in its place";
}

TEST_F(SipFrontEndTest, KnowsAnIpv4PhoneByItsAddressAlsoWhenItListensOnIpv6) {
  a.host.section.values["listen"] = "[::]:0";
  a.host.section.values["allow_remote"] = "true";
  a.host.section.values["advertise"] = "127.0.0.1";
  ASSERT_EQ(a.start(), "");
  udp::socket alice = phone();
  send(alice, a,
       {.method = "REGISTER", .uri = "sip:p2p", .from = "sip:alice@p2p", .to = "<sip:alice@p2p>", .call_id = "u"});
  EXPECT_THAT(read_from(alice), StartsWith("SIP/2.0 200")) << "it is one of the trusted, and not ::ffff:127.0.0.1";
  tcp::socket socket{context};
  socket.connect({asio::ip::address_v4::loopback(), a.port()});
  const PhoneRequest again{
      .method = "REGISTER", .uri = "sip:p2p", .from = "sip:alice@p2p", .to = "<sip:alice@p2p>", .call_id = "t"};
  asio::write(socket, asio::buffer(again.text()));
  EXPECT_THAT(read_from(socket), StartsWith("SIP/2.0 200"));
}

TEST_F(SipFrontEndTest, TellsAtOnceThatADatagramCannotLeave) {
  const auto port = std::make_shared<UdpPort>(context.get_executor());
  ASSERT_TRUE(port->open({asio::ip::address_v4::loopback(), 0}));
  const Endpoint self{*parse_ip_address("127.0.0.1"), port->local_port()};
  constexpr std::size_t datagram_maximum_bytes = 65'507;
  EXPECT_TRUE(port->send(std::string(datagram_maximum_bytes, 'x'), self));
  EXPECT_FALSE(port->send(std::string(datagram_maximum_bytes + 1, 'x'), self));
  EXPECT_FALSE(port->send("x", {*parse_ip_address("255.255.255.255"), 9})) << "no leave to broadcast";
}

TEST_F(SipFrontEndTest, ClosesAConnectionThatCannotBeFramed) {
  ASSERT_EQ(a.start(), "");
  tcp::socket socket{context};
  socket.connect({asio::ip::address_v4::loopback(), a.port()});
  asio::write(socket, asio::buffer(std::string{"no SIP at all\r\n\r\n"}));
  EXPECT_EQ(read_from(socket), "");
}

TEST_F(SipFrontEndTest, SaysWhyItCannotStart) {
  ASSERT_EQ(a.start(), "");
  b.host.section.values["listen"] = "127.0.0.1:" + std::to_string(a.port());
  EXPECT_THAT(b.start(), HasSubstr("cannot listen on 127.0.0.1:"));
  b.host.section.values["listen"] = "0.0.0.0:0";
  b.host.section.values["allow_remote"] = "true";
  EXPECT_THAT(b.start(), HasSubstr("'advertise'"));
  b.host.section.values["unverified"] = "maybe";
  b.host.section.values["advertise"] = "192.0.2.1";
  EXPECT_THAT(b.start(), HasSubstr("unverified: expected accept or refuse"));
  b.host.section.values["unverified"] = "refuse";
  b.host.section.lists["trusted"] = {"my.pbx.example"};
  EXPECT_THAT(b.start(), HasSubstr("trusted: expected addresses"));
  b.host.section.lists["trusted"] = std::vector<std::string>(trusted_maximum + 1, "192.0.2.2");
  EXPECT_THAT(b.start(), HasSubstr("trusted: has more than 64 items"));
  b.host.section.lists["trusted"].pop_back();
  b.host.section.values["listen"] = "127.0.0.1:0";
  EXPECT_EQ(b.start(), "");
}

TEST_F(SipFrontEndTest, RunsWithoutLinksAndSaysSo) {
  plugins::NoPeerLinks none{context.get_executor()};
  a.host.peer_links = &none;
  ASSERT_EQ(a.start(), "");
  EXPECT_THAT(a.host.kept_log.lines.back(), HasSubstr("no links to other nodes"));
}

TEST_F(SipFrontEndTest, StopsWhileACallIsUnderWay) {
  ASSERT_EQ(a.start(), "");
  a.host.service.hold(name_of("bob"));
  udp::socket alice = phone();
  send(alice, a, {});
  EXPECT_THAT(read_from(alice), StartsWith("SIP/2.0 100"));
  bool stopped = false;
  asio::co_spawn(context, a.front_end->stop(), [&](const std::exception_ptr&) { stopped = true; });
  while (!stopped) context.run_one();
  a.host.service.release(name_of("bob"));
  context.poll();
  a.front_end.reset();
  context.poll();
}

}  // namespace
}  // namespace p2pns::sip
