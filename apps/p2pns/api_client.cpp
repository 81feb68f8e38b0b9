#include "apps/p2pns/api_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace p2pns::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

using Stream = beast::basic_stream<tcp, asio::any_io_executor>;
using Answer = bhttp::response<bhttp::string_body>;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

tcp::endpoint to_asio(const Endpoint& daemon) {
  return {asio::ip::make_address(to_string(daemon.address)), daemon.port};
}

bhttp::request<bhttp::string_body> to_request(const Endpoint& daemon, const ApiCall& call) {
  bhttp::request<bhttp::string_body> request;
  request.method_string(call.method);
  request.target(call.target);
  request.version(11);
  request.set(bhttp::field::host, to_string(daemon));
  request.set(bhttp::field::accept, "application/json");
  if (!call.body.empty()) request.set(bhttp::field::content_type, "application/json");
  request.body() = call.body;
  request.prepare_payload();
  request.keep_alive(false);
  return request;
}

asio::awaitable<boost::system::error_code> exchange(tcp::endpoint daemon, bhttp::request<bhttp::string_body> request,
                                                    Answer& answer) {
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

ClientError explain(const Endpoint& daemon, const boost::system::error_code& error) {
  const std::string where = "http://" + to_string(daemon);
  if (error == asio::error::connection_refused)
    return {"no p2pnsd listens on " + where + "; start one, or name another with --api"};
  if (error == beast::error::timeout) return {where + " did not answer in time"};
  return {where + ": " + error.message()};
}

}  // namespace

ClientResult<Endpoint> parse_api_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  const ClientError unusable{"--api: expected a URL like http://127.0.0.1:8053"};
  if (!parsed || parsed->has_query() || parsed->has_fragment() || parsed->has_userinfo()) return unusable;
  if (parsed->scheme() != "http") return ClientError{"--api: only http:// is spoken, to this machine"};
  const auto path = parsed->encoded_path();
  if (!path.empty() && path != "/") return unusable;
  std::string host{parsed->encoded_host()};
  if (host == "localhost") host = "127.0.0.1";
  const std::string port = parsed->has_port() && !parsed->port().empty() ? std::string{parsed->port()} : "80";
  const auto endpoint = parse_endpoint(host + ":" + port);
  if (!endpoint) return unusable;
  if (!endpoint->address.is_loopback())
    return ClientError{"--api: " + to_string(endpoint->address) + " is not this machine; plain HTTP stays on loopback"};
  return *endpoint;
}

ClientResult<ApiAnswer> call_api(const Endpoint& daemon, const ApiCall& call) {
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
  if (error) return ClientError{"http://" + to_string(daemon) + " does not speak the interface of p2pnsd"};
  return result;
}

std::string encode_parameter(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

}  // namespace p2pns::cli
