#include <grp.h>
#include <unistd.h>

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <sys/stat.h>

#include "frontends/web/http_server.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::web {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using http::ApiFixture;
using test::content_of;
using test::TemporaryFolder;
using test::write_file;
using testing::HasSubstr;
using testing::StartsWith;

struct UnixSocketTest : ApiFixture {
  UnixSocketTest() {
    settings.listen = *parse_endpoint("127.0.0.1:0");
    settings.unix_socket = UnixSocketSettings{path};
  }
  std::string open() {
    server.emplace(context.get_executor(), api, settings, log);
    return server->open();
  }
  /// Sends the text and runs the loop until there is an answer.
  std::string say(const std::string& text) {
    stream_protocol::socket socket(context);
    socket.connect(stream_protocol::endpoint(path));
    asio::write(socket, asio::buffer(text));
    std::string heard(4096, '\0');
    std::size_t size = 0;
    socket.async_read_some(asio::buffer(heard), [&](boost::system::error_code, std::size_t count) { size = count; });
    context.restart();
    while (size == 0 && context.run_one_for(std::chrono::seconds{20}) > 0) {
    }
    heard.resize(size);
    return heard;
  }
  static mode_t mode_of(const std::string& file) {
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  TemporaryFolder folder;
  const std::string path = folder.file("http.sock");
  test::NullLog log;
  HttpServerSettings settings;
  std::optional<HttpServer> server;
};

TEST_F(UnixSocketTest, AnswersAndIsGoneAfterTheServer) {
  ASSERT_EQ(open(), "");
  EXPECT_THAT(say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(mode_of(path), 0660U);
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixSocketTest, ItsPeerIsThisProcess) {
  stream_protocol::socket one(context);
  stream_protocol::socket other(context);
  asio::local::connect_pair(one, other);
  const auto peer = peer_of(one.native_handle());
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->kind, Peer::Kind::unix_socket);
  EXPECT_EQ(peer->user, ::geteuid());
  ASSERT_FALSE(peer->groups.empty());
  EXPECT_EQ(peer->groups.front(), ::getegid());
  std::vector<gid_t> expected(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  EXPECT_EQ(::getgroups(static_cast<int>(expected.size()), expected.data()), static_cast<int>(expected.size()));
  for (const gid_t group : expected) EXPECT_THAT(peer->groups, testing::Contains(group));
}

TEST_F(UnixSocketTest, TheDaemonsOwnUserWritesWithoutAToken) {
  // The rules of the fixture name another user, unless this test runs as root, whom they trust anyway.
  auto rules = rules_in_tests();
  rules.own_user = ::geteuid();
  http::HttpApi own(
      service, [] { return http::now_in_tests; }, [](plugins::MetricSink&) {}, {rules, 2});
  server.emplace(context.get_executor(), own, settings, log);
  ASSERT_EQ(server->open(), "");
  const std::string bad_body = "PUT /v1/names/demo.p2p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{";
  EXPECT_THAT(say(bad_body), StartsWith("HTTP/1.1 400 ")) << "let in, and refused for its body only";
  server.reset();
}

TEST_F(UnixSocketTest, TheSocketOfADeadDaemonIsReplaced) {
  { stream_protocol::acceptor dead(context, stream_protocol::endpoint(path)); }
  ASSERT_TRUE(std::filesystem::is_socket(path)) << "closing does not remove the file";
  EXPECT_EQ(open(), "");
  EXPECT_THAT(say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(UnixSocketTest, TheSocketOfALivingDaemonIsKept) {
  ASSERT_EQ(open(), "");
  HttpServer second(context.get_executor(), api, settings, log);
  EXPECT_EQ(second.open(), path + ": another program listens there");
  EXPECT_THAT(say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(UnixSocketTest, WhatIsNoSocketIsKept) {
  write_file(path, "precious", std::filesystem::perms::owner_read);
  EXPECT_EQ(open(), path + ": exists and is no socket; it is not replaced");
  EXPECT_EQ(content_of(path), "precious");
  std::filesystem::remove(path);
  std::filesystem::create_symlink(folder.file("elsewhere"), path);
  EXPECT_EQ(open(), path + ": exists and is no socket; it is not replaced");
}

TEST_F(UnixSocketTest, AMissingFolderIsNamed) {
  settings.unix_socket->path = folder.file("missing/http.sock");
  EXPECT_THAT(open(), StartsWith("cannot listen on " + settings.unix_socket->path + ": No such file"));
}

TEST_F(UnixSocketTest, IsGivenToItsGroup) {
  settings.unix_socket->group = ::getegid();  // the one group that everybody may give a file to
  EXPECT_EQ(open(), "");
  struct stat status {};
  ASSERT_EQ(::lstat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_gid, ::getegid());
}

TEST_F(UnixSocketTest, APortThatIsTakenLeavesNoSocketBehind) {
  ASSERT_EQ(open(), "");
  settings.listen = server->local_endpoint();
  settings.unix_socket->path = folder.file("other.sock");
  HttpServer second(context.get_executor(), api, settings, log);
  EXPECT_THAT(second.open(), HasSubstr("Address already in use"));
  EXPECT_FALSE(std::filesystem::exists(folder.file("other.sock")));
}

}  // namespace
}  // namespace p2pns::web
