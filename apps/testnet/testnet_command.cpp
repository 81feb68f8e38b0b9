#include "apps/testnet/testnet_command.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "apps/testnet/testnet_check.hpp"
#include "config/yaml_config_node.hpp"
#include "frontends/http/http_plugin.hpp"
#include "plugins/loader/loader.hpp"

namespace p2pns::testnet {

namespace asio = boost::asio;

namespace {

constexpr int exit_ok = 0;
constexpr int exit_check_failed = 1;
constexpr int exit_not_started = 3;

void say(const std::string& line) { std::cout << line << std::endl; }

int complain(const std::string& line) {
  std::cerr << "p2pns testnet: " << line << std::endl;
  return exit_not_started;
}

/// Warnings and errors of all nodes, on standard error.
class WarningLog final : public Log {
 public:
  void write(Severity severity, std::string_view line) override {
    if (enabled(severity)) std::cerr << fmt::format("{}\n", line);
  }
  bool enabled(Severity severity) const override { return severity >= Severity::warning; }
};

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// A folder for this user alone that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "p2pns-testnet.XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  /// Empty when none could be made.
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// The HTTP front end on top of the first node, in that node's thread.
class FirstNodeHttp {
 public:
  FirstNodeHttp(Testnet& testnet, Log& log)
      : context_(testnet.context_of(0)),
        front_ends_(
            {context_.get_executor(), testnet.host(0).names(), [&testnet] { return testnet.host(0).now(); }, log}) {}

  /// Empty, or why it does not run.
  std::string start(const Endpoint& listen, std::string token_file) {
    if (token_file.empty()) {
      if (folder_.emplace().path().empty()) return "no folder can be made for its token; name a file with --token-file";
      token_file = folder_->path() + "/http.token";
    }
    const auto document = config::parse_yaml(
        "testnet", "listen: \"" + to_string(listen) + "\"\ntoken_file: " + quoted(token_file) + "\n");
    if (!document) return document.error().message;
    section_.emplace(*document);
    if (const auto added = front_ends_.add(http::http_plugin(), *section_); !added) return added.error().message;
    const auto failures = asio::co_spawn(context_, front_ends_.start(), asio::use_future).get();
    if (!failures.empty()) return failures.front();
    say("changes over http://" + to_string(listen) + " need the token in " + token_file);
    return {};
  }
  void stop() { asio::co_spawn(context_, front_ends_.stop(), asio::use_future).get(); }

 private:
  /// As a YAML text in single quotes.
  static std::string quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string{"''"} : std::string{c};
    return result + "'";
  }

  asio::io_context& context_;
  std::optional<TemporaryFolder> folder_;
  std::optional<config::YamlConfigNode> section_;
  plugins::FrontEndSet front_ends_;
};

void wait_for_signal() {
  asio::io_context context;
  asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([](boost::system::error_code, int) {});
  context.run();
}

int run_check(Testnet& testnet, const TestnetOptions& options) {
  const CheckReport report = check(testnet, options.checked_names, options.sampled_lookups, say);
  std::cout << to_text(report);
  say(fmt::format("memory per node       {:.0f} kB",
                  static_cast<double>(resident_bytes()) / 1000.0 / static_cast<double>(testnet.size())));
  say(passed(report) ? "check passed" : "check failed");
  return passed(report) ? exit_ok : exit_check_failed;
}

int serve(Testnet& testnet, const TestnetOptions& options) {
  if (options.checked_names > 0) return run_check(testnet, options);
  say(fmt::format("testnet ready: {} nodes joined", testnet.size()));
  wait_for_signal();
  return exit_ok;
}

}  // namespace

int run_testnet(const TestnetOptions& options) {
  WarningLog log;
  Testnet testnet{options.testnet, log};
  const auto started = std::chrono::steady_clock::now();
  if (const std::string failure = testnet.start(say); !failure.empty()) return complain(failure);
  if (!testnet.wait_until_joined(options.join_limit, say))
    return complain(fmt::format("not all nodes joined within {} s", options.join_limit.count()));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  say(fmt::format("all joined after {:.1f} s", took.count()));

  auto http = std::make_unique<FirstNodeHttp>(testnet, log);
  const std::string failure = options.http ? http->start(*options.http, options.token_file) : std::string{};
  const int code = failure.empty() ? serve(testnet, options) : complain(failure);
  http->stop();
  testnet.call(0, [&http](host::NodeHost&) { http.reset(); });  // where its sockets live
  testnet.stop();
  return code;
}

}  // namespace p2pns::testnet
