// The smallest plug-in that is of use: a client connects over TCP and sends a line with a name; back comes a line for
// each address, or one that says why there is none, and the connection ends. Built as whois.so; its section is
// `frontends: {whois: {listen: "127.0.0.1:4343"}}`.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/names/record_selection.hpp"
#include "plugins/api/async_names.hpp"
#include "plugins/api/build_id.hpp"
#include "plugins/api/plugin.hpp"

namespace p2pns::example {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A name has at most 253 characters; the rest is room for the end of the line.
constexpr std::size_t line_bytes_maximum = 256;
/// Each costs a lookup; more clients than that have to come again.
constexpr std::size_t sessions_maximum = 64;
/// More than the longest resolution takes. Then the client is gone, or sends nothing.
constexpr std::chrono::seconds session_time_maximum{30};
/// After a failed accept (no descriptors left).
constexpr std::chrono::milliseconds pause_after_error{100};
constexpr std::uint16_t type_a = 1, type_aaaa = 28;

/// Errors are values here, not exceptions.
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// The rules of record_selection.hpp, as for every front end: wildcards, and names without records.
std::string answer_text(const names::NameAnswer& answer, const std::string& prefix) {
  if (answer.outcome != names::Outcome::found) return "error: " + std::string{names::to_string(answer.outcome)} + "\n";
  const auto labels = names::labels_of_prefix(prefix);
  std::string lines;
  if (answer.record_set && !answer.record_set->records.empty()) {
    for (const std::uint16_t type : {type_a, type_aaaa})
      for (const auto* record : names::select_records(answer.record_set->records, labels, type).records)
        if (const auto address = ip_address_from(record->data); address && record->type == type)
          lines += to_string(*address) + "\n";
  } else if (answer.node && names::place_without_records(labels) == names::BarePlace::itself) {
    for (const Endpoint& each : answer.node->endpoints) lines += to_string(each.address) + "\n";
  }
  return lines.empty() ? "no address\n" : lines;
}

/// Shared, because its coroutines may end after the front end.
class WhoisServer final : public std::enable_shared_from_this<WhoisServer> {
 public:
  explicit WhoisServer(plugins::PluginHost& host) : names_(host.names()), acceptor_(host.executor()) {}

  /// Empty, or why it does not listen.
  std::string open(const Endpoint& listen) {
    boost::system::error_code error;
    const tcp::endpoint place{asio::ip::make_address(to_string(listen.address), error), listen.port};
    if (!error) acceptor_.open(place.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor_.bind(place, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return "cannot listen on " + to_string(listen) + " (TCP): " + error.message();
    asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached);
    return {};
  }

  void close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& each : sessions_)
      if (const auto socket = each.lock()) socket->close(ignored);
  }

  std::uint64_t questions() const noexcept { return questions_; }

 private:
  // Coroutines are functions that take values; what they need is held by their parameters.
  static asio::awaitable<void> accept_loop(std::shared_ptr<WhoisServer> self) {
    asio::steady_timer pause(self->acceptor_.get_executor());
    while (self->acceptor_.is_open()) {
      const auto socket = std::make_shared<tcp::socket>(self->acceptor_.get_executor());
      const auto [error] = co_await self->acceptor_.async_accept(*socket, no_throw);
      std::erase_if(self->sessions_, [](const auto& each) { return each.expired(); });
      if (error) {
        pause.expires_after(pause_after_error);
        co_await pause.async_wait(no_throw);
        continue;
      }
      if (self->sessions_.size() == sessions_maximum) continue;  // the socket closes
      self->sessions_.push_back(socket);
      asio::co_spawn(self->acceptor_.get_executor(), serve(self, socket), asio::detached);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<WhoisServer> self, std::shared_ptr<tcp::socket> socket) {
    asio::steady_timer deadline(socket->get_executor(), session_time_maximum);
    deadline.async_wait([weak = std::weak_ptr{socket}](boost::system::error_code cancelled) {
      boost::system::error_code ignored;
      if (const auto late = weak.lock(); late && !cancelled) late->close(ignored);
    });
    std::string line;
    auto buffer = asio::dynamic_buffer(line, line_bytes_maximum);
    const auto [unread, size] = co_await asio::async_read_until(*socket, buffer, '\n', no_throw);
    if (unread) co_return;
    ++self->questions_;
    line.resize(size);
    line.erase(line.find_last_not_of("\r\n") + 1);
    std::string reply;
    if (const auto parsed = names::parse_name(line, self->names_.zones()); !parsed) {
      reply = "error: " + parsed.error().message + "\n";
    } else {
      names::NameQuery query;
      query.name = parsed->name;
      const auto answer = co_await plugins::resolve(self->names_, std::move(query));
      reply = answer_text(*answer, parsed->prefix);
    }
    co_await asio::async_write(*socket, asio::buffer(reply), no_throw);
  }

  names::NameService& names_;
  tcp::acceptor acceptor_;
  std::vector<std::weak_ptr<tcp::socket>> sessions_;
  std::uint64_t questions_ = 0;
};

class WhoisFrontEnd final : public plugins::FrontEnd {
 public:
  WhoisFrontEnd(plugins::PluginHost& host, const Endpoint& listen)
      : host_(host), listen_(listen), server_(std::make_shared<WhoisServer>(host)) {}

  asio::awaitable<plugins::StartError> start() override {
    plugins::StartError error;
    error.message = server_->open(listen_);
    if (error.message.empty()) host_.log().write(Severity::info, "whois: listening on " + to_string(listen_));
    co_return error;
  }
  asio::awaitable<void> stop() override {
    server_->close();
    co_return;
  }
  void collect(plugins::MetricSink& sink) const override {
    sink.counter("whois_questions_total", "Lines with a name that were read", server_->questions());
  }

 private:
  plugins::PluginHost& host_;
  Endpoint listen_;
  std::shared_ptr<WhoisServer> server_;
};

plugins::ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  const auto listen = host.config().endpoint("listen", *parse_endpoint("127.0.0.1:4343"));
  if (!listen) return listen.error();
  if (const auto finished = host.config().finish(); !finished) return finished.error();
  return std::unique_ptr<plugins::FrontEnd>{std::make_unique<WhoisFrontEnd>(host, *listen)};
}

constexpr plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "whois",
                                               "answers a line with a name by its addresses", &create};

}  // namespace
}  // namespace p2pns::example

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::example::descriptor; }
