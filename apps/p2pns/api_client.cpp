#include "apps/p2pns/api_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace p2pns::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
/// TCP or a unix socket.
using Protocol = asio::generic::stream_protocol;

namespace {

using Stream = beast::basic_stream<Protocol, asio::any_io_executor>;
using Answer = bhttp::response<bhttp::string_body>;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

Protocol::endpoint to_asio(const ApiAddress& daemon) {
  if (!daemon.tcp) return asio::local::stream_protocol::endpoint(daemon.unix_path);
  return asio::ip::tcp::endpoint(asio::ip::make_address(to_string(daemon.tcp->address)), daemon.tcp->port);
}

bhttp::request<bhttp::string_body> to_request(const ApiAddress& daemon, const ApiCall& call) {
  bhttp::request<bhttp::string_body> request;
  request.method_string(call.method);
  request.target(call.target);
  request.version(11);
  request.set(bhttp::field::host, daemon.tcp ? to_string(*daemon.tcp) : "localhost");
  request.set(bhttp::field::accept, "application/json");
  if (!call.token.empty()) request.set(bhttp::field::authorization, "Bearer " + call.token);
  if (!call.body.empty()) request.set(bhttp::field::content_type, "application/json");
  request.body() = call.body;
  request.prepare_payload();
  request.keep_alive(false);
  return request;
}

asio::awaitable<boost::system::error_code> exchange(Protocol::endpoint daemon,
                                                    bhttp::request<bhttp::string_body> request, Answer& answer) {
  const auto executor = co_await asio::this_coro::executor;
  Stream stream(executor);
  stream.expires_after(connect_time_out);
  const auto [connect_error] = co_await stream.async_connect(daemon, token);
  if (connect_error) co_return connect_error;
  stream.expires_after(answer_time_out);
  const auto [write_error, written] = co_await bhttp::async_write(stream, request, token);
  if (write_error) co_return write_error;
  beast::flat_buffer buffer;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(answer_maximum_bytes);
  const auto [read_error, read] = co_await bhttp::async_read(stream, buffer, parser, token);
  answer = parser.release();
  co_return read_error;
}

ClientError explain(const ApiAddress& daemon, const boost::system::error_code& error) {
  const std::string where = to_string(daemon);
  if (error == asio::error::connection_refused ||
      (!daemon.tcp && error == boost::system::errc::no_such_file_or_directory))
    return {"no p2pnsd listens on " + where + "; start one, or name another with --api"};
  if (error == boost::system::errc::permission_denied)
    return {where + ": this user may not connect there; frontends.http.unix_group says who may"};
  if (error == beast::error::timeout) return {where + " did not answer in time"};
  return {where + ": " + error.message()};
}

}  // namespace

ClientResult<ApiAnswer> call_api(const ApiAddress& daemon, const ApiCall& call) {
  asio::io_context context;
  Answer answer;
  boost::system::error_code error;
  auto request = to_request(daemon, call);
  asio::co_spawn(context, exchange(to_asio(daemon), std::move(request), answer),
                 [&error](const std::exception_ptr& exception, boost::system::error_code outcome) {
                   error = exception ? asio::error::operation_aborted : outcome;
                 });
  context.run();
  if (error) return explain(daemon, error);
  ApiAnswer result;
  result.status = answer.result_int();
  result.body = boost::json::parse(answer.body(), error);
  if (error) return ClientError{to_string(daemon) + " does not speak the interface of p2pnsd"};
  return result;
}

std::string encode_parameter(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

}  // namespace p2pns::cli
