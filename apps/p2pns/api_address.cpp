#include "apps/p2pns/api_address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace p2pns::cli {

namespace {

constexpr std::string_view unix_scheme = "unix:";
/// sun_path of Linux, less its final zero.
constexpr std::size_t unix_path_maximum_bytes = 107;

ClientResult<ApiAddress> parse_unix(std::string_view path) {
  if (path.starts_with('/') && path.size() <= unix_path_maximum_bytes)
    return ApiAddress{std::nullopt, std::string{path}};
  return ClientError{"--api: expected the absolute path of a socket, of at most " +
                     std::to_string(unix_path_maximum_bytes) + " bytes, like unix:/run/p2pns/http.sock"};
}

}  // namespace

ClientResult<ApiAddress> parse_api_address(std::string_view text) {
  if (text.starts_with(unix_scheme)) return parse_unix(text.substr(unix_scheme.size()));
  const auto parsed = boost::urls::parse_uri(text);
  const ClientError unusable{"--api: expected http://127.0.0.1:8053 or unix:/run/p2pns/http.sock"};
  if (!parsed || parsed->has_query() || parsed->has_fragment() || parsed->has_userinfo()) return unusable;
  if (parsed->scheme() != "http") return ClientError{"--api: only http:// to this machine and unix: are spoken"};
  const auto path = parsed->encoded_path();
  if (!path.empty() && path != "/") return unusable;
  std::string host{parsed->encoded_host()};
  if (host == "localhost") host = "127.0.0.1";
  const std::string port = parsed->has_port() && !parsed->port().empty() ? std::string{parsed->port()} : "80";
  const auto endpoint = parse_endpoint(host + ":" + port);
  if (!endpoint) return unusable;
  if (!endpoint->address.is_loopback())
    return ClientError{"--api: " + to_string(endpoint->address) + " is not this machine; plain HTTP stays on loopback"};
  return ApiAddress{*endpoint};
}

std::string to_string(const ApiAddress& address) {
  return address.tcp ? "http://" + to_string(*address.tcp) : std::string{unix_scheme} + address.unix_path;
}

}  // namespace p2pns::cli
