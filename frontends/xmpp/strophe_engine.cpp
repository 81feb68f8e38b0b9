#include "frontends/xmpp/strophe_engine.hpp"

#include <fcntl.h>
#include <strophe.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>

namespace p2pns::xmpp {
namespace {

constexpr std::string_view component_space = "jabber:component:accept";
/// What the library reads at a time.
constexpr std::size_t read_bytes = 4096;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const noexcept { return value_; }
  int release() noexcept { return std::exchange(value_, -1); }

 private:
  int value_ = -1;
};

/// The callback that hands over the library's socket takes no argument of ours. It runs only inside the call to
/// connect, which sets this and takes it back.
thread_local int* connecting_socket = nullptr;

int refuse_socket(xmpp_conn_t*, void*) { return -1; }

/// select() of the library writes beyond its sets for larger descriptors.
int take_socket(xmpp_conn_t*, void* socket) {
  const int descriptor = *static_cast<int*>(socket);
  if (connecting_socket == nullptr || descriptor >= FD_SETSIZE) return -1;
  *connecting_socket = descriptor;
  return 0;
}

/// False when the tree is over a maximum, or could not be written again.
bool copy_into(Element& element, xmpp_stanza_t* stanza, std::size_t depth, std::size_t& nodes) {
  if (depth > element_depth_maximum || ++nodes > element_nodes_maximum) return false;
  const char* name = xmpp_stanza_get_name(stanza);
  const char* space = xmpp_stanza_get_ns(stanza);
  element.name = name == nullptr ? "" : name;
  element.space = space == nullptr ? "" : space;
  if (element.space == component_space) element.space = stanza_space;
  if (element.space == xml_space) return false;
  const int count = xmpp_stanza_get_attribute_count(stanza);
  std::vector<const char*> pairs(static_cast<std::size_t>(count) * 2);
  xmpp_stanza_get_attributes(stanza, pairs.data(), count * 2);
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    const std::string_view key = pairs[i];
    if (key == "xmlns") continue;
    // The library's parser drops prefixes; this is the one that protocols of XMPP use (decision 0050).
    element.attributes.push_back({key == "lang" ? "xml:lang" : std::string{key}, pairs[i + 1]});
  }
  // The library keeps attributes by their hash, in an order that says nothing.
  std::sort(element.attributes.begin(), element.attributes.end(),
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  for (auto* child = xmpp_stanza_get_children(stanza); child != nullptr; child = xmpp_stanza_get_next(child)) {
    Element& made = element.children.emplace_back();
    if (!xmpp_stanza_is_text(child)) {
      if (!copy_into(made, child, depth + 1, nodes)) return false;
    } else if (const char* text = xmpp_stanza_get_text_ptr(child); ++nodes <= element_nodes_maximum) {
      made.text = text == nullptr ? "" : text;
    } else {
      return false;
    }
  }
  return true;
}

StreamEnd end_of(int error, const xmpp_stream_error_t* stream_error) {
  StreamEnd end;
  if (stream_error != nullptr) {
    if (stream_error->type == XMPP_SE_CONFLICT) end.reason = StreamEnd::Reason::conflict;
    if (stream_error->type == XMPP_SE_NOT_AUTHORIZED) end.reason = StreamEnd::Reason::refused_secret;
    if (stream_error->text != nullptr) end.text = std::string{stream_error->text}.substr(0, 200);
  } else if (error != 0) {
    end.text = std::strerror(error);
  }
  return end;
}

}  // namespace

class StropheEngine::Implementation {
 public:
  Implementation(ComponentIdentity identity, Events events)
      : identity_(std::move(identity)), events_(std::move(events)) {
    xmpp_initialize();  // never xmpp_shutdown(): it clears tables of OpenSSL that others use
    log_ = {[](void*, xmpp_log_level_t, const char*, const char*) {}, nullptr};
    context_ = xmpp_ctx_new(nullptr, &log_);
    connection_ = xmpp_conn_new(context_);
    xmpp_conn_set_jid(connection_, identity_.domain.c_str());
    xmpp_conn_set_pass(connection_, identity_.secret.c_str());
    prime();
  }
  ~Implementation() {
    events_ = {};
    xmpp_conn_release(connection_);
    xmpp_ctx_free(context_);
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  Result<int> connect() {
    Descriptor inner;
    if (!make_pair(inner)) return Errc::io_error;
    const std::string host = to_string(identity_.server.address);
    int socket = -1;
    connecting_socket = &socket;
    const int outcome = xmpp_connect_component(connection_, host.c_str(), identity_.server.port, &on_connection, this);
    connecting_socket = nullptr;
    if (outcome != XMPP_EOK) return socket < 0 ? Errc::overloaded : Errc::io_error;
    begun_ = true;
    socket_ = socket;
    inner_ = std::move(inner);
    const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return Errc::io_error;
    tcp_ = copy;
    return copy;
  }

  void on_connect_over() {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    // Not connected: the library finds out by itself.
    if (::getpeername(tcp_, reinterpret_cast<sockaddr*>(&peer), &size) == 0) ::dup2(inner_.get(), socket_);
    settle();
  }

  void feed(std::string_view bytes) {
    while (!bytes.empty() && !ended_) {
      const auto part = bytes.substr(0, read_bytes);
      const ssize_t sent = ::send(outer_.get(), part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      settle();
    }
  }

  void send(std::string_view xml) {
    if (!ended_) xmpp_send_raw(connection_, xml.data(), xml.size());
  }
  void close() {
    if (!ended_) xmpp_disconnect(connection_);
  }

  /// Two turns without anything to read or write: what a handler queues goes out only with the turn after it.
  void settle() {
    if (working_) return;  // somebody inside one of its callbacks
    working_ = true;
    for (int idle = 0; idle < 2 && !ended_ && begun_;) {
      xmpp_run_once(context_, 0);
      const bool busy = drain() || unread() || xmpp_conn_send_queue_len(connection_) > 0;
      idle = busy ? 0 : idle + 1;
    }
    working_ = false;
    drain();
  }

  std::string take_output() { return std::exchange(output_, {}); }
  const std::optional<StreamEnd>& ended() const noexcept { return ended_; }

 private:
  static Implementation& of(void* self) { return *static_cast<Implementation*>(self); }

  /// Components never get the state of stream management, but sending and disconnecting use it: a null pointer. Only
  /// this call allocates it; the socket callback ends it before anything is sent.
  void prime() {
    xmpp_conn_set_sockopt_callback(connection_, &refuse_socket);
    xmpp_connect_client(connection_, "127.0.0.1", 1, &on_connection, this);
    xmpp_conn_set_sockopt_callback(connection_, &take_socket);
  }

  bool make_pair(Descriptor& inner) {
    int pair[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return false;
    inner = Descriptor(pair[0]);
    outer_ = Descriptor(pair[1]);
    return true;
  }

  static void on_connection(xmpp_conn_t*, xmpp_conn_event_t event, int error, xmpp_stream_error_t* stream_error,
                            void* self) {
    of(self).handle(event, error, stream_error);
  }
  void handle(xmpp_conn_event_t event, int error, const xmpp_stream_error_t* stream_error) {
    if (event == XMPP_CONN_CONNECT) {
      xmpp_handler_add(connection_, &on_stanza, nullptr, nullptr, nullptr, this);
      connected_ = true;
      if (events_.connected) events_.connected();
    } else if (!ended_) {  // the library may say it twice
      ended_ = end_of(error, stream_error);
      if (!connected_ && ended_->reason == StreamEnd::Reason::closed) ended_->reason = StreamEnd::Reason::unreachable;
    }
  }

  static int on_stanza(xmpp_conn_t*, xmpp_stanza_t* stanza, void* self) {
    of(self).take(stanza);
    return 1;
  }
  void take(xmpp_stanza_t* stanza) {
    Element element;
    std::size_t nodes = 0;
    if (!copy_into(element, stanza, 1, nodes)) {
      element.children.clear();
      if (events_.stanza_refused) events_.stanza_refused(std::move(element));
    } else if (events_.stanza) {
      events_.stanza(std::move(element));
    }
  }

  bool drain() {
    bool any = false;
    char buffer[16 * 1024];
    for (ssize_t count; (count = ::recv(outer_.get(), buffer, sizeof buffer, MSG_DONTWAIT)) > 0; any = true)
      output_.append(buffer, static_cast<std::size_t>(count));
    return any;
  }
  bool unread() const {
    int count = 0;
    return ::ioctl(inner_.get(), FIONREAD, &count) == 0 && count > 0;
  }

  ComponentIdentity identity_;
  Events events_;
  xmpp_log_t log_{};
  xmpp_ctx_t* context_ = nullptr;
  xmpp_conn_t* connection_ = nullptr;
  int socket_ = -1;   // the library's, by number: it closes it
  int tcp_ = -1;      // the caller's, by number
  Descriptor inner_;  // the library's end of the pair, once more
  Descriptor outer_;
  std::string output_;
  std::optional<StreamEnd> ended_;
  bool begun_ = false;
  bool connected_ = false;
  bool working_ = false;
};

StropheEngine::StropheEngine(ComponentIdentity identity, Events events)
    : implementation_(std::make_unique<Implementation>(std::move(identity), std::move(events))) {}
StropheEngine::~StropheEngine() = default;
Result<int> StropheEngine::connect() { return implementation_->connect(); }
void StropheEngine::on_connect_over() { implementation_->on_connect_over(); }
void StropheEngine::feed(std::string_view bytes) { implementation_->feed(bytes); }
void StropheEngine::send(std::string_view xml) { implementation_->send(xml); }
void StropheEngine::settle() { implementation_->settle(); }
void StropheEngine::close() { implementation_->close(); }
std::string StropheEngine::take_output() { return implementation_->take_output(); }
const std::optional<StreamEnd>& StropheEngine::ended() const noexcept { return implementation_->ended(); }

}  // namespace p2pns::xmpp
