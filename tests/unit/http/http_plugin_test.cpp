#include "frontends/http/http_plugin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "frontends/web/unix_socket_file.hpp"
#include "plugins/loader/loader.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::http {
namespace {

using test::content_of;
using test::TemporaryFolder;
using test::write_file;
using testing::HasSubstr;

struct HttpPlugin : testing::Test {
  std::string error_of(std::string key, std::string value) {
    host.section.values[std::move(key)] = std::move(value);
    const auto created = http_plugin().create_front_end(host);
    return created ? "accepted" : created.error().message;
  }
  /// Starts it, hears what is wrong, and lets it go.
  std::string start_error() {
    auto front_end = http_plugin().create_front_end(host);
    if (!front_end) return front_end.error().message;
    plugins::StartError error;
    boost::asio::co_spawn(context, (*front_end)->start(),
                          [&](std::exception_ptr, plugins::StartError outcome) { error = std::move(outcome); });
    context.poll();
    front_end->reset();
    context.run();
    return error.message;
  }
  HttpPlugin() { host.state = folder.path(); }

  TemporaryFolder folder;
  boost::asio::io_context context;
  test::FakePluginHost host{context.get_executor()};
};

TEST_F(HttpPlugin, FitsThisProgram) { EXPECT_EQ(plugins::misfit_of(http_plugin()), ""); }

TEST_F(HttpPlugin, AnEmptySectionIsEnough) { EXPECT_TRUE(http_plugin().create_front_end(host)); }

TEST_F(HttpPlugin, OtherMachinesAreLetInOnlyWhenAllowed) {
  EXPECT_THAT(error_of("listen", "0.0.0.0:8053"), HasSubstr("0.0.0.0:8053 can be reached from other machines"));
  EXPECT_EQ(error_of("allow_remote", "true"), "accepted");
}

TEST_F(HttpPlugin, RefusesUnknownKeys) { EXPECT_THAT(error_of("prot", "8053"), HasSubstr("prot")); }

TEST_F(HttpPlugin, RefusesLimitsOutOfRange) {
  EXPECT_EQ(error_of("connections", "1"), "accepted");
  EXPECT_EQ(error_of("connections", "10000"), "accepted");
  EXPECT_THAT(error_of("connections", "0"), HasSubstr("connections"));
  EXPECT_THAT(error_of("connections", "10001"), HasSubstr("connections"));
}

TEST_F(HttpPlugin, FilesAreNamedByTheirPaths) {
  EXPECT_THAT(error_of("token_file", ""), HasSubstr("token_file"));
  EXPECT_EQ(error_of("token_file", "other.token"), "accepted");
  EXPECT_THAT(error_of("unix_socket", ""), HasSubstr("unix_socket"));
  EXPECT_EQ(error_of("unix_socket", "/run/" + std::string(web::unix_path_maximum_bytes - 5, 'x')), "accepted");
  EXPECT_THAT(error_of("unix_socket", "/run/" + std::string(web::unix_path_maximum_bytes - 4, 'x')), HasSubstr("107"));
}

TEST_F(HttpPlugin, AGroupNeedsASocketAndMustBeThere) {
  EXPECT_THAT(error_of("unix_group", "root"), HasSubstr("unix_socket, which is missing"));
  host.section.values["unix_socket"] = "/run/p2pns/http.sock";
  EXPECT_EQ(error_of("unix_group", "root"), "accepted");
  EXPECT_THAT(error_of("unix_group", "nobody-has-this"), HasSubstr("no group 'nobody-has-this'"));
}

TEST_F(HttpPlugin, MakesItsTokenBesideTheKeyAndNeverLogsIt) {
  host.section.values["listen"] = "127.0.0.1:0";
  EXPECT_EQ(start_error(), "");
  const std::string token = content_of(folder.file("http.token"));
  EXPECT_EQ(token.size(), 65U);
  const std::string log = testing::PrintToString(host.kept_log.lines);
  EXPECT_THAT(log, HasSubstr(folder.file("http.token")));
  EXPECT_THAT(log, testing::Not(HasSubstr(token.substr(0, 64))));
}

TEST_F(HttpPlugin, ATokenThatOthersCanReadKeepsItFromStarting) {
  host.section.values["listen"] = "127.0.0.1:0";
  write_file(folder.file("http.token"), std::string(64, 'a'), std::filesystem::perms{0640});
  EXPECT_THAT(start_error(), HasSubstr("chmod 600 " + folder.file("http.token")));
}

TEST_F(HttpPlugin, AnAddressThatCannotBeHadIsNamedInOneLine) {
  host.section.values["listen"] = "203.0.113.1:8053";
  host.section.values["allow_remote"] = "true";
  const std::string error = start_error();
  EXPECT_THAT(error, HasSubstr("cannot listen on 203.0.113.1:8053 (TCP): "));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace p2pns::http
