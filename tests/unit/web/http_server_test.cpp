#include "frontends/web/http_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/null_log.hpp"
#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::web {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using http::ApiFixture;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Everything the server says until it closes; the socket is shut down for sending first when `finish` is set.
asio::awaitable<void> converse(tcp::endpoint server, std::string text, bool finish, std::string& heard, bool& done) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  co_await socket.async_connect(server, asio::use_awaitable);
  boost::system::error_code error;  // a server that turns us away may do so before it has read everything
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto all = asio::buffer(text);
  co_await asio::async_write(socket, all, token);
  if (finish && !error) socket.shutdown(tcp::socket::shutdown_send, error);
  std::array<char, 4096> chunk{};
  while (!error) {
    const auto buffer = asio::buffer(chunk);
    const std::size_t size = co_await socket.async_read_some(buffer, token);
    heard.append(chunk.data(), size);
  }
  done = true;
}

struct ServerFixture : ApiFixture {
  ServerFixture() {
    settings.listen = *parse_endpoint("127.0.0.1:0");
    settings.connections_maximum = 2;
  }
  void open() {
    server.emplace(context.get_executor(), api, settings, log);
    ASSERT_EQ(server->open(), "");
    address = tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->local_endpoint().port);
  }
  /// Sends the text and runs the loop until the server has closed the connection.
  std::string say(std::string text, bool finish = true) {
    std::string heard;
    bool done = false;
    asio::co_spawn(context, converse(address, std::move(text), finish, heard, done), asio::detached);
    run_until([&] { return done; });
    return heard;
  }
  template <class Condition>
  void run_until(Condition condition) {
    context.restart();
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < limit) context.run_one_for(std::chrono::seconds{1});
    ASSERT_TRUE(condition()) << "gave up waiting";
  }
  void stop() {
    bool stopped = false;
    asio::co_spawn(context, server->stop(), [&](std::exception_ptr error) { stopped = !error; });
    run_until([&] { return stopped; });
  }

  test::NullLog log;
  HttpServerSettings settings;
  std::optional<HttpServer> server;
  tcp::endpoint address;
};
using HttpServerTest = ServerFixture;

const std::string get_status = "GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const std::string head_status = "HEAD /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t result = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++result;
  return result;
}

TEST_F(HttpServerTest, AnswersSeveralRequestsOnOneConnection) {
  open();
  const auto heard = say(get_status + get_status + get_status);
  EXPECT_EQ(count(heard, "HTTP/1.1 200 OK"), 3U);
  EXPECT_EQ(count(heard, "\"network_id\""), 3U);
}

TEST_F(HttpServerTest, HeadHasTheLengthButNoBody) {
  open();
  const auto heard = say(head_status);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(heard, HasSubstr("Content-Length: "));
  EXPECT_THAT(heard, Not(HasSubstr("Content-Length: 0")));
  EXPECT_TRUE(heard.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, ClosesWhenThePeerWantsIt) {
  open();
  const auto heard = say("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);
  EXPECT_THAT(heard, HasSubstr("Connection: close"));
}

TEST_F(HttpServerTest, TakesBodiesUpToTheMaximum) {
  open();
  const auto put_with = [](std::size_t size) {
    return "PUT /v1/names/demo.p2p HTTP/1.1\r\nHost: other\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, ' ');
  };
  EXPECT_THAT(say(put_with(settings.body_maximum_bytes)), StartsWith("HTTP/1.1 403 "));
  const auto refused = say(put_with(settings.body_maximum_bytes + 1));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(refused, HasSubstr(R"("field": "body")"));
}

std::string oversized_put(std::size_t size) {
  return "PUT /v1/names/demo.p2p HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
         std::string(size, ' ');
}

TEST_F(HttpServerTest, AClientThatIsStillSendingGetsItsRefusalWhole) {
  open();
  for (int i = 0; i < 8; ++i) {
    const auto refused = say(oversized_put(15 * settings.body_maximum_bytes));
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 413 "));
    EXPECT_TRUE(refused.ends_with("}\n")) << refused;
  }
}

TEST_F(HttpServerTest, AClientThatNeverEndsIsNotReadForEver) {
  open();
  say(oversized_put(256 * settings.body_maximum_bytes));
  run_until([&] { return server->connections() == 0; });
}

TEST_F(HttpServerTest, TakesHeadersUpToTheMaximum) {
  open();
  const auto get_with = [](std::size_t size) {
    const std::string start = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_THAT(say(get_with(header_maximum_bytes)), StartsWith("HTTP/1.1 200 "));
  const auto refused = say(get_with(header_maximum_bytes + 200));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(refused, HasSubstr(R"("field": "header")"));
}

TEST_F(HttpServerTest, AnswersNonsenseOnceAndCloses) {
  open();
  EXPECT_THAT(say("nonsense\r\n\r\n", false), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(say(std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8)), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(say("GET /v1/sta"), "");
}

TEST_F(HttpServerTest, ClosesASilentConnection) {
  settings.idle_time_out = std::chrono::milliseconds{20};
  open();
  EXPECT_EQ(say("GET /v1/status HT", false), "");
}

TEST_F(HttpServerTest, CountsWhatItEndsByItself) {
  settings.idle_time_out = std::chrono::milliseconds{20};
  open();
  say("GET /v1/status HT", false);
  say("nonsense\r\n\r\n", false);
  EXPECT_EQ(server->counters().connections.timed_out, 1U);
  EXPECT_EQ(server->counters().connections.unreadable, 1U);
}

TEST_F(HttpServerTest, AnOldClientIsAnsweredInItsOwnVersionWithTheLengthLast) {
  open();
  const auto heard = say("GET /v1/status HTTP/1.0\r\nHost: localhost\r\n\r\n", false);
  EXPECT_THAT(heard, StartsWith("HTTP/1.0 200 OK\r\n"));
  const auto header = heard.substr(0, heard.find("\r\n\r\n"));
  EXPECT_THAT(header.substr(header.rfind("\r\n")), StartsWith("\r\nContent-Length: "));
}

TEST_F(HttpServerTest, BytesBehindTheLastRequestTakeNothingAway) {
  open();
  for (int i = 0; i < 8; ++i) {
    const auto heard = say(std::string("GET /v1/status HTTP/1.0\r\nHost: localhost\r\n\r\n\0", 46), false);
    EXPECT_TRUE(heard.ends_with("}\n")) << heard;
  }
}

TEST_F(HttpServerTest, TurnsAwayConnectionsAboveTheMaximum) {
  open();
  tcp::socket first(context);
  tcp::socket second(context);
  first.connect(address);
  second.connect(address);
  run_until([&] { return server->connections() == 2; });
  EXPECT_EQ(say(get_status), "") << "the maximum is two";
  EXPECT_EQ(server->counters().turned_away, 1U);
  first.close();
  run_until([&] { return server->connections() == 1; });
  EXPECT_THAT(say(get_status), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, StopGivesUpALookupUnderWay) {
  open();
  std::string heard;
  bool done = false;
  const std::string text = "GET /v1/resolve?name=demo.p2p HTTP/1.1\r\nHost: localhost\r\n\r\n";
  asio::co_spawn(context, converse(address, text, false, heard, done), asio::detached);
  run_until([&] { return !service.resolutions.empty(); });
  stop();
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_FALSE(service.resolutions.front().complete.wanted());
  run_until([&] { return done; });
  EXPECT_EQ(heard, "");
  stop();
}

TEST_F(HttpServerTest, ABusyPortIsAnError) {
  open();
  settings.listen = server->local_endpoint();
  HttpServer second(context.get_executor(), api, settings, log);
  EXPECT_EQ(second.open(), "cannot listen on " + to_string(settings.listen) + " (TCP): Address already in use");
}

}  // namespace
}  // namespace p2pns::web
