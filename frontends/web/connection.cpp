#include "frontends/web/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>

namespace p2pns::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

using Stream = beast::basic_stream<StreamProtocol, asio::any_io_executor>;
using Parser = bhttp::request_parser<bhttp::string_body>;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// A peer that does not take its answer within this time is gone.
constexpr std::chrono::seconds write_time_out{30};

/// What a client may still send before its connection is closed: 16 times the largest body, for this long.
constexpr std::size_t drain_bodies_maximum = 16;
constexpr std::chrono::seconds drain_time_out{2};

/// How a response is put on the wire.
struct Framing {
  unsigned version = 11;  ///< the request's: a client of HTTP/1.0 gets its own
  bool keep_alive = false;
  bool with_body = true;
};

HttpRequest to_request(const Parser& parser, const Peer& peer) {
  const auto& message = parser.get();
  HttpRequest request;
  request.method = std::string{message.method_string()};
  request.target = std::string{message.target()};
  request.host = std::string{message[bhttp::field::host]};
  request.origin = std::string{message[bhttp::field::origin]};
  request.content_type = std::string{message[bhttp::field::content_type]};
  request.authorization = std::string{message[bhttp::field::authorization]};
  request.body = message.body();
  request.peer = peer;
  return request;
}

/// What is wrong with a request that could not be read; nothing when the peer is gone or silent.
std::optional<Unreadable> fault_in(const boost::system::error_code& error, std::size_t body_maximum_bytes) {
  if (error == bhttp::error::body_limit || error == bhttp::error::buffer_overflow)
    return Unreadable{413, "body", "the body is larger than " + std::to_string(body_maximum_bytes) + " bytes"};
  if (error == bhttp::error::header_limit)
    return Unreadable{431, "header", "the header is larger than " + std::to_string(header_maximum_bytes) + " bytes"};
  if (error.category() == make_error_code(bhttp::error::bad_method).category() &&
      error != bhttp::error::end_of_stream && error != bhttp::error::partial_message)
    return Unreadable{400, "", "this is no HTTP request: " + error.message()};
  return std::nullopt;
}

/// The length comes last: OpenHIP looks for the body right behind it.
template <class Body>
void fill_header(bhttp::response<Body>& message, const HttpResponse& response, const Framing& framing) {
  message.result(response.status);
  message.version(framing.version);
  message.set(bhttp::field::content_type, response.content_type);
  message.set(bhttp::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const HttpField& field : response.fields) message.set(field.name, field.value);
  message.keep_alive(framing.keep_alive);
  message.content_length(response.body.size());
}

/// Header and body in one piece. False when the peer is gone.
asio::awaitable<bool> write_response(Stream& stream, HttpResponse response, Framing framing) {
  stream.expires_after(write_time_out);
  if (!framing.with_body) {
    bhttp::response<bhttp::empty_body> message;
    fill_header(message, response, framing);
    bhttp::response_serializer<bhttp::empty_body> serializer(message);
    const auto [error, size] = co_await bhttp::async_write_header(stream, serializer, token);
    co_return !error;
  }
  bhttp::response<bhttp::string_body> message;
  fill_header(message, response, framing);
  message.body() = std::move(response.body);
  const auto [error, size] = co_await bhttp::async_write(stream, message, token);
  co_return !error;
}

asio::awaitable<boost::system::error_code> read_request(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
  const auto [header_error, header_size] = co_await bhttp::async_read_header(stream, buffer, parser, token);
  if (header_error) co_return header_error;
  if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
    bhttp::response<bhttp::empty_body> go_on(bhttp::status::continue_, 11);
    const auto [error, size] = co_await bhttp::async_write(stream, go_on, token);
    if (error) co_return error;
  }
  const auto [body_error, body_size] = co_await bhttp::async_read(stream, buffer, parser, token);
  co_return body_error;
}

/// Reads and drops what a client still sends after its last answer: a body that was refused, or the zero byte that
/// OpenHIP puts behind its own. Closing with unread bytes would send a reset, and that would take the answer away from
/// a client that only reads after it has written everything.
asio::awaitable<void> drain(Stream& stream, std::size_t body_maximum_bytes) {
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream.expires_after(drain_time_out);
  std::vector<char> scrap(body_maximum_bytes);
  const auto buffer = asio::buffer(scrap);
  for (std::size_t dropped = 0; dropped < drain_bodies_maximum * body_maximum_bytes;) {
    const auto [error, size] = co_await stream.async_read_some(buffer, token);
    if (error) co_return;
    dropped += size;
  }
}

/// True when another request may follow.
asio::awaitable<bool> serve_request(Stream& stream, beast::flat_buffer& buffer, const Peer& peer, HttpHandler& handler,
                                    const ConnectionLimits& limits, ConnectionCounters& counters) {
  Parser parser;
  parser.header_limit(header_maximum_bytes);
  parser.body_limit(limits.body_maximum_bytes);
  stream.expires_after(limits.idle_time_out);
  const auto error = co_await read_request(stream, buffer, parser);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error == beast::error::timeout) ++counters.timed_out;
  if (error) {
    const auto fault = fault_in(error, limits.body_maximum_bytes);
    if (!fault) co_return false;
    ++counters.unreadable;
    HttpResponse answer = handler.refuse(*fault);
    Framing framing;
    if (co_await write_response(stream, std::move(answer), framing)) co_await drain(stream, limits.body_maximum_bytes);
    co_return false;
  }
  // A lookup ends by itself; its time is not the peer's.
  stream.expires_never();
  HttpRequest request = to_request(parser, peer);
  HttpResponse response = co_await handler.handle(std::move(request));
  Framing framing;
  framing.version = parser.get().version();
  framing.keep_alive = parser.get().keep_alive();
  framing.with_body = parser.get().method() != bhttp::verb::head;
  if (!co_await write_response(stream, std::move(response), framing)) co_return false;
  if (!framing.keep_alive) co_await drain(stream, limits.body_maximum_bytes);
  co_return framing.keep_alive;
}

}  // namespace

asio::awaitable<void> serve_connection(StreamProtocol::socket socket, Peer peer, HttpHandler& handler,
                                       ConnectionLimits limits, ConnectionCounters& counters) {
  Stream stream(std::move(socket));
  beast::flat_buffer buffer(header_maximum_bytes + limits.body_maximum_bytes);
  bool open = true;
  while (open) open = co_await serve_request(stream, buffer, peer, handler, limits, counters);
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

}  // namespace p2pns::web
