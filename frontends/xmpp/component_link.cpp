#include "frontends/xmpp/component_link.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/printable.hpp"

namespace p2pns::xmpp {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_buffer_bytes = 16 * 1024;
/// How often the library's own time-outs and the silence are looked at.
constexpr milliseconds watch_interval{500};
/// For the good-bye.
constexpr milliseconds stop_time_out{500};

std::string_view words_for(StreamEnd::Reason reason) {
  switch (reason) {
    case StreamEnd::Reason::unreachable:
      return "cannot be reached or does not take the handshake";
    case StreamEnd::Reason::refused_secret:
      return "refuses the secret; it must be the one of the component there";
    case StreamEnd::Reason::conflict:
      return "has a component of this name already; only one can be connected";
    case StreamEnd::Reason::closed:
      return "ended the connection";
    case StreamEnd::Reason::hostile:
      return "sent what no XMPP server sends; the connection was ended";
  }
  return {};
}

}  // namespace

ComponentLink::ComponentLink(asio::any_io_executor executor, ComponentLinkSettings settings, Events events, Log& log,
                             XmppCounters& counters)
    : executor_(executor),
      settings_(std::move(settings)),
      events_(std::move(events)),
      log_(log),
      counters_(counters),
      pause_(executor),
      progress_(executor, asio::steady_timer::time_point::max()) {}

ComponentLink::~ComponentLink() = default;

void ComponentLink::start() { asio::co_spawn(executor_, run(shared_from_this()), asio::detached); }

asio::awaitable<void> ComponentLink::run(std::shared_ptr<ComponentLink> self) {
  while (!self->stopping_) {
    const StreamEnd end = co_await session(self);
    self->end_session();
    if (self->stopping_) break;
    ++self->counters_.connection_ends;
    self->tell(end);
    self->pause_.expires_after(self->pause_after(end));
    co_await self->pause_.async_wait(token);
  }
}

milliseconds ComponentLink::pause_after(const StreamEnd& end) {
  const bool unwanted = end.reason == StreamEnd::Reason::conflict || end.reason == StreamEnd::Reason::refused_secret;
  const milliseconds first = unwanted ? settings_.retry_unwanted : settings_.retry_first;
  const milliseconds maximum = unwanted ? settings_.retry_unwanted_maximum : settings_.retry_maximum;
  retry_ = std::clamp(retry_ * 2, first, maximum);
  return retry_;
}

/// Once for each kind of trouble, until the next connection.
void ComponentLink::tell(const StreamEnd& end) {
  std::string line = "xmpp: the server at " + to_string(settings_.identity.server) + " ";
  line += words_for(end.reason);
  if (line == told_) return;
  told_ = line;
  if (!end.text.empty()) line += " (" + printable(end.text) + ")";
  log_.write(Severity::warning, line);
}

void ComponentLink::make_engine() {
  StropheEngine::Events events;
  events.connected = [this] {
    connected_ = true;
    retry_ = milliseconds{0};
    told_.clear();
    ++counters_.connects;
    log_.write(Severity::info, "xmpp: connected to the server at " + to_string(settings_.identity.server) + " as " +
                                   settings_.identity.domain);
    if (events_.connected && !stopping_) events_.connected();
  };
  events.stanza = [this](Element element) {
    ++taken_;
    if (events_.stanza && !stopping_) events_.stanza(std::move(element));
  };
  events.stanza_refused = [this](const Element& root) {
    ++taken_;
    skip(to_xml(root, stanza_space));
  };
  engine_ = std::make_unique<StropheEngine>(settings_.identity, std::move(events));
  StreamFilter::Output output;
  output.piece = [this](std::string_view piece) { feed(piece); };
  output.skipped = [this](std::string_view start_tag) { skip(start_tag); };
  filter_ = std::make_unique<StreamFilter>(std::move(output));
}

void ComponentLink::skip(std::string_view start_tag) {
  ++counters_.stanzas_skipped;
  if (events_.skipped && !stopping_) events_.skipped(start_tag);
}

bool ComponentLink::open() {
  make_engine();
  const auto descriptor = engine_->connect();
  if (!descriptor) {
    end_ = StreamEnd{StreamEnd::Reason::unreachable};
    if (descriptor.error() == Errc::overloaded) end_->text = "this process has too many descriptors open";
    return false;
  }
  const bool v4 = settings_.identity.server.address.family == IpFamily::v4;
  socket_ = std::make_shared<Socket>(executor_);
  boost::system::error_code error;
  socket_->assign(v4 ? asio::ip::tcp::v4() : asio::ip::tcp::v6(), *descriptor, error);
  if (!error) socket_->non_blocking(true, error);
  if (error) end_ = StreamEnd{StreamEnd::Reason::unreachable, error.message()};
  return !error;
}

asio::awaitable<bool> ComponentLink::wait_connected(std::shared_ptr<ComponentLink> self) {
  const auto socket = self->socket_;
  self->pause_.expires_after(self->settings_.connect_time_out);
  self->pause_.async_wait([socket](boost::system::error_code error) {
    boost::system::error_code ignored;
    if (!error) socket->cancel(ignored);
  });
  const auto [error] = co_await socket->async_wait(Socket::wait_write, token);
  self->pause_.cancel();
  if (error || self->stopping_) {
    self->end_ = StreamEnd{StreamEnd::Reason::unreachable, "no answer"};
    co_return false;
  }
  self->engine_->on_connect_over();
  self->flush();
  co_return !self->engine_->ended();
}

asio::awaitable<StreamEnd> ComponentLink::session(std::shared_ptr<ComponentLink> self) {
  self->end_.reset();
  if (self->open() && co_await wait_connected(self)) {
    self->heard_ = std::chrono::steady_clock::now();
    asio::co_spawn(self->executor_, watch(self, self->session_), asio::detached);
    co_await self->read_all();
  }
  StreamEnd end;
  if (self->end_)
    end = *self->end_;
  else if (self->engine_->ended())
    end = *self->engine_->ended();
  else if (!self->connected_)
    end.reason = StreamEnd::Reason::unreachable;
  co_return end;
}

/// `self` is held by the caller.
asio::awaitable<void> ComponentLink::read_all() {
  const auto socket = socket_;
  std::string buffer(read_buffer_bytes, '\0');
  while (!engine_->ended() && !end_ && !stopping_) {
    const auto [error, count] = co_await socket->async_read_some(asio::buffer(buffer), token);
    if (error) break;
    heard_ = std::chrono::steady_clock::now();
    take(std::string_view{buffer}.substr(0, count));
  }
}

/// The library answers what it cannot parse and waits for the server to go: without a stanza out of it, the stream is
/// dead.
void ComponentLink::feed(std::string_view piece) {
  if (dead_) return;
  const bool stanza_expected = connected_;
  const std::uint64_t before = taken_;
  engine_->feed(piece);
  dead_ = stanza_expected && taken_ == before && !engine_->ended();
}

void ComponentLink::take(std::string_view bytes) {
  if (!filter_->feed(bytes) || dead_) {
    ++counters_.streams_hostile;
    end_ = StreamEnd{StreamEnd::Reason::hostile};
  }
  engine_->settle();
  flush();
}

/// The library's time-outs, and the silence of a server that is gone without a word.
asio::awaitable<void> ComponentLink::watch(std::shared_ptr<ComponentLink> self, std::uint64_t session) {
  asio::steady_timer timer(self->executor_);
  bool asked = false;
  while (self->session_ == session && self->socket_) {
    timer.expires_after(watch_interval);
    co_await timer.async_wait(token);
    if (self->session_ != session || !self->socket_) co_return;
    self->engine_->settle();
    self->flush();
    const auto silence = std::chrono::steady_clock::now() - self->heard_;
    if (silence < self->settings_.silence) asked = false;
    if (silence >= self->settings_.silence && self->connected_ && !std::exchange(asked, true)) {
      // To ourselves, by way of the server.
      const std::string& domain = self->settings_.identity.domain;
      self->send("<iq type='get' id='alive' from='" + domain + "' to='" + domain +
                 "'><ping xmlns='urn:xmpp:ping'/></iq>");
    }
    const bool silent = silence >= 2 * self->settings_.silence;
    if (silent) self->end_ = StreamEnd{StreamEnd::Reason::closed, "it is silent"};
    if (silent || self->engine_->ended()) {
      boost::system::error_code ignored;
      self->socket_->cancel(ignored);
      co_return;
    }
  }
}

void ComponentLink::end_session() {
  ++session_;
  connected_ = false;
  if (socket_) {
    boost::system::error_code ignored;
    socket_->close(ignored);
    socket_.reset();
  }
  engine_.reset();
  filter_.reset();
  output_.clear();
  dead_ = false;
  queued_bytes_ = written_bytes_ = 0;
  progress_.cancel();
}

void ComponentLink::send(std::string xml) {
  if (!connected_ || !engine_) return;
  engine_->send(xml);
  engine_->settle();
  flush();
}

asio::awaitable<Result<void>> ComponentLink::hand_over(std::string xml) {
  if (!connected_) co_return Errc::timed_out;
  if (crowded()) co_return Errc::overloaded;
  const auto self = shared_from_this();
  const std::uint64_t session = session_;
  send(std::move(xml));
  const std::uint64_t target = queued_bytes_;
  const auto end = std::chrono::steady_clock::now() + settings_.hand_over_time_out;
  asio::steady_timer time_out(executor_, end);
  time_out.async_wait([self](boost::system::error_code error) {
    if (!error) self->progress_.cancel();
  });
  while (session_ == session && written_bytes_ < target && std::chrono::steady_clock::now() < end)
    co_await progress_.async_wait(token);
  if (session_ == session && written_bytes_ >= target) co_return Result<void>{};
  if (session_ == session) give_up();
  co_return Errc::timed_out;
}

/// What is said to be lost must be lost: nothing that waits goes out any more.
void ComponentLink::give_up() {
  end_ = StreamEnd{StreamEnd::Reason::closed, "it does not take what it is sent"};
  connected_ = false;
  output_.clear();
  boost::system::error_code ignored;
  if (socket_) socket_->cancel(ignored);
}

void ComponentLink::flush() {
  if (!engine_ || !socket_) return;
  std::string made = engine_->take_output();
  queued_bytes_ += made.size();
  output_ += made;
  write_on();
}

void ComponentLink::write_on() {
  if (write_pending_ || !socket_) return;
  // Most of the time the operating system takes it at once.
  while (!output_.empty()) {
    boost::system::error_code error;
    const std::size_t count = socket_->write_some(asio::buffer(output_), error);
    if (error) break;  // would block; a broken connection is found by the reader
    output_.erase(0, count);
    written_bytes_ += count;
    progress_.cancel();
  }
  if (output_.empty()) return;
  write_pending_ = true;
  const auto self = shared_from_this();
  socket_->async_wait(Socket::wait_write, [self](boost::system::error_code) {
    self->write_pending_ = false;
    self->write_on();
  });
}

asio::awaitable<void> ComponentLink::stop() {
  const auto self = shared_from_this();
  stopping_ = true;
  pause_.cancel();
  if (connected_ && engine_) {
    engine_->close();
    engine_->settle();
    flush();
    const auto end = std::chrono::steady_clock::now() + stop_time_out;
    asio::steady_timer time_out(executor_, end);
    time_out.async_wait([self](boost::system::error_code error) {
      if (!error) self->progress_.cancel();
    });
    while (!output_.empty() && socket_ && std::chrono::steady_clock::now() < end) co_await progress_.async_wait(token);
  }
  if (socket_) {
    boost::system::error_code ignored;
    socket_->cancel(ignored);
  }
}

}  // namespace p2pns::xmpp
